"""Do two names stand for one quantity? Words decide; meaning only where the words of the object differ.

Heads first (抗拉强度 is not 抗压强度), then qualifiers (入口 | 出口, 湿 | 干), then the object (涂层 | 基体).
"""

from dataclasses import dataclass

from matcher.rank.checks.base import Likeness
from matcher.rank.checks.names import Name
from matcher.rank.checks.titles import Subject, says

__all__ = ["Ground", "likeness", "worth_asking"]

_PHRASE = 4


def _conflict(need: Name, stated: Name) -> bool:
    """Whether both name an axis and differ on it, or only one names it where the axis is hard."""
    if need.hard != stated.hard:
        return True
    axes = {axis for axis, _ in need.soft} & {axis for axis, _ in stated.soft}
    return any(_on(need, axis) != _on(stated, axis) for axis in axes)


def _on(name: Name, axis: str) -> set[str]:
    return {value for on, value in name.soft if on == axis}


def worth_asking(need: Name, stated: Name) -> bool:
    """Whether the names differ only in words of the object, so that their meaning may tell."""
    return (
        need.quantity is not None
        and need.quantity == stated.quantity
        and not need.flagged("of")
        and bool(need.of and stated.of)
        and not _conflict(need, stated)
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of two statements beside their names.

    `about`: the records are about one object as far as their titles tell; `close`: the names are close in meaning
    (asked only where `worth_asking`); `alone`: the titles share a word and the achievement states one share of the
    kind only, so that 破碎率 can but be the 荚果破碎率 that is asked for.
    """

    need: Subject
    achievement: Subject
    about: bool
    close: bool = False
    alone: bool = False


def likeness(need: Name, stated: Name, ground: Ground) -> Likeness:
    """How surely a target's name and a property's name stand for one quantity."""
    if not (need.text and stated.text) or need.quantity != stated.quantity:
        return Likeness.OTHER
    subject = _subject_repeated(need, stated, ground)
    about = ground.about or subject > Likeness.POSSIBLE
    found = _by_words(need, stated, ground, subject)
    bare = need.quantity is None or (need.flagged("object") and not need.of and not stated.of)
    unnamed = not (need.given and stated.given)
    if unnamed or (bare and not about):
        # A bare 尺寸 of another thing is not worth a question; nor is what the table does not know.
        vague = need.flagged("object") or need.flagged("of") or need.quantity is None
        return Likeness.OTHER if vague else min(found, Likeness.POSSIBLE)
    if about:
        return found
    if need.flagged("object") and not (need.of and stated.of):
        return Likeness.OTHER
    if need.flagged("of"):
        # 金属离子含量 of two products is two contents.
        return min(found, Likeness.POSSIBLE)
    return Likeness.LIKELY if found is Likeness.SAME else min(found, Likeness.POSSIBLE)


def _subject_repeated(need: Name, stated: Name, ground: Ground) -> Likeness:
    """Whether the one name has more words than the other only because it repeats what the other record is about.

    花生联合收获机总损失率 is 总损失率 of what calls itself a 花生联合收获机. A single word may be a part of the machine
    (轴承温度 beside 温度), so that only a phrase of both titles, or what is all of one, is sure.
    """
    mine, theirs = set(need.of), set(stated.of)
    if mine == theirs or not (mine < theirs or theirs < mine):
        return Likeness.OTHER
    longer, shorter, told_by, own = (
        (need, theirs, ground.achievement, ground.need)
        if theirs < mine
        else (stated, mine, ground.need, ground.achievement)
    )
    more = [word for word in longer.of if word not in shorter]
    if not says(told_by, more):
        return Likeness.OTHER
    phrase = "".join(more)
    whole = phrase in {told_by.heading, own.heading} or (len(more) > 1 and len(phrase) >= _PHRASE)
    return Likeness.SAME if whole and phrase in told_by.heading and phrase in own.heading else Likeness.LIKELY


def _by_words(need: Name, stated: Name, ground: Ground, subject: Likeness) -> Likeness:
    if need.quantity is None:
        return _outside_the_table(need, stated, ground, subject)
    if _conflict(need, stated):
        # 入口温度 beside 温度 may still be the same; 入口 beside 出口 is not.
        silent = not (need.hard and stated.hard) and set(need.of) == set(stated.of)
        return Likeness.POSSIBLE if silent else Likeness.OTHER
    if need.flagged("of") and (need.of[-1:] != stated.of[-1:] or not need.of):
        return Likeness.OTHER if need.of and stated.of else Likeness.POSSIBLE
    found = max(_by_object(need, stated, ground), subject)
    if found is Likeness.SAME and (need.soft != stated.soft or _untreated(need)):
        return Likeness.LIKELY
    return found


def _outside_the_table(need: Name, stated: Name, ground: Ground, subject: Likeness) -> Likeness:
    """Only the same words are the same; 在线持液量 beside 持液量, of several words each, is likely so."""
    plain = need.measured and need.hard == stated.hard and need.soft == stated.soft
    if not plain or not need.of or need.of[-1:] != stated.of[-1:]:
        return Likeness.OTHER
    if need.of == stated.of:
        return Likeness.SAME
    mine, theirs = set(need.of), set(stated.of)
    fuller = ground.about and (mine < theirs or theirs < mine) and min(len(mine), len(theirs)) > 1
    return max(subject, Likeness.LIKELY) if fuller else subject


def _untreated(need: Name) -> bool:
    """COD without a word for where may be that of the waste water that comes in."""
    return need.flagged("place") and not any(axis == "place" for axis, _ in need.hard)


def _by_object(need: Name, stated: Name, ground: Ground) -> Likeness:
    mine, theirs = set(need.of), set(stated.of)
    if mine == theirs:
        return Likeness.SAME
    if not mine or not theirs:
        if ground.alone and ground.about and not theirs and need.quantity is not None and need.quantity.better:
            return Likeness.LIKELY
        return Likeness.POSSIBLE if need.flagged("object") else Likeness.LIKELY
    if (mine <= theirs or theirs <= mine) and need.of[-1] == stated.of[-1]:
        return Likeness.LIKELY
    if ground.close:
        return Likeness.LIKELY
    return Likeness.POSSIBLE if mine & theirs else Likeness.OTHER
