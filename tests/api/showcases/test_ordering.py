"""Orders of lists of which a curator does not see every item: x is never seen."""

import pytest

from api.showcases.ordering import inserted, reordered


def test_what_is_not_seen_keeps_its_place() -> None:
    assert reordered(["a", "x", "b", "c"], ["a", "b", "c"], ["c", "a", "b"]) == ["c", "x", "a", "b"]


@pytest.mark.parametrize("wanted", [["a"], ["a", "a", "b"], ["a", "b", "x"], []])
def test_each_seen_item_once(wanted: list[str]) -> None:
    with pytest.raises(ValueError, match="once"):
        reordered(["a", "x", "b"], ["a", "b"], wanted)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, ["x", "a", "b", "n"]),
        (1, ["x", "n", "a", "b"]),
        (2, ["x", "a", "n", "b"]),
        (3, ["x", "a", "b", "n"]),
        (99, ["x", "a", "b", "n"]),
    ],
)
def test_a_place_counts_what_is_seen(place: int | None, expected: list[str]) -> None:
    assert inserted(["x", "a", "b"], ["a", "b"], "n", place) == expected
