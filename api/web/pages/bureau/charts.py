"""What `static/charts.js` draws: names, numbers and colours as data; the same numbers stand in a table beside it."""

from collections.abc import Sequence
from typing import Any

__all__ = ["BLUE", "BROWN", "GREY", "ORANGE", "PALE", "bars", "series"]

BLUE, ORANGE, BROWN, GREY, PALE = "#0b5cab", "#e08a00", "#9c2f00", "#8d99a6", "#a9cbe8"
"""Told apart by colour-blind readers, and by their lightness on a black-and-white print."""


def series(
    name: str, values: Sequence[float | None], colour: str | Sequence[str], *, line: bool = False
) -> dict[str, Any]:
    """One row of numbers; None is drawn as nothing. `colour`: one, or one for each number. `line`: instead of bars."""
    colours = colour if isinstance(colour, str) else list(colour)
    return {"name": name, "values": list(values), "colour": colours, "line": line}


def bars(
    labels: Sequence[str],
    rows: Sequence[dict[str, Any]],
    *,
    unit: str = "",
    lying: bool = False,
    stacked: bool = False,
    links: Sequence[str] = (),
    mirrored: str = "",
    tall_px: int = 0,
) -> dict[str, Any]:
    """A bar chart.

    Args:
        labels: of the groups of bars, as long as each row's values.
        rows: from `series`.
        unit: of all numbers.
        lying: bars from left to right, the first group on top.
        stacked: the rows of a group on top of each other.
        links: where a click on a group leads.
        mirrored: the first row goes to the left with a scale of its own, the others stacked to the right, under
            this name.
        tall_px: height of standing bars, 0 for the usual.
    """
    return {
        "labels": list(labels),
        "series": list(rows),
        "unit": unit,
        "lying": lying,
        "stacked": stacked,
        "links": list(links),
        "mirrored": mirrored,
        "tall": tall_px,
    }
