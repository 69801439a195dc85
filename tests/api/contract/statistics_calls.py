"""How the operations on the bureau's figures are called."""

from tests.api.contract.call import Call, sends
from tests.api.contract.scene import Scene, Thing


def _year(_scene: Scene, _target: str, _who: str) -> Thing:
    return Thing("2026")


STATISTICS = {
    "get_statistics_overview": Call(),
    "get_gap_map": Call(),
    "list_unserved_needs": Call(),
    "get_freshness": Call(),
    "get_targets": Call(_year),
    "put_targets": Call(_year, sends(contracts_cny=2_000_000_000)),
}
