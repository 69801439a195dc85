"""The word lists: each is a fast pattern, and the last word of one is found wherever the questions stand."""

import re

import pytest

from matcher.text.indicators.context import Context
from matcher.text.indicators.cues import cue

# Searched in whole sentences before every number.
SEARCHED = ["company", "today", "aim", "plain_aim", "wanted", "supposed", "done", "elsewhere"]


@pytest.mark.parametrize("name", SEARCHED)
def test_every_alternative_begins_with_a_plain_character(name):
    words = cue(name).pattern.removeprefix("(?:").removesuffix(")")
    depth, begins = 0, True
    for before, char in zip("|" + words, words, strict=False):
        begins = depth == 0 and before == "|"
        assert not (begins and char in "([.\\^"), words
        depth += {"(": 1, ")": -1}.get(char, 0)


def test_the_last_word_is_the_one_a_search_of_the_stretch_finds():
    text = "目前一般要求提高，国内通常过高。要求目前，一般"
    context = Context(text)
    for at in range(len(text) + 1):
        for name in ("today", "aim"):
            expected = max((match.start() for match in cue(name).finditer(text[:at])), default=-1)
            assert context.last_word(name, at, 0) == expected, (name, text[:at])


def test_a_word_before_the_floor_is_not_met():
    context = Context("目前如此。要求5mm")
    assert context.last_word("today", 7, 5) == -1
    assert context.last_word("aim", 7, 5) == 5


def test_stops_inside_numbers_are_none():
    text = "寿命1,200次,要求5mm"
    context = Context(text)
    assert context.clause_start(len(text)) == text.index("要")
    assert re.split(",(?=要)", text)[0] == text[: context.clause_start(len(text)) - 1]
