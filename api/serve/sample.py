"""The sample data of the package, as published records of two organisations that do not exist."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from api.access.roles import OrganisationKind
from api.db.engine import Database
from api.db.tables import Organisation, RecordRow
from api.records.states import State
from api.records.store import Draft, RecordStore
from matcher.corpus.load import load
from matcher.errors import FileFormatError
from matcher.records import Record, Side

__all__ = ["load_sample"]

_FOLDER = Path(__file__).resolve().parents[2] / "corpora" / "sample"
_FILES = {Side.NEED: "needs.csv", Side.ACHIEVEMENT: "achievements.csv"}
_MOST_BYTES = 10_000_000
_OWNERS = {
    Side.NEED: ("示例县企业服务中心（虚构）", OrganisationKind.ENTERPRISE),
    Side.ACHIEVEMENT: ("示例省技术转移联盟（虚构）", OrganisationKind.INSTITUTION),
}


def load_sample(database: Database, folder: Path | None = None) -> int:
    """Enter the sample where the service has no record yet; how many records came in, 0 where there were some.

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
            return 0
    found = load(files, max_bytes=_MOST_BYTES)
    sides: dict[Side, tuple[Record, ...]] = {Side.NEED: found.needs, Side.ACHIEVEMENT: found.achievements}
    # One transaction: a start that is interrupted leaves nothing or all of it.
    with database.work() as session:
        store = RecordStore(session, None)
        for side, records in sides.items():
            name, kind = _OWNERS[side]
            owner = session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()
            if owner is None:
                owner = Organisation(name=name, kind=kind.value)
                session.add(owner)
                session.flush()
            for record in records:
                # Its days are past; what is there to be tried must not expire on the first evening.
                lasting = replace(record, valid_until=None)
                store.create(
                    Draft(record=lasting, owner_id=owner.id, external_id=record.id),
                    state=State.PUBLISHED,
                    action="import",
                )
    return sum(map(len, sides.values()))
