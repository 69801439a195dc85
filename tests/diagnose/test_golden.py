"""Needs written and judged by hand: class, what is missing, and what one of the three questions must ask."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from matcher.corpus.values.mode import parse_modes
from matcher.diagnose import Diagnosis, NeedClass, diagnose
from matcher.records import Need

GOLDEN = Path(__file__).parents[1] / "golden" / "diagnose.tsv"


def _rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [{name: text or "" for name, text in row.items()} for row in csv.DictReader(file, delimiter="\t")]


def _need(row: dict[str, str]) -> Need:
    budget = float(row["budget"]) * 1e4 if row["budget"] else None
    return Need(
        id="n",
        title=row["title"],
        problem=row["problem"],
        indicators_text=row["indicators"],
        budget_low_cny=budget,
        budget_high_cny=budget,
        valid_until=dt.date.fromisoformat(row["deadline"]) if row["deadline"] else None,
        modes=parse_modes(row["modes"]),
    )


ROWS = _rows()


def test_there_are_forty_of_all_classes() -> None:
    assert len(ROWS) >= 40
    assert {row["class"] for row in ROWS} == set(NeedClass)


@pytest.mark.parametrize("row", ROWS, ids=[row["title"] for row in ROWS])
def test_class_missing_items_and_questions_are_as_judged(row: dict[str, str]) -> None:
    found: Diagnosis = diagnose(_need(row))
    assert found.need_class == row["class"], found.reasons
    assert "、".join(found.missing) == row["missing"]
    assert any(row["asks"] in question for question in found.questions), found.questions
    assert len(set(found.questions)) == 3


@pytest.mark.parametrize("row", ROWS, ids=[row["title"] for row in ROWS])
def test_reasons_quote_the_need(row: dict[str, str]) -> None:
    need = _need(row)
    text = "\n".join((need.title, need.problem, need.indicators_text))
    reasons = diagnose(need).reasons
    assert reasons
    assert all(reason.quote in text for reason in reasons)
