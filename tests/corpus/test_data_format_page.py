"""The page on the data format names every field, and what it promises about headings holds."""

import re
from pathlib import Path

from matcher.corpus.columns import FIELD_LABELS, recognise

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-format.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (?:both|needs|achievements) \| (.+) \|$", PAGE, flags=re.MULTILINE)


def test_every_field_has_a_row() -> None:
    assert [field for field, _ in ROWS] == list(FIELD_LABELS)


def test_every_heading_of_the_page_means_its_field() -> None:
    for field, headings in ROWS:
        for heading in headings.split(", "):
            assert recognise([heading])[0].field == field, heading
