"""The questions that would tell most, phrased with the need's own object, words and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matcher.diagnose.base import CORPUS_LEAD, QUESTIONS, Contrast, Item, NeedClass
from matcher.diagnose.no_technology import asks_for_no_technology
from matcher.diagnose.reading import Reading, own_words
from matcher.diagnose.today import ask_only_for_aim, tells_today
from matcher.diagnose.topic import is_spoken
from matcher.diagnose.words import ask_for, word_lists
from matcher.records import Need
from matcher.text.aspects import AspectKind
from matcher.text.aspects.effects import Effect
from matcher.text.indicators import Indicator, Op

__all__ = ["ask"]

_THIS = "贵方这条需求"
_KIN = 2
_SPANS = {"缩短": "缩短到", "延长": "延长到"}
# A longer text has said where its thing is used, in words we do not know.
_SHORT = 120


@dataclass(frozen=True, slots=True)
class _Option:
    """A question, what it asks about, and how much its answer is worth; two of a kind are seldom asked."""

    worth: float
    kind: str
    about: str
    question: str


def ask(
    need: Need,
    reading: Reading,
    need_class: NeedClass,
    missing: Sequence[Item],
    contrasts: Sequence[Contrast] = (),
) -> tuple[str, ...]:
    """Up to three questions, the most useful first; every name and number in them is the need's or the corpus's."""
    options = sorted(_options(need, reading, need_class, missing, contrasts), key=lambda option: -option.worth)
    chosen: list[_Option] = []
    for limit in (1, QUESTIONS):
        for option in options:
            if len(chosen) == QUESTIONS:
                break
            same = [other for other in chosen if other.kind == option.kind]
            if option not in chosen and len(same) < limit and not any(_alike(option, other) for other in chosen):
                chosen.append(option)
    return tuple(option.question for option in sorted(chosen, key=lambda option: -option.worth))


def _alike(one: _Option, other: _Option) -> bool:
    """Whether two questions are about the same words, or the same but for those."""
    if one.about and other.about and (one.about in other.about or other.about in one.about):
        return True
    return one.question == other.question


def _options(
    need: Need, reading: Reading, need_class: NeedClass, missing: Sequence[Item], contrasts: Sequence[Contrast]
) -> Iterator[_Option]:
    name = _THIS if is_spoken(reading.topic) else reading.topic or _THIS
    if need_class is NeedClass.AIMLESS:
        yield from _which_thing(need, reading)
        return
    if need_class is NeedClass.CONCEPT:
        yield _Option(6.0, "stage", "", f"“{name}”贵方现在有产品或样品吗，卡在哪一步、什么地方做不好？")
        yield _Option(5.5, "goal", "", f"“{name}”做成以后看哪一两项指标，各要达到多少，由谁来测？")
    yield from _about_words(name, reading)
    yield from _about_numbers(reading)
    for place, wish in enumerate(reading.wishes):
        yield _Option(3.3 - 0.1 * min(place, 9), "wish", wish, f"“{wish}”要做到什么程度，用哪个数来衡量？")
    for contrast in contrasts[:1]:
        yield _Option(4.55, "contrast", contrast.first, _about_contrast(name, contrast))
    yield from _what_else(name, reading, need_class, missing)


def _about_words(name: str, reading: Reading) -> Iterator[_Option]:
    """What effects and troubles leave open."""
    title_end = len(reading.need.title)
    for place, effect in enumerate(reading.bare):
        titled = effect.start < title_end
        worth = _worth(reading, effect, titled=titled) - 0.1 * min(place, 9)
        quote = "" if titled or effect.form == "trait" else reading.clause(effect.start, effect.end)
        question = _about_effect(name, effect, quote)
        if "百分之几" in question and tells_today(reading.text, effect.start, effect.end, "%", effect.what):
            question = ask_only_for_aim(question)
        yield _Option(worth, "effect", effect.what, question)
    for place, trouble in enumerate(reading.troubles):
        # The title names a trouble, the body tells it.
        worth = (4.5 if trouble.start >= title_end else 4.3) - 0.1 * min(place, 9)
        question = ask_for("trouble", trouble.word).format(text=trouble.text)
        if tells_today(reading.text, trouble.start, trouble.start + len(trouble.text), "%"):
            question = ask_only_for_aim(question)
        yield _Option(worth, "trouble", trouble.word, question)


def _about_numbers(reading: Reading) -> Iterator[_Option]:
    """What targets leave open."""
    for place, target in enumerate(reading.targets):
        if target.op is Op.CHANGE:
            text = _quoted(target, reading)
            worth = 4.8 - 0.1 * min(place, 9)
            yield _Option(worth, "basis", target.parameter or text, ask_for("change", "").format(text=text))
    for place, target in enumerate(reading.loose):
        text = _quoted(target, reading)
        about = target.parameter or text
        question = ask_for("unit", target.canonical_unit).format(text=text)
        known = tells_today(reading.text, target.start, target.end, target.unit, target.parameter)
        worth = 4.4 - 0.1 * min(place, 9)
        yield _Option(worth, "condition", about, ask_only_for_aim(question) if known else question)
        if not known:
            yield _Option(worth - 0.6, "current", about, f"“{text}”现在能做到多少，差在哪里？")


def _worth(reading: Reading, effect: Effect, *, titled: bool) -> float:
    """What the title asks for counts most; a trait that is not even wished for counts least."""
    if titled:
        return 5.2
    if effect.form != "trait":
        return 4.6
    return 3.7 if any(effect.text in wish for wish in reading.wishes) else 2.0


def _which_thing(need: Need, reading: Reading) -> Iterator[_Option]:
    quote = reading.effects[0].text if reading.effects else need.title.strip()
    if asked := asks_for_no_technology(reading):
        quote = need.title.strip()
        yield _Option(7.0, "behind", "", f"“{quote}”背后有没有技术上的难处（品质、保鲜、加工、成本），具体是哪一项？")
        yield _Option(6.5, "other", "", f"如果只是{asked.kind}方面的事，是否请主管部门帮忙，先不列入技术需求？")
        yield _Option(6.4, "means", "", "如果有技术上的难处：试过哪些办法，打算投入多少，最晚什么时候要用上？")
        return
    who = f"{need.org}" if need.org.strip() else "贵单位"
    yield _Option(6.0, "thing", "", f"“{quote}”指的是哪一种产品、哪一道工序？")
    yield _Option(5.0, "trouble", "", f"{who}现在最头疼的是哪一项：具体是什么现象，占几成、多久一次？")
    yield _Option(4.0, "means", "", f"“{quote}”现在靠什么设备、原料和办法在做，试过哪些改进，为什么不行？")


def _about_effect(name: str, effect: Effect, quote: str) -> str:
    """The question about an effect; what stands in the body may be of another thing, so its clause is quoted."""
    question = ask_for("trait" if effect.form == "trait" else "measure", effect.what)
    lead = f"“{quote}”：" if quote and "{text}" not in question else ""
    thing = effect.what if lead else _thing(name, effect.what)
    told = question.format(object=name, what=effect.what, text=quote or effect.text, thing=thing, to=_towards(effect))
    return lead + told


def _thing(name: str, what: str) -> str:
    """石墨电极的消耗; the measure alone where it names its thing itself."""
    shared = any(name[at : at + _KIN] in what for at in range(len(name) - _KIN + 1))
    return what if shared else f"{name}的{what}"


def _towards(effect: Effect) -> str:
    lists = word_lists()
    if any(effect.what.endswith(word) for word in lists["lower"]):
        return "降到"
    verb = effect.text.replace(effect.what, "")
    if longer := next((said for word, said in _SPANS.items() if word in verb), ""):
        return longer
    if any(word in verb for word in lists["up"]):
        return "提到"
    return "降到" if effect.form == "wish" and any(word in verb for word in lists["down"]) else "做到"


def _quoted(target: Indicator, reading: Reading) -> str:
    return " ".join(own_words(target, reading.text).split())


def _about_contrast(name: str, contrast: Contrast) -> str:
    return (
        f"{CORPUS_LEAD}，有的用“{contrast.first}”（如《{contrast.first_title}》），有的用“{contrast.second}”"
        f"（如《{contrast.second_title}》）；{name}倾向哪一种，有没有试过不行的？"
    )


def _material_matters(reading: Reading) -> bool:
    said = {*(effect.what for effect in reading.effects), *(trouble.word for trouble in reading.troubles)}
    hard = word_lists()["hard"]
    return any(word.endswith(tail) for word in said for tail in hard)


def _what_else(name: str, reading: Reading, need_class: NeedClass, missing: Sequence[Item]) -> Iterator[_Option]:
    """What is worth asking of any need that does not say it, least of all first calls' last resort."""
    told = {aspect.kind for aspect in reading.aspects}
    if name.endswith(tuple(word_lists()["farm"])):
        yield _Option(3.6, "farm", "", f"{name}是什么品种、在哪里、多大规模，难处出在种养、加工还是储运？")
    else:
        if not (reading.troubles or reading.way_told or need_class is NeedClass.CONCEPT):
            yield _Option(3.6, "today", "", f"{name}现在用的是什么办法或型号，哪一点不满意，差多少？")
        if AspectKind.USE not in told:
            worth = 3.0 if reading.own < _SHORT else 1.5
            yield _Option(worth, "use", "", f"{name}用在什么设备或场合，那里的温度、介质、空间有什么限制？")
    if AspectKind.MATERIAL not in told and _material_matters(reading):
        yield _Option(2.8, "material", "", f"{name}现在用的是什么材料（牌号、规格），能不能换？")
    if AspectKind.METHOD not in told:
        yield _Option(2.6, "method", "", f"{name}现在是怎么做的，工艺或设备哪些可以改、哪些不能动？")
    if {Item.DEADLINE, Item.BUDGET} & set(missing):
        asked = [
            said for item, said in ((Item.DEADLINE, "最晚什么时候要用上"), (Item.BUDGET, "打算投入多少"))
            if item in missing
        ]  # fmt: skip
        yield _Option(0.4, "terms", "", f"{name}这件事，{'、'.join(asked)}？")
    if Item.RIGHTS in missing:
        yield _Option(0.3, "rights", "", f"{name}做成以后，专利和成果归谁，能不能给别家用？")
    yield _Option(2.2, "test", "", f"{name}做成以后怎么验收：看哪几项、由谁来测？")
