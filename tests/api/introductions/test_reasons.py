"""The eleven codes are those of the reports and of what training learns from."""

import pytest

from api.errors import InvalidError
from api.introductions.reasons import Reason, check_reason
from matcher.rank.labels import LabelRules
from matcher.report import REFUSALS


def test_the_codes_are_the_fields_own() -> None:
    assert tuple(reason.label for reason in Reason) == REFUSALS


def test_every_code_fits_its_column_and_is_known_to_training() -> None:
    rules = LabelRules.load()
    for reason in Reason:
        assert len(reason.value) <= 20
        assert rules.label("未成", reason.label).aspect is not None


def test_other_needs_words() -> None:
    assert check_reason(Reason.PRICE, "") is Reason.PRICE
    assert check_reason(Reason.OTHER, "项目暂停") is Reason.OTHER
    with pytest.raises(InvalidError) as caught:
        check_reason(Reason.OTHER, "  ")
    assert caught.value.field == "note"
    with pytest.raises(InvalidError) as caught:
        check_reason(None, "说明")
    assert caught.value.field == "reason_code"
