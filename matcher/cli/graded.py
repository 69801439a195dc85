"""Graded pairs and the records they are about, from three files."""

from pathlib import Path

from matcher.cli.reading import read_files
from matcher.config import Settings
from matcher.errors import EvaluationError
from matcher.evaluate import GradedSet, read_judgements
from matcher.records import Side

__all__ = ["read_graded"]


def read_graded(
    needs: Path,
    achievements: Path,
    judgements: Path,
    settings: Settings,
    *,
    name: str = "",
    skip_unknown: bool = False,
) -> GradedSet:
    """Read graded pairs with the records they are about; `skip_unknown` as in `Judgements.within`.

    Raises:
        InputError: a file of records cannot be read.
        EvaluationError: the judgements cannot be read, name unknown ids, or a file holds nothing of its side.
    """
    judged = read_judgements(judgements)
    asked = {need.id: need for need in read_files([needs], settings, side=Side.NEED).needs}
    offered = {each.id: each for each in read_files([achievements], settings, side=Side.ACHIEVEMENT).achievements}
    if not asked or not offered:
        raise EvaluationError(f"{needs} 里没有需求，或 {achievements} 里没有成果；请检查两个文件是否放反。")
    judged = judged.within(asked, offered, skip_unknown=skip_unknown)
    return GradedSet(name=name, needs=asked, achievements=offered, judgements=judged)
