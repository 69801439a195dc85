"""What a check-up of a need finds."""

from dataclasses import dataclass
from enum import StrEnum

from matcher.text.aspects import Aspect, AspectKind

__all__ = [
    "BLANK",
    "CORPUS_LEAD",
    "QUESTIONS",
    "Candidate",
    "Contrast",
    "Diagnosis",
    "Item",
    "NeedClass",
    "Reason",
    "Term",
    "Way",
]

QUESTIONS = 3
"""How many questions a check-up asks at most."""

CORPUS_LEAD = "相近的成果里"
"""How a question begins that comes from the corpus."""

BLANK = "＿＿"
"""Where a suggested wording leaves a number to the enterprise."""


class NeedClass(StrEnum):
    """How far a need can be worked with, best first."""

    CLEAR = "清晰"
    VAGUE = "模糊"
    CONCEPT = "概念"
    AIMLESS = "无方向"


class Item(StrEnum):
    """What a call for partners ought to say besides the problem."""

    TARGETS = "考核指标"
    DEADLINE = "时限"
    BUDGET = "预算"
    MODE = "合作方式"
    RIGHTS = "产权"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a need got its class: a verbatim stretch of it, and what follows from that."""

    quote: str
    says: str

    def __str__(self) -> str:
        return f"“{self.quote}”{self.says}"


Way = tuple[AspectKind, str]
"""A method or a material and the word for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One near achievement of the corpus: `fit` = P(level ≥ 3); its title's words and ways."""

    id: str
    title: str
    position: int
    fit: float
    terms: frozenset[str]
    ways: frozenset[Way]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of near achievements that the need does not use; `support` of them hold it."""

    text: str
    support: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two words that divide the near achievements, each with the title of the nearest one that holds it."""

    first: str
    first_title: str
    second: str
    second_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The check-up of one need, made from its public texts alone.

    `aspects` are in reading order with places in the joined public text; `present` and `absent` are their kinds.
    `terms` are words of the corpus that the suggested `wording` adds; `wording` of a clear need
    names them alone, "" where there are none.
    """

    need_id: str
    title: str
    need_class: NeedClass
    reasons: tuple[Reason, ...]
    aspects: tuple[Aspect, ...]
    missing: tuple[Item, ...]
    questions: tuple[str, ...]
    terms: tuple[Term, ...] = ()
    wording: str = ""

    @property
    def from_corpus(self) -> int:
        """How many of the questions come from the corpus."""
        return sum(question.startswith(CORPUS_LEAD) for question in self.questions)

    @property
    def present(self) -> tuple[AspectKind, ...]:
        """Kinds of aspects the need tells."""
        told = {aspect.kind for aspect in self.aspects}
        return tuple(kind for kind in AspectKind if kind in told)

    @property
    def absent(self) -> tuple[AspectKind, ...]:
        """Kinds of aspects the need does not tell."""
        told = self.present
        return tuple(kind for kind in AspectKind if kind not in told)
