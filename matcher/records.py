"""What flows through the engine: frozen, typed records and results.

Field names follow the field's standard terms; `../docs/data-format.md` lists the spreadsheet headings of each.
Money is in CNY, dates are calendar dates, TRL is 1–9 (GB/T 22900), levels are 1–4.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import overload

__all__ = [
    "LEVELS",
    "Achievement",
    "CheckState",
    "Evidence",
    "FieldLabel",
    "Gate",
    "GateState",
    "IndicatorCheck",
    "IpItem",
    "LevelInfo",
    "Match",
    "MatchList",
    "Need",
    "OrganisationLead",
    "Price",
    "PriceKind",
    "Provenance",
    "Record",
    "Region",
    "Scheme",
    "Side",
    "Tier",
    "TransferMode",
    "TrlBand",
    "TrlSource",
]


class Side(StrEnum):
    """Which of the two lists a record belongs to."""

    NEED = "need"
    ACHIEVEMENT = "achievement"

    @property
    def other(self) -> "Side":
        """The list that a record's partners are in."""
        return Side.ACHIEVEMENT if self is Side.NEED else Side.NEED


class Tier(IntEnum):
    """Who may read a text: 公开 < 登录可见 < 授权可见 < 仅本人."""

    PUBLIC = 1
    REGISTERED = 2
    RESTRICTED = 3
    SECRET = 4


class TransferMode(StrEnum):
    """Contract kinds of 民法典 843, and equity."""

    DEVELOPMENT = "技术开发"
    ASSIGNMENT = "技术转让"
    LICENCE = "技术许可"
    CONSULTING = "技术咨询"
    SERVICE = "技术服务"
    EQUITY = "作价入股"


class PriceKind(StrEnum):
    """How firm a price is."""

    NEGOTIABLE = "negotiable"
    INDICATIVE = "indicative"
    FLOOR = "floor"
    FIRM = "firm"


class TrlSource(StrEnum):
    """Whether a TRL was stated as a number or inferred from a platform's word."""

    STATED = "stated"
    INFERRED = "inferred"


class Scheme(StrEnum):
    """Classifications a record can carry."""

    PLAN = "plan"
    HIGHTECH = "hightech"
    INDUSTRY = "gbt4754"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a record was read; `row` is the number the spreadsheet program shows (1-based)."""

    file: str
    sheet: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price in CNY; both bounds are None for 面议. `raw` is what the file said."""

    kind: PriceKind
    low_cny: float | None = None
    high_cny: float | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IpItem:
    """One intellectual-property right, as far as it was stated."""

    type: str
    number: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrlBand:
    """A range of technology readiness levels, 1 ≤ low ≤ high ≤ 9, and where it comes from."""

    low: int
    high: int
    source: TrlSource
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An administrative division; `code` is GB/T 2260 (six digits) or "" when only the name is known."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLabel:
    """One classification of a record; `confidence` in [0, 1], 1.0 where the file stated it."""

    scheme: Scheme
    code: str
    name: str
    confidence: float
    stated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(ABC):
    """What needs and achievements share. Columns we do not know are in `extra`, heading → text, never dropped.

    `duplicate_of` is the id of the canonical record of its cluster of re-posts; "" for a canonical or single record.
    """

    id: str
    title: str
    confidential_detail: str = ""
    keywords: tuple[str, ...] = ()
    indicators_text: str = ""
    org: str = ""
    contact: str = ""
    fields: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    labels: tuple[FieldLabel, ...] = ()
    region: Region | None = None
    published_on: dt.date | None = None
    valid_until: dt.date | None = None
    status: str = ""
    source: str = ""
    source_url: str = ""
    visibility: Tier = Tier.PUBLIC
    duplicate_of: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    provenance: Provenance | None = None

    @property
    @abstractmethod
    def side(self) -> Side:
        """Which list this record belongs to."""

    @property
    @abstractmethod
    def modes_wanted(self) -> tuple[TransferMode, ...]:
        """Cooperation modes stated on this side; empty when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement(Record):
    """成果: what a university or institute has and would transfer."""

    summary: str = ""
    team: tuple[str, ...] = ()
    trl: TrlBand | None = None
    transfer_modes: tuple[TransferMode, ...] = ()
    price: Price | None = None
    ip_items: tuple[IpItem, ...] = ()
    level: str = ""
    application_scope: str = ""
    prior_use: str = ""
    last_confirmed_on: dt.date | None = None

    @property
    def side(self) -> Side:
        """Always `Side.ACHIEVEMENT`."""
        return Side.ACHIEVEMENT

    @property
    def modes_wanted(self) -> tuple[TransferMode, ...]:
        """Transfer modes offered."""
        return self.transfer_modes


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Record):
    """需求: what an enterprise looks for."""

    problem: str = ""
    current_state: str = ""
    budget_low_cny: float | None = None
    budget_high_cny: float | None = None
    modes: tuple[TransferMode, ...] = ()
    trl_min: int | None = None
    region_scope: tuple[Region, ...] = ()
    preferred_orgs: tuple[str, ...] = ()
    blocked_orgs: tuple[str, ...] = ()

    @property
    def side(self) -> Side:
        """Always `Side.NEED`."""
        return Side.NEED

    @property
    def modes_wanted(self) -> tuple[TransferMode, ...]:
        """Cooperation modes the enterprise accepts."""
        return self.modes


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelInfo:
    """A grade of the match with the sentence a reader sees."""

    level: int
    name: str
    meaning: str


LEVELS: tuple[LevelInfo, ...] = (
    LevelInfo(level=1, name="无相关", meaning="解决的不是同一类问题，不建议联系。"),
    LevelInfo(level=2, name="弱相关", meaning="同一领域或对象，但方法或用途不同，可作备选线索。"),
    LevelInfo(level=3, name="较强相关", meaning="对象和目标一致，值得打电话核实关键条件。"),
    LevelInfo(level=4, name="强相关", meaning="基本就是需求要找的技术，建议优先安排对接。"),
)


class GateState(StrEnum):
    """Outcome of a hard condition; unknown never removes a candidate."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One hard condition of a need against an achievement, with a Chinese reason."""

    name: str
    state: GateState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verbatim stretch of one record: `record_text[start:end] == text` in the field named."""

    side: Side
    field: str
    start: int
    end: int
    text: str
    words: tuple[str, ...] = ()
    tier: Tier = Tier.PUBLIC


class CheckState(StrEnum):
    """Whether an achievement meets one target of a need; 未说明 is not a failure."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorCheck:
    """One target of a need against what the achievement states of the same quantity.

    `need` and `achievement` are the verbatim stretches compared; `achievement` is None where it states nothing.
    `must` says the need names it as indispensable. `margin` is in `unit`, positive where the achievement is better
    than asked, None where no single number tells it. `reason` is one Chinese line, `question` what to ask ("" if met).
    """

    parameter: str
    state: CheckState
    must: bool
    need: Evidence
    achievement: Evidence | None
    margin: float | None
    unit: str
    reason: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One need–achievement pair, graded and explained.

    `score` is the expected level in [1, 4]; `level_probs` are P(level = 1..4), summing to 1; `fit` = P(level ≥ 3);
    `parts` holds the named features behind the score; `duplicates` are ids of re-posted copies listed under this one.
    `checks` compare the need's targets one by one; `lines` explain the match in at most six short Chinese lines;
    `questions` are up to three to ask at the first call.
    """

    need_id: str
    achievement_id: str
    rank: int
    score: float
    level: int
    level_probs: tuple[float, float, float, float]
    fit: float
    parts: Mapping[str, float]
    gates: tuple[Gate, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    shared_words: tuple[str, ...] = ()
    reason: str = ""
    unknowns: tuple[str, ...] = ()
    checks: tuple[IndicatorCheck, ...] = ()
    lines: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()

    @property
    def level_name(self) -> str:
        """The Chinese name of the level."""
        return LEVELS[self.level - 1].name


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchList(Sequence[Match]):
    """The answer to one query: matches best first, those a hard condition excluded, and whether any fits.

    `query_side` says whether the query was a need (partners are achievements) or an achievement (partners are needs).
    `none_fits` is the honest “无合适成果”: no candidate is likely to reach level 3.
    """

    query_id: str
    query_side: Side
    matches: tuple[Match, ...]
    excluded: tuple[Match, ...] = ()
    none_fits: bool = False
    considered: int = 0

    def __len__(self) -> int:
        return len(self.matches)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Match, ...]: ...
    def __getitem__(self, index: int | slice) -> Match | tuple[Match, ...]:
        return self.matches[index]

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationLead:
    """An organisation or a team found through its records, for one query.

    `chance` in [0, 1]: probability that at least one of its records reaches level 3, taking records as independent.
    """

    name: str
    chance: float
    best_level: int
    record_ids: tuple[str, ...]
    people: tuple[str, ...] = ()
    contact: str = ""
