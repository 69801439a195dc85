"""What is told of a contract: one of the five kinds of technology contract (民法典 843), amount, day, number."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from api.db.tables import Introduction
from api.errors import InvalidError
from matcher.records import TransferMode

__all__ = ["Contract", "ContractKind", "check_signed_on", "contract_of", "put_contract"]


class ContractKind(StrEnum):
    """The kinds that are registered. Equity is no kind: it comes with 转让 or 许可 (`Contract.with_equity`)."""

    DEVELOPMENT = TransferMode.DEVELOPMENT.value
    ASSIGNMENT = TransferMode.ASSIGNMENT.value
    LICENCE = TransferMode.LICENCE.value
    CONSULTING = TransferMode.CONSULTING.value
    SERVICE = TransferMode.SERVICE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A signed contract; `amount_cny` ≥ 0, `number` that of its registration (技术合同登记), "" where not yet known."""

    kind: ContractKind
    amount_cny: float
    signed_on: dt.date
    number: str = ""
    with_equity: bool = False


def check_signed_on(contract: Contract, today: dt.date) -> None:
    """Raises InvalidError where a contract was signed in the future."""
    if contract.signed_on > today:
        raise InvalidError(
            f"签约日期 {contract.signed_on.isoformat()} 晚于今天；请填写实际签约日期。",
            "The contract is signed in the future.",
            field="contract.signed_on",
        )


def put_contract(row: Introduction, contract: Contract) -> None:
    """Write it into an introduction."""
    row.contract_kind = contract.kind.value
    row.contract_cny = contract.amount_cny
    row.contract_number = contract.number
    row.contract_equity = contract.with_equity
    row.signed_on = contract.signed_on


def contract_of(row: Introduction) -> Contract | None:
    """The contract of an introduction, None where none was signed."""
    if not row.contract_kind or row.contract_cny is None or row.signed_on is None:
        return None
    return Contract(
        kind=ContractKind(row.contract_kind),
        amount_cny=row.contract_cny,
        signed_on=row.signed_on,
        number=row.contract_number,
        with_equity=row.contract_equity,
    )
