"""The standing matching over the wire: ranked leads, needs nobody serves near one's own work, a need's outlook."""

import datetime as dt
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field

from api.db.tables import Outlook, RecordRow
from api.introductions.stages import Stage
from api.matching.presenting import match_out, partner_out
from api.outlook.asking import two_sentences
from api.outlook.leads import Lead
from api.outlook.reading import Freshness
from api.outlook.unmet import Unmet, UnmetNeeds
from api.records.states import State
from api.schemas.matching import CheckOut, FiltersBody, GateOut, PartnerOut
from matcher.corpus.schemes import categories
from matcher.explain.reason import with_name
from matcher.records import LEVELS, CheckState, GateState, Scheme

__all__ = [
    "FieldOut",
    "FreshnessOut",
    "LeadIntroductionOut",
    "LeadOut",
    "LeadsOut",
    "OutlookOut",
    "RegionCode",
    "UnmetNeedOut",
    "UnmetNeedsOut",
]

Level = Annotated[int, Field(ge=1, le=4)]
Fit = Annotated[float, Field(ge=0, le=1)]


def _place(text: str) -> str:
    """The code of a place without the zeros that mean “all of it”, as every search takes it.

    Raises:
        ValueError: no such place.
    """
    try:
        return next(iter(FiltersBody(regions=[text]).regions), "")
    except ValueError as error:
        raise ValueError(
            f"不认识地区“{text[:40]}”；请写行政区名称（如 开封、河南省）或 GB/T 2260 代码（如 41、410200）"
        ) from error


RegionCode = Annotated[str, AfterValidator(_place)]
"""A place by name or code; it arrives as the shortest code."""


class FreshnessOut(BaseModel):
    """比对的新旧；How fresh the standing matching is. `waiting` of `needs` have still to be looked at (again)."""

    needs: Annotated[int, Field(description="已发布的需求数；Published needs that are watched")]
    waiting: Annotated[int, Field(description="其中等待（重新）比对的；Of those still to be looked at")]
    changes: Annotated[int, Field(description="变动后尚未比对的成果数；Changed achievements not yet compared")]
    oldest_looked_at: Annotated[
        dt.datetime | None, Field(description="最久的一次比对时间；When the stalest need was looked at")
    ]
    message: Annotated[str, Field(description="给人看的一句话；One sentence for people")]

    @classmethod
    def of(cls, found: Freshness) -> Self:
        """What is said of it."""
        if not found.needs:
            told = "还没有已发布的需求。"
        elif found.waiting or found.changes:
            told = f"正在比对：{found.needs} 条需求中有 {found.waiting} 条等待（重新）比对"
            told += f"，另有 {found.changes} 项成果的变动尚未比对。" if found.changes else "。"
        else:
            told = f"{found.needs} 条需求都已按现在的成果比对。"
        return cls(
            needs=found.needs,
            waiting=found.waiting,
            changes=found.changes,
            oldest_looked_at=found.oldest,
            message=told,
        )


class FieldOut(BaseModel):
    """A plan field of a need."""

    code: str
    name: str


class LeadIntroductionOut(BaseModel):
    """这一对已有的对接；编号和阶段仅在您可知时给出。The introduction there is; id and stage where they may be known."""

    id: str | None
    stage: Stage | None
    stage_label: Annotated[str, Field(description="阶段名称；不可知时为“已在对接”")]


class LeadOut(BaseModel):
    """一条线索：一条需求和一项成果，按预计收益排序；A lead. expected_cny = chance × amount_cny, as in a worklist."""

    need: PartnerOut
    achievement: PartnerOut
    fields: Annotated[list[FieldOut], Field(description="需求的规划领域；Plan fields of the need")]
    level: Level
    level_name: str
    fit: Annotated[float, Field(ge=0, le=1, description="P(level ≥ 3)")]
    rank: Annotated[int, Field(ge=1, description="在该需求名单中的名次；Place in the need's own list")]
    why: Annotated[str, Field(description="匹配的理由，两句话；Why they match")]
    expected_cny: Annotated[float, Field(description="预计收益（元）= 签约机会 × 预计合同额；Expected value")]
    chance: Annotated[float, Field(ge=0, le=1, description="签约机会，0–1；Chance of a contract")]
    amount_cny: Annotated[float, Field(description="预计合同额（元）；Expected amount")]
    amount_basis: Annotated[str, Field(description="金额的依据，如“按预算”；Where the amount comes from")]
    worth: Annotated[str, Field(description="收益怎么算的，一句话；How the expected value comes about")]
    taken: Annotated[bool, Field(description="已有对接，不能再发起；There is an introduction of the pair")]
    introduction: Annotated[LeadIntroductionOut | None, Field(description="taken 为真时给出")]
    looked_at: Annotated[dt.datetime, Field(description="何时比对的；When the pair was matched")]

    @classmethod
    def of(cls, lead: Lead) -> Self:
        """What is shown of a lead."""
        pair, introduction = lead.pair, lead.introduction
        stage = None if introduction is None else Stage(introduction.stage)
        there = LeadIntroductionOut(
            id=None if introduction is None else introduction.id,
            stage=stage,
            stage_label="已在对接" if stage is None else stage.label,
        )
        names = categories(Scheme.PLAN)
        return cls(
            need=partner_out(lead.need),
            achievement=partner_out(lead.achievement),
            fields=[FieldOut(code=code, name=names[code].name) for code in lead.fields if code in names],
            level=pair.level,
            level_name=LEVELS[pair.level - 1].name,
            fit=pair.fit,
            rank=pair.rank,
            why=pair.why,
            expected_cny=round(lead.value_cny, 2),
            chance=round(lead.chance, 4),
            amount_cny=round(lead.amount.cny, 2),
            amount_basis=lead.amount.basis,
            worth=lead.worth,
            taken=lead.taken,
            introduction=there if lead.taken else None,
            looked_at=pair.looked_at,
        )


class LeadsOut(BaseModel):
    """One page of ranked leads."""

    items: list[LeadOut]
    next_cursor: str = ""
    total: Annotated[int, Field(description="符合条件的线索总数；Leads that pass the filters, all pages")]
    freshness: FreshnessOut


class UnmetNeedOut(BaseModel):
    """一条还没有合适成果的需求，和离它最近的本单位成果；A need nobody serves yet, and what of one's own is nearest."""

    need: PartnerOut
    near: Annotated[PartnerOut, Field(description="本单位最接近的成果；The nearest own achievement")]
    others_near: Annotated[int, Field(ge=0, description="本单位另有几项成果也接近；Further own ones that are near")]
    level: Level
    level_name: str
    fit: Fit
    why: Annotated[str, Field(description="接近在哪里；Why it is near")]
    missing: Annotated[list[str], Field(description="还差什么，逐条一句话；What is missing, a line each")]
    gates: Annotated[list[GateOut], Field(description="不满足或未写明的硬条件；Conditions failed or unknown")]
    checks: Annotated[list[CheckOut], Field(description="未达到或未写明的指标；Targets unmet or unknown")]
    questions: Annotated[list[str], Field(description="可以先问的问题；What to ask first")]
    looked_at: Annotated[dt.datetime, Field(description="该需求何时比对过；When the need was looked at")]

    @classmethod
    def of(cls, item: Unmet) -> Self:
        """What is shown of a need."""
        told = match_out(item.match, item.need)
        checks = [check for check in item.match.checks if check.state is not CheckState.MET]
        gates = [gate for gate in told.gates if gate.state is not GateState.PASS]
        return cls(
            need=told.partner,
            near=partner_out(item.near),
            others_near=item.others_near,
            level=told.level,
            level_name=told.level_name,
            fit=told.fit,
            why=two_sentences(item.match),
            missing=[*(gate.reason for gate in gates), *(with_name(check) for check in checks)],
            gates=gates,
            checks=[check for check in told.checks if check.state is not CheckState.MET],
            questions=told.questions,
            looked_at=item.looked_at,
        )


class UnmetNeedsOut(BaseModel):
    """Needs near one's own achievements that nothing serves, nearest first."""

    items: list[UnmetNeedOut]
    achievements: Annotated[int, Field(description="参加比较的本单位成果数（最新的若干项）；Own achievements compared")]
    achievements_in_all: Annotated[int, Field(description="本单位已发布的成果总数；Own published achievements")]
    message: Annotated[str, Field(description="给人看的一句话；One sentence for people")]

    @classmethod
    def of(cls, found: UnmetNeeds, items: list[UnmetNeedOut]) -> Self:
        """What is said of them."""
        if not found.in_all:
            told = "本单位还没有已发布的成果；发布后可看到谁在找相近的技术。"
        elif not items:
            told = "目前没有接近本单位成果、又无人满足的需求；可以订阅，有新需求时通知您。"
        else:
            told = f"{len(items)} 条需求还没有合适的成果，按与本单位成果的接近程度排列"
            some = found.in_all > found.achievements
            told += f"（比较了最新的 {found.achievements} 项成果，共 {found.in_all} 项）。" if some else "。"
        return cls(items=items, achievements=found.achievements, achievements_in_all=found.in_all, message=told)


class OutlookOut(BaseModel):
    """一条需求的前景；What the standing matching says of a need, in the eyes of every signed-in reader.

    The owner's own achievements and organisations the need would rather avoid are not counted. All but `need_id`,
    `current` and `message` are null before the first look.
    """

    need_id: str
    best_level: Annotated[int | None, Field(ge=0, le=4, description="最好的等级，0 为没有候选；0: no candidate")]
    best_level_name: str | None
    best_fit: Fit | None
    fitting: Annotated[int | None, Field(description="等级 3 及以上的成果数，最多数到 50；Counted up to 50")]
    none_fits: Annotated[bool | None, Field(description="无合适成果；Nothing is likely to fit")]
    looked_at: dt.datetime | None
    current: Annotated[bool, Field(description="是否按需求现在的内容比对过；Whether it is about the present version")]
    message: Annotated[str, Field(description="给人看的一句话；One sentence for people")]

    @classmethod
    def of(cls, row: RecordRow, outlook: Outlook | None) -> Self:
        """What is said of a need; `outlook` None: it was not looked at."""
        if outlook is None:
            waits = "需求还没有比对过，通常几分钟内完成；请稍后再看。"
            told = waits if row.state == State.PUBLISHED else "需求发布后，系统会自动与全部成果比对。"
            return cls(
                need_id=row.id,
                best_level=None,
                best_level_name=None,
                best_fit=None,
                fitting=None,
                none_fits=None,
                looked_at=None,
                current=False,
                message=told,
            )
        current = outlook.need_version == row.version
        best = LEVELS[outlook.best_level - 1].name if outlook.best_level else None
        if outlook.none_fits:
            told = "目前没有合适的成果；可以订阅，有新成果时通知您。"
        elif outlook.fitting:
            told = f"有 {outlook.fitting} 项成果达到“{LEVELS[2].name}”或以上，最好的是“{best}”。"
        else:
            told = f"还没有成果达到“{LEVELS[2].name}”，最接近的是“{best}”。"
        return cls(
            need_id=row.id,
            best_level=outlook.best_level,
            best_level_name=best,
            best_fit=outlook.best_fit,
            fitting=outlook.fitting,
            none_fits=outlook.none_fits,
            looked_at=outlook.looked_at,
            current=current,
            message=told if current else f"需求修改后正在重新比对；修改前：{told}",
        )
