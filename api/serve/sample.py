"""The sample data of the package, as published records of two organisations that do not exist, and who to try it as."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.onetime import new_one_time_password
from api.access.passwords import hash_password
from api.access.roles import OrganisationKind, Role
from api.db.engine import Database
from api.db.tables import Account, Organisation, RecordRow
from api.records.states import State
from api.records.store import Draft, RecordStore
from matcher.corpus.load import load
from matcher.errors import FileFormatError
from matcher.records import Record, Side

__all__ = ["Sample", "Visitor", "load_sample"]

_FOLDER = Path(__file__).resolve().parents[2] / "corpora" / "sample"
_FILES = {Side.NEED: "needs.csv", Side.ACHIEVEMENT: "achievements.csv"}
_MOST_BYTES = 10_000_000
_OWNERS = {Side.NEED: Role.ENTERPRISE, Side.ACHIEVEMENT: Role.INSTITUTION}
_ORGANISATIONS = {
    Role.ENTERPRISE: ("示例县企业服务中心（虚构）", OrganisationKind.ENTERPRISE),
    Role.INSTITUTION: ("示例省技术转移联盟（虚构）", OrganisationKind.INSTITUTION),
    Role.BROKER: ("示例技术转移公司（虚构）", OrganisationKind.BROKERAGE),
    Role.ORGANISER: ("示例县科技局（虚构）", OrganisationKind.BUREAU),
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """An account to try the pages with; its password was made at random and is kept nowhere."""

    role: Role
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What was entered."""

    records: int
    visitors: tuple[Visitor, ...]


def load_sample(database: Database, folder: Path | None = None) -> Sample | None:
    """Enter the sample where the service has no record yet; None where there were some.

    Raises:
        FileFormatError: the files of the sample are not there.
    """
    folder = folder or (_FOLDER if _FOLDER.is_dir() else Path("corpora/sample"))
    files = [folder / name for name in _FILES.values()]
    for file in files:
        if not file.is_file():
            raise FileFormatError(f"找不到示例数据 {file}；请在项目根目录运行，或不用 --sample 启动。")
    with database.reading() as session:
        if session.scalar(select(RecordRow.id).limit(1)) is not None:
            return None
    found = load(files, max_bytes=_MOST_BYTES)
    sides: dict[Side, tuple[Record, ...]] = {Side.NEED: found.needs, Side.ACHIEVEMENT: found.achievements}
    # One transaction: a start that is interrupted leaves nothing or all of it.
    with database.work() as session:
        owners = {role: _organisation(session, name, kind) for role, (name, kind) in _ORGANISATIONS.items()}
        visitors = tuple(_visitor(session, role, owner) for role, owner in owners.items())
        store = RecordStore(session, None)
        for side, records in sides.items():
            for record in records:
                # Its days are past; what is there to be tried must not expire on the first evening.
                lasting = replace(record, valid_until=None)
                store.create(
                    Draft(record=lasting, owner_id=owners[_OWNERS[side]].id, external_id=record.id),
                    state=State.PUBLISHED,
                    action="import",
                )
    return Sample(sum(map(len, sides.values())), visitors)


def _organisation(session: Session, name: str, kind: OrganisationKind) -> Organisation:
    found = session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()
    if found is None:
        found = Organisation(name=name, kind=kind.value)
        session.add(found)
        session.flush()
    return found


def _visitor(session: Session, role: Role, organisation: Organisation) -> Visitor:
    login, password = f"sample-{role.value}", new_one_time_password()
    account = session.scalars(select(Account).where(Account.login == login)).one_or_none()
    if account is None:
        account = Account(login=login, display_name="试用", role=role.value, organisation_id=organisation.id)
        session.add(account)
    account.password_hash = hash_password(password)
    return Visitor(role, login, password)
