import numpy as np
import pytest

from matcher.index.columns import Columns
from matcher.index.facets import Facet, facets
from matcher.index.filters import Filter
from matcher.records import Achievement, FieldLabel, Region, Scheme, TransferMode, TrlBand, TrlSource


def made(at: int, *, org: str = "", region: Region | None = None, low: int = 0) -> Achievement:
    return Achievement(
        id=f"A{at}",
        title="换热器",
        org=org,
        region=region,
        trl=TrlBand(low=low, high=low + 1, source=TrlSource.STATED) if low else None,
        transfer_modes=(TransferMode.LICENCE, TransferMode.EQUITY),
        labels=(FieldLabel(scheme=Scheme.HIGHTECH, code="8", name="先进制造", confidence=1.0, stated=True),),
    )


KAIFENG = Region(name="河南省开封市", code="410200")
RECORDS = [
    made(0, org="甲大学", region=KAIFENG, low=4),
    made(1, org="乙大学", region=Region(name="开封"), low=5),
    made(2, org="乙大学", region=KAIFENG),
]
COLUMNS = Columns.of(RECORDS)


def test_values_are_counted_and_named_as_a_filter_takes_them() -> None:
    found = facets(COLUMNS, None, most=10)
    assert found["org"] == (Facet("乙大学", "乙大学", 2), Facet("甲大学", "甲大学", 1))
    assert found["region"] == (Facet("410200", "河南省开封市", 2), Facet("开封", "开封", 1))
    assert found["hightech"] == (Facet("8", "先进制造", 3),)
    assert found["modes"] == (Facet("作价入股", "作价入股", 3), Facet("技术许可", "技术许可", 3))
    assert found["trl"] == (Facet("5", "TRL 5", 2), Facet("4", "TRL 4", 1), Facet("6", "TRL 6", 1))
    assert (found["plan"], found["status"]) == ((), ())
    assert "duplicate_of" not in found


def test_only_allowed_records_count_and_what_none_of_them_holds_is_not_named() -> None:
    found = facets(COLUMNS, np.array([True, False, False]), most=10)
    assert found["org"] == (Facet("甲大学", "甲大学", 1),)
    assert found["region"] == (Facet("410200", "河南省开封市", 1),)
    assert [facet.value for facet in found["trl"]] == ["4", "5"]


@pytest.mark.parametrize(("name", "field"), [("region", "regions"), ("org", "orgs"), ("modes", "modes")])
def test_a_filter_of_a_value_finds_as_many_as_were_counted(name: str, field: str) -> None:
    for facet in facets(COLUMNS, None, most=10)[name]:
        if facet.value != "开封":
            conditions = Filter(**{field: (facet.value,)}, keep_unknown=False)  # type: ignore[arg-type]
            assert conditions.mask(COLUMNS).sum() == facet.count


def test_the_commonest_are_kept() -> None:
    assert [facet.value for facet in facets(COLUMNS, None, most=1)["org"]] == ["乙大学"]
