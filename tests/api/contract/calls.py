"""How each operation is called: what it is about, and a valid body."""

from collections.abc import Mapping

from tests.api.contract.account_calls import ACCOUNTS
from tests.api.contract.belonging_calls import BELONGINGS
from tests.api.contract.call import Call
from tests.api.contract.fair_calls import FAIRS
from tests.api.contract.introduction_calls import INTRODUCTIONS
from tests.api.contract.record_calls import RECORDS
from tests.api.contract.statistics_calls import STATISTICS

_OPERATIONS = {
    "get_health": Call(),
    "get_readiness": Call(),
    "get_metrics": Call(parts=lambda case: {"near": case.target == "near"}),
    "get_engine": Call(),
    "list_models": Call(),
}
CALLS: Mapping[str, Call] = {**RECORDS, **ACCOUNTS, **INTRODUCTIONS, **BELONGINGS, **_OPERATIONS, **STATISTICS, **FAIRS}
"""By operation id."""
