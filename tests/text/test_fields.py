import pytest

from matcher.records import Achievement, Need, Tier
from matcher.text.fields import text_fields, title_and_body


def test_a_closed_record_closes_all_its_fields() -> None:
    need = Need(id="1", title="甲", problem="乙", confidential_detail="丙", visibility=Tier.RESTRICTED)
    assert [(item.name, item.tier) for item in text_fields(need)] == [
        ("title", Tier.RESTRICTED),
        ("problem", Tier.RESTRICTED),
        ("confidential_detail", Tier.SECRET),
    ]


def test_body_holds_texts_and_only_new_keywords() -> None:
    achievement = Achievement(id="1", title="石墨提纯", summary="高温法", keywords=("石墨", "氯气"), prior_use="某厂")
    assert title_and_body(achievement) == ("石墨提纯", "高温法\n氯气")


def test_white_space_is_no_text() -> None:
    assert [item.name for item in text_fields(Achievement(id="1", title="甲", summary=" \n"))] == ["title"]


def test_other_things_are_refused() -> None:
    with pytest.raises(TypeError):
        text_fields("甲")  # type: ignore[arg-type]


def test_what_is_shown_is_not_derived_from_confidential_text() -> None:
    need = Need(id="1", title="甲", problem="乙", confidential_detail="丙")
    assert title_and_body(need) == ("甲", "乙\n丙")
    assert title_and_body(need, confidential=False) == ("甲", "乙")
