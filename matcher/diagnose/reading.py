"""A need as its public texts tell it: what it is about, what is wrong, what is wanted, in numbers or without."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matcher.diagnose.topic import is_generic, topic
from matcher.diagnose.words import word_lists
from matcher.records import Need, Tier
from matcher.text.aspects import Aspect, aspects
from matcher.text.aspects.effects import Effect, effects
from matcher.text.fields import text_fields
from matcher.text.indicators import Indicator, IndicatorKind, Op, extract
from matcher.text.indicators.fold import fold
from matcher.text.segment import Token, tokens
from matcher.text.sentences import sentences

__all__ = ["Reading", "Trouble", "own_words", "read_need"]

_READ = frozenset({"title", "problem", "indicators_text"})
_CLAUSE = re.compile(r"[^，。；;,\n！？!?：:（）()【】]+")
# 【主要缺陷】, 一、存在的不足: a heading over troubles is none itself.
_HEADING = re.compile(
    r"[\s#*]*(?:第?[一二三四五六七八九十\d]{1,3}[、.)]?)?\s*"
    r"(?:目前|当前|现有|现状|主要|存在|技术|产品|行业|需求|企业|[的及与和、])*"
    r"(?:问题|不足|缺陷|缺点|难点|难题|痛点|瓶颈|隐患|弊端|困难|之处|[及与和、])+\s*"
)
_LONGEST_QUOTE = 26
_LINK = re.compile(
    r"^(?:特别是对?|尤其是?对?|[但而且可还也就又并则故却]|所以|因此|然而|同时|另外|其中|[一二三四五六]是){1,2}(?=.{4})"
)
# Beyond this a need says everything it has to say; a text of megabytes must not cost minutes.
_LONGEST_TEXT = 20_000
_WISHED = r"防|避免|解决|克服|减少|降低|消除|抑制|不会|不易|研究|抗$|耐$"
_NEEDS_MORE = frozenset({"容易", "难以", "很难", "不能", "无法"})
_FIRST_WORDS = re.compile(r"\s*\S{2}")
_HEADS = tuple(f"{name}{mark}" for name in ("问题", "痛点", "缺点", "缺陷", "不足") for mark in ":：】")
_JOINTS = "的和及与、 "
_HIGH = re.compile(r"(?<![太过偏不])[高大好]$")
_JOB = re.compile(
    r".{0,4}?(?:检测|监测|识别|定位|诊断|预测|预警|处理|去除|分选|治理|修复|评价|发现|利用|防治|工艺|研究|控制|机理|分析|补偿|模型)"
)
_CLAUSE_REACH = 200
# 误报一年不超过1次 is an aim, even where its number was not understood.
_LIMIT = re.compile(
    r"(?:不超过|不大于|不高于|小于|低于|少于|降到|降至|控制在)[^，。；;\n\d]{0,4}\d|\d\S{0,4}以[下内]|[<≤]\s*\d"
)
# How it is done today.
_TODAY = re.compile(r"现用|现有|现在|目前|当前|原先|以前|传统|此前|之前|市面|已有")
_USUAL = re.compile(r"通常|一般|往往|目前|现有|现在|普通|传统")
_AIM = re.compile(r"要求|指标|目标|需[要达]|应|达到|参数|[:：=＝]")
_DEGREE = tuple("℃度%下中")
_BOUNDS = frozenset({Op.AT_LEAST, Op.AT_MOST, Op.MORE, Op.LESS})
_CONDITION = re.compile(r"条件下?|工况|环境[下中]|标准|GB|国标|[℃度]下|[时后]测|按照|依据|常温|室温|高温下|载荷")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A clause that says what goes wrong; `word` is the word that tells it."""

    text: str
    word: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found in the title, the content and the indicators of one need, joined by line breaks into `text`.

    `topic` is "" where nothing is named. `bare` are effects no number stands for. `loose` are targets without a
    condition in their sentence. `own` counts the characters beyond the title, `specific` the words that do not
    fit any need. `way_told`: it says how the thing is done today.
    """

    need: Need
    text: str
    topic: str
    own: int
    specific: int
    aspects: tuple[Aspect, ...]
    effects: tuple[Effect, ...]
    bare: tuple[Effect, ...]
    troubles: tuple[Trouble, ...]
    wishes: tuple[str, ...]
    targets: tuple[Indicator, ...]
    loose: tuple[Indicator, ...]
    way_told: bool

    def clause(self, start: int, end: int) -> str:
        """The clause around a stretch of the text, clipped."""
        for match in _CLAUSE.finditer(self.text, max(0, start - _CLAUSE_REACH)):
            if match.end() > start:
                lead = match.start() + len(match[0]) - len(match[0].lstrip())
                return _LINK.sub("", _clipped(match[0], max(0, start - lead), max(1, end - lead)))
        return ""


@lru_cache(maxsize=4)
def _any_of(name: str) -> re.Pattern[str]:
    words = sorted(word_lists()[name], key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))


def _clipped(clause: str, at: int, end: int) -> str:
    """The clause, or a stretch of it around the word at `at`, not cut inside a word."""
    clause = clause.strip()
    if len(clause) <= _LONGEST_QUOTE:
        return clause
    first = max(0, end - _LONGEST_QUOTE)
    starts = [token.start for token in tokens(clause) if first <= token.start <= at]
    start = starts[0] if starts else at
    ends = [token.end for token in tokens(clause) if end <= token.end <= start + _LONGEST_QUOTE]
    return clause[start : max([end, *ends])]


def _told_after(text: str, clause: re.Match[str]) -> re.Match[str] | None:
    """The first words of a clause that stands behind 问题： or 难点：."""
    headed = text[max(0, clause.start() - 5) : clause.start()].endswith(_HEADS)
    return _FIRST_WORDS.match(clause[0]) if headed else None


def _troubles(text: str, targets: tuple[Indicator, ...]) -> tuple[Trouble, ...]:
    found: dict[str, Trouble] = {}
    folded = fold(text)
    aims = [target.start for target in targets]
    for clause in _CLAUSE.finditer(folded):
        match = _any_of("trouble").search(clause[0]) or _told_after(folded, clause)
        # 防止开裂, 避免无法… is a wish, 缺陷检测 is a job.
        if (
            match is None
            or _HEADING.fullmatch(clause[0])
            or _JOB.match(clause[0], match.end())
            or re.search(_WISHED, clause[0][: match.start()])
        ):
            continue
        # 误报率＜0.5% and 降到4%以下 are aims.
        if _LIMIT.search(clause[0]) or any(clause.start() <= start < clause.end() for start in aims):
            continue
        raw = text[clause.start() : clause.end()]
        lead = len(raw) - len(raw.lstrip())
        quote = _LINK.sub("", _clipped(raw, max(0, match.start() - lead), match.end() - lead))
        if match[0] in _NEEDS_MORE and match.end() + 2 > len(clause[0].rstrip()):
            continue
        if len(quote) > len(match[0]) and quote not in found:
            found[quote] = Trouble(quote, match[0], clause.start())
    return tuple(found.values())


def _wishes(text: str) -> tuple[str, ...]:
    found = []
    for clause in _CLAUSE.finditer(text):
        match = _any_of("wish").search(clause[0])
        rest = clause[0][match.end() :].strip() if match else ""
        if (
            match is not None
            and "“" not in clause[0]
            and len(rest) >= 4
            and any(not is_generic(token.text) for token in tokens(rest))
        ):
            found.append(_clipped(clause[0][match.start() :], 0, match.end() - match.start()))
    return tuple(dict.fromkeys(found))


def _indicators(text: str) -> tuple[tuple[Indicator, ...], tuple[Indicator, ...]]:
    """Targets, and those of them whose sentence states no condition."""
    found = extract(text)
    conditions = [item.start for item in found if item.kind is IndicatorKind.CONDITION]
    targets: list[Indicator] = []
    loose: list[Indicator] = []
    for span in sentences(text):
        inside = [
            item
            for item in found
            if item.kind is IndicatorKind.TARGET and span.start <= item.start < span.end and _binds(item, span.text)
        ]
        targets += inside
        if not any(span.start <= at < span.end for at in conditions) and not _CONDITION.search(span.text):
            loose += inside
    return tuple(targets), tuple(loose)


def own_words(item: Indicator, text: str) -> str:
    """An indicator in its own words, without the 时 that ends the condition before it: -15℃时|出风温度不低于55℃."""
    cut = item.text.startswith("时") and text[item.start - 1 : item.start] in _DEGREE
    return item.text[cut:]


def _binds(item: Indicator, sentence: str) -> bool:
    """Whether a number was written as something to reach; 站在两米外 was not."""
    if _USUAL.match(item.text):
        return False
    return item.op not in {Op.EQUAL, Op.ABOUT} or _AIM.search(sentence) is not None


def _is_praise(effect: Effect) -> bool:
    """精度高 names what is good already; 能耗高 and 精度过高 do not."""
    good = not any(effect.what.endswith(word) for word in word_lists()["lower"])
    return effect.form == "flaw" and good and _HIGH.search(effect.text) is not None


def _numbered(effect: Effect, targets: tuple[Indicator, ...], text: str) -> bool:
    """Whether a target measures this effect: by its name, or in the same clause."""
    for target in targets:
        if target.start <= effect.start < target.end or effect.start <= target.start < effect.end:
            return True
        if target.parameter and (target.parameter in effect.what or effect.what in target.parameter):
            return True
        low, high = sorted((effect.end, target.start))
        if high - low <= 12 and not re.search(r"[，。；;,\n、]", text[low:high]):
            return True
    return False


def _whole_words(found: Iterable[Effect], words: Sequence[Token]) -> Iterator[Effect]:
    """Effects whose verb is no part of a longer word: 轴承磨损 of 斗式提升机|轴承磨损, 一致性 of 控制器|一致性."""
    around = {at: token for token in words for at in range(token.start + 1, token.end)}
    for effect in found:
        begin = effect.start + max(0, effect.text.find(effect.what))
        word = around.get(begin)
        what = effect.what[word.end - begin :].lstrip(_JOINTS) if word and word.start <= effect.start < begin else ""
        if what:
            yield replace(effect, text=what, what=what, start=effect.end - len(what))
        else:
            # 降低成本 is one word and all of it.
            yield effect


def read_need(need: Need) -> Reading:
    """Read the public texts of a need; confidential detail is not looked at."""
    fields = [field for field in text_fields(need) if field.tier <= Tier.PUBLIC and field.name in _READ]
    title = next((field.text for field in fields if field.name == "title"), "")
    body = "\n".join(dict.fromkeys(field.text for field in fields if field.name != "title"))
    text = "\n".join(filter(None, (title, body)))[:_LONGEST_TEXT]
    targets, loose = _indicators(text)
    parts = tokens(text)
    found = tuple(effect for effect in _whole_words(effects(text), parts) if not _is_praise(effect))
    words = [token.text for token in parts]
    specific = {word for word in words if len(word) > 1 and not word.isdigit() and not is_generic(word)}
    return Reading(
        need=replace(need, confidential_detail="", extra={}),
        text=text,
        topic=topic(title, body),
        own=len(body.replace(title, "").strip()) if title else len(body),
        specific=len(specific),
        aspects=aspects(text),
        effects=found,
        bare=tuple(effect for effect in found if not _numbered(effect, targets, text)),
        troubles=_troubles(text, targets),
        wishes=_wishes(text),
        targets=targets,
        loose=tuple(item for item in loose if item.op in _BOUNDS),
        way_told=_TODAY.search(text) is not None,
    )
