"""Why a pair is not what it was: its own records, the models, the settings, or what it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.batch.base import Run, RunPair
from matcher.batch.plan import RunPlan
from matcher.rank.gates import GATES
from matcher.records import Record, Side
from matcher.report.public import public_record

__all__ = ["Cause", "Causes", "Why", "same_grade"]

# Of an expected level from 1 to 4: what moves less is the word counts of the corpus, and nobody acts on it.
_NOTHING = 0.005


class Cause(StrEnum):
    """Kinds of reasons."""

    RECORD = "记录变了"
    MODEL = "模型变了"
    SETTINGS = "设置变了"
    RIVALS = "同列的其他记录变了"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, with what exactly, in Chinese."""

    cause: Cause
    detail: str


# What of a record can change a grade, a hard condition or whose copy it is; a new telephone number cannot.
_FIELDS: Mapping[str, str] = {
    "title": "名称",
    "problem": "需求内容",
    "summary": "简介",
    "indicators_text": "技术指标",
    "application_scope": "应用范围",
    "keywords": "关键词",
    "org": "单位",
    "region": "地区",
    "region_scope": "限定地区",
    "trl": "成熟度",
    "trl_min": "要求的成熟度",
    "modes": "合作方式",
    "transfer_modes": "合作方式",
    "budget_high_cny": "预算",
    "price": "价格",
    "status": "状态",
    "valid_until": "有效期",
    "blocked_orgs": "回避单位",
    "visibility": "公开范围",
    "duplicate_of": "重复归并",
}
_NAMES = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}
_GATES = {info.name: info.label for info in GATES}
_MOST_RIVALS = 3
_GRADING = ("candidates", "query_windows", "window_chars")


class Causes:
    """Tells why, for two runs."""

    def __init__(self, before: Run, after: Run) -> None:
        self._before = before
        self._after = after
        self._lists = {id(run): _Lists.of(run) for run in (before, after)}
        self._grading = [*_models(before, after), *_grading(before, after)]
        self._choosing = _choosing(before, after)

    def of(self, need_id: str, achievement_id: str, before: RunPair | None, after: RunPair | None) -> tuple[Why, ...]:
        """The reasons for one pair, its own first; at least one.

        A pair with the same grade in both runs has only overtaken others or was overtaken. Where nothing of its own, no
        model and no setting changed, a grade moved with the word counts of the whole corpus.
        """
        if before is not None and after is not None and same_grade(before, after):
            return (self._rivals(need_id, achievement_id, before, after),)
        why = [
            *(Why(Cause.RECORD, text) for text in self._record(Side.NEED, need_id)),
            *(Why(Cause.RECORD, text) for text in self._record(Side.ACHIEVEMENT, achievement_id)),
        ]
        if before is not None and after is not None:
            why += self._grading
            return tuple(why) or (Why(Cause.RIVALS, "库内其他记录增减，词的稀有程度随之变化"),)
        why += self._conditions(need_id, achievement_id, own=bool(why))
        if self._cut_off(before or after):
            why.append(Why(Cause.SETTINGS, f"--top {self._before.manifest.plan.top}→{self._after.manifest.plan.top}"))
        why += [*self._grading, *self._choosing]
        return tuple(why) or (self._rivals(need_id, achievement_id, before, after),)

    def _record(self, side: Side, record_id: str) -> list[str]:
        """What happened to one record, if anything."""
        old, new = (
            (run.needs if side is Side.NEED else run.achievements).get(record_id) for run in (self._before, self._after)
        )
        name = _NAMES[side]
        if old is None or new is None:
            return [f"{name}{'新增' if old is None else '已不在表中'}"]
        changed = [label for field, label in _FIELDS.items() if _value(old, field) != _value(new, field)]
        if len({run.manifest.confidential.get(record_id) for run in (self._before, self._after)}) > 1:
            changed.append("保密详情")
        return [f"{name}：{'、'.join(dict.fromkeys(changed))}"] if changed else []

    def _conditions(self, need_id: str, achievement_id: str, *, own: bool) -> list[Why]:
        """Hard conditions that one run found unmet and the other did not."""
        key = (need_id, achievement_id)
        old, new = (self._lists[id(run)].failed.get(key) for run in (self._before, self._after))
        if old is None or new is None:
            # Only pairs that would have been listed are kept; nothing is known of the others.
            return []
        day = [f"{run.manifest.plan.today:%Y-%m-%d}" for run in (self._before, self._after)]
        told = []
        for said, names in (("不再符合", set(new) - set(old)), ("现在符合", set(old) - set(new))):
            labels = [label for name, label in _GATES.items() if name in names]
            if labels:
                dated = f"（判断日期 {day[0]}→{day[1]}）" if "validity" in names and day[0] != day[1] else ""
                told.append(f"{said}：{'、'.join(labels)}{dated}")
        return [Why(Cause.RECORD if own else Cause.SETTINGS, text) for text in told]

    def _cut_off(self, listed: RunPair | None) -> bool:
        """Whether the only run that lists a pair has it beyond the end of the other's lists."""
        tops = [run.manifest.plan.top for run in (self._before, self._after)]
        ranks = [] if listed is None else [rank for rank in (listed.need_rank, listed.achievement_rank) if rank]
        return bool(ranks) and min(ranks) > min(tops)

    def _rivals(self, need_id: str, achievement_id: str, before: RunPair | None, after: RunPair | None) -> Why:
        """Who has passed a pair that stands lower now, or who it stands no longer behind."""
        lists = [self._lists[id(run)] for run in (self._before, self._after)]
        places = [(None, None) if pair is None else (pair.need_rank, pair.achievement_rank) for pair in (before, after)]
        if places[0][0] != places[1][0]:
            side, listed = Side.ACHIEVEMENT, [each.matches.get(need_id, {}) for each in lists]
            ranks = [need_rank for need_rank, _ in places]
        else:
            side, listed = Side.NEED, [each.leads.get(achievement_id, {}) for each in lists]
            ranks = [achievement_rank for _, achievement_rank in places]
        then, now = (
            {other for other, rank in ranked.items() if own is None or rank < own}
            for ranked, own in zip(listed, ranks, strict=True)
        )
        came, left = now - then, then - now
        below = ranks[1] is None or (ranks[0] is not None and ranks[1] > ranks[0])
        if came and (below or not left):
            return Why(Cause.RIVALS, f"排到前面：{self._titles(side, came, listed[1])}")
        if left:
            return Why(Cause.RIVALS, f"不再在前面：{self._titles(side, left, listed[0])}")
        return Why(Cause.RIVALS, "名单里其他记录的先后变了")

    def _titles(self, side: Side, ids: set[str], listed: Mapping[str, int]) -> str:
        """The first of these records by rank."""
        known = [run.needs if side is Side.NEED else run.achievements for run in (self._after, self._before)]
        first = sorted(ids, key=lambda other: (listed[other], other))[:_MOST_RIVALS]
        rivals = [next(records[other] for records in known if other in records) for other in first]
        more = f"等 {len(ids)} 条" if len(ids) > len(first) else ""
        return "".join(f"“{public_record(rival).title}”" for rival in rivals) + more


def same_grade(before: RunPair, after: RunPair) -> bool:
    """Whether two grades of a pair differ by nothing that matters."""
    return before.level == after.level and abs(after.score - before.score) < _NOTHING


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """Both directions of a run: id → (partner's id → its rank), and what every pair that was kept fails."""

    matches: Mapping[str, Mapping[str, int]]
    leads: Mapping[str, Mapping[str, int]]
    failed: Mapping[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(cls, run: Run) -> "_Lists":
        matches: dict[str, dict[str, int]] = {}
        leads: dict[str, dict[str, int]] = {}
        for pair in run.pairs:
            if pair.need_rank:
                matches.setdefault(pair.need_id, {})[pair.achievement_id] = pair.need_rank
            if pair.achievement_rank:
                leads.setdefault(pair.achievement_id, {})[pair.need_id] = pair.achievement_rank
        return cls(matches, leads, {(pair.need_id, pair.achievement_id): pair.failed for pair in run.pairs})


def _value(record: Record, field: str) -> object:
    return getattr(record, field, None)


def _moves(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """`name old→new` for all that differs."""
    return [
        f"{name} {before.get(name, '无')}→{after.get(name, '无')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _models(before: Run, after: Run) -> list[Why]:
    old, new = before.manifest.plan, after.manifest.plan
    pairs = (
        ("编码器", old.encoder, new.encoder),
        ("分级模型", old.levels, new.levels),
        ("重排模型", old.reranker or "不用", new.reranker or "不用"),
    )
    return [Why(Cause.MODEL, f"{name} {was}→{now}") for name, was, now in pairs if was != now]


def _grading(before: Run, after: Run) -> list[Why]:
    """Settings that can change a grade."""
    old, new = before.manifest.plan, after.manifest.plan
    told = _moves(*(_variables(plan, grading=True) for plan in (old, new)))
    told += [f"词表 {old.lexicon}→{new.lexicon}"] if old.lexicon != new.lexicon else []
    return [Why(Cause.SETTINGS, text) for text in told + _moves(old.libraries, new.libraries)]


def _choosing(before: Run, after: Run) -> list[Why]:
    """Settings that can only change who is listed."""
    plans = (before.manifest.plan, after.manifest.plan)
    return [Why(Cause.SETTINGS, text) for text in _moves(*(_variables(plan, grading=False) for plan in plans))]


def _variables(plan: RunPlan, *, grading: bool) -> dict[str, str]:
    """The settings of one kind, by the names they are set with."""
    return {
        f"MATCHER_{name.upper()}": value or "无"
        for name, value in plan.settings.items()
        if (name in _GRADING) is grading
    }
