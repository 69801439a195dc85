"""The table of moves, cell by cell."""

import pytest

from api.errors import ConflictError
from api.introductions.stages import Stage, check_move

ALLOWED = {
    ("new", "contacted"),
    ("new", "lost"),
    ("contacted", "negotiating"),
    ("contacted", "signed"),
    ("contacted", "lost"),
    ("negotiating", "signed"),
    ("negotiating", "lost"),
    ("lost", "contacted"),
}


@pytest.mark.parametrize("after", Stage)
@pytest.mark.parametrize("before", Stage)
def test_moves(before: Stage, after: Stage) -> None:
    if (before.value, after.value) in ALLOWED:
        check_move(before, after)
        return
    with pytest.raises(ConflictError, match=f"“{before.label}”，不能改为“{after.label}”"):
        check_move(before, after)


def test_labels_are_the_fields_own() -> None:
    assert [stage.label for stage in Stage] == ["新线索", "已联系", "洽谈", "签约", "未成"]
