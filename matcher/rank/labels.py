"""Which word of a broker counts as what: read from a file, so that a platform can use its own words and weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path

from matcher.errors import FileFormatError
from matcher.text.normalize import fold_heading

__all__ = ["NEAR", "SOLVED", "Aspect", "Label", "LabelRules"]

_HEADING = ("kind", "words", "aspect", "low", "high", "weight")
_KINDS = ("verdict", "refusal", "reason", "ignored", "written")
SOLVED, NEAR = "solved", "near"
"""What a written need is to its achievement: written for it, or for its field only."""


class Aspect(StrEnum):
    """What a word is about; only content teaches the level."""

    CONTENT = "content"
    MATURITY = "maturity"
    PRICE = "price"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What a reader calls it."""
        return {"content": "内容", "maturity": "成熟度", "price": "价格", "other": "其他"}[self.value]


@dataclass(frozen=True, slots=True)
class Label:
    """The content's level lies in low..high (1..4 tells nothing); it counts `weight` ≥ 0, 1 for a deliberate grade."""

    word: str
    aspect: Aspect
    low: int
    high: int
    weight: float

    @property
    def teaches(self) -> bool:
        """Whether anything about the level follows from it."""
        return self.weight > 0 and (self.low, self.high) != (1, 4)


@dataclass(frozen=True, slots=True)
class LabelRules:
    """Words, folded as headings are → labels. A refusal is a verdict that a reason can explain.

    written: `SOLVED` and `NEAR`; where a file names neither, written needs teach nothing.
    """

    verdicts: Mapping[str, Label]
    refusals: Mapping[str, Label]
    reasons: Mapping[str, Label]
    ignored: Label
    written: Mapping[str, Label]

    def label(self, verdict: str, reason: str) -> Label:
        """What a verdict and a reason, either of them possibly empty, say together.

        A reason counts only with a refusal or alone. One about content leaves a refusal's own levels and lends its
        weight where that is greater; one about anything else takes their place: 不合适 for being 太早期 is no word
        against the content.

        Raises:
            KeyError: an unknown word, or both are empty; the argument is the word.
        """
        said, why = fold_heading(verdict), fold_heading(reason)
        if why and why not in self.reasons:
            raise KeyError(reason)
        if said in self.verdicts:
            return self.verdicts[said]
        if said and said not in self.refusals:
            raise KeyError(verdict)
        if not said:
            return self.reasons[why]
        refusal = self.refusals[said]
        if not why:
            return refusal
        cause = self.reasons[why]
        if cause.aspect is not Aspect.CONTENT:
            return cause
        return Label(cause.word, cause.aspect, refusal.low, refusal.high, max(refusal.weight, cause.weight))

    def refuses(self, verdict: str, reason: str) -> bool:
        """Whether a verdict and a reason, not both empty, say no to a candidate, whatever it is about.

        Raises:
            KeyError: as `label` says.
        """
        self.label(verdict, reason)
        said = fold_heading(verdict)
        return said in self.refusals if said else bool(reason)

    @classmethod
    def load(cls, path: Path | None = None) -> "LabelRules":
        """Read the rules; None reads those in the package.

        Raises:
            FileFormatError: the file is missing or a line is not such a rule.
        """
        source = path or resources.files("matcher.rank").joinpath("model", "labels.tsv")
        try:
            text = source.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise FileFormatError(
                f"标签规则 {source} 无法读取（{error}）；请给出 UTF-8 编码、以制表符分隔的文件。"
            ) from error
        found: dict[str, dict[str, Label]] = {kind: {} for kind in _KINDS}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#") or tuple(line.split("\t")) == _HEADING:
                continue
            try:
                _add(found, *_rule(line))
            except ValueError as error:
                raise FileFormatError(
                    f"标签规则 {source} 第 {number} 行不可用（{error}）；"
                    f"每行应为 {' '.join(_HEADING)} 六列，见 docs/feedback.md。"
                ) from error
        if not found["verdict"] or not found["ignored"]:
            raise FileFormatError(
                f"标签规则 {source} 缺少 verdict 或 ignored 行；"
                "请从随包的 labels.tsv 复制一份再改，见 docs/feedback.md。"
            )
        return cls(
            found["verdict"],
            found["refusal"],
            found["reason"],
            next(iter(found["ignored"].values())),
            found["written"],
        )


def _add(found: dict[str, dict[str, Label]], kind: str, words: tuple[str, ...], label: Label) -> None:
    """Put a rule in its place.

    Raises:
        ValueError: a word that already has a meaning in the same column.
    """
    same_column = ("verdict", "refusal") if kind in {"verdict", "refusal"} else (kind,)
    for word in words:
        if any(fold_heading(word) in found[other] for other in same_column):
            raise ValueError(f"“{word}”写了两次")
        found[kind][fold_heading(word)] = label


def _rule(line: str) -> tuple[str, tuple[str, ...], Label]:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != len(_HEADING):
        raise ValueError(f"有 {len(cells)} 列")
    kind, words, aspect, low, high, weight = cells
    if kind not in _KINDS:
        raise ValueError(f"kind 是“{kind}”")
    if aspect not in set(Aspect):
        raise ValueError(f"aspect 是“{aspect}”")
    names = tuple(word.strip() for word in words.split("|") if word.strip())
    if kind == "written" and not set(names) <= {SOLVED, NEAR}:
        raise ValueError(f"written 的词是“{words}”，只能是 {SOLVED} 或 {NEAR}")
    label = Label(names[0] if names else "", Aspect(aspect), int(low), int(high), float(weight))
    if not names or not 1 <= label.low <= label.high <= 4 or not 0 <= label.weight < float("inf"):
        raise ValueError(f"词“{words}”、等级 {low}–{high} 或权重 {weight} 超出范围")
    return kind, names, label
