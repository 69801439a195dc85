"""What came of a fair in figures."""

from collections import Counter
from collections.abc import Callable, Iterator

from matcher.fair.base import Plan
from matcher.fair.outcomes import CONTRACTS, Outcome
from matcher.fair.results.base import Result, Results

__all__ = ["amount_text", "summary"]

_UNKNOWN_KIND = "未写类型"


def summary(plan: Plan, read: Results) -> Iterator[tuple[str, str]]:
    """Lines of name and text; shares are of the meetings somebody wrote about."""
    counts = Counter(result.outcome for result in read.results)
    told = len(read.results)
    held = sum(result.outcome.held for result in read.results)
    yield "安排", f"{len(plan.meetings)} 场"
    yield (
        "已登记",
        f"{told} 场，未登记 {len(read.missing)} 场" + (f"，另有 {len(read.faults)} 行需要改正" if read.faults else ""),
    )
    yield "已见面", f"{held} 场{_share(held, told)}"
    away = {outcome: counts[outcome] for outcome in Outcome if not outcome.held}
    yield (
        "未到场",
        f"{sum(away.values())} 场{_share(sum(away.values()), told)}："
        + "，".join(f"{outcome.removeprefix('未到场')} {count}" for outcome, count in away.items())
        .replace("（", "")
        .replace("）", ""),
    )
    for outcome in (Outcome.SIGNED, Outcome.INTENT, Outcome.FOLLOW_UP, Outcome.NO_INTENT):
        yield outcome.removeprefix("已见面-"), f"{counts[outcome]} 场{_share(counts[outcome], held, '已见面')}"
    reasons = Counter(result.reason or "未写原因" for result in read.results if result.outcome is Outcome.NO_INTENT)
    if reasons:
        yield "无意向的原因", "，".join(f"{reason} {count}" for reason, count in reasons.most_common())
    yield from _contracts(read)
    yield from _remarks(read)


def _remarks(read: Results) -> Iterator[tuple[str, str]]:
    """What is right as it stands and would be worth asking for."""
    open_ends: tuple[tuple[str, Callable[[Result], bool]], ...] = (
        ("签约，没有写合同类型", lambda one: one.outcome is Outcome.SIGNED and not one.contract),
        ("签约，没有写成交额", lambda one: one.outcome is Outcome.SIGNED and one.amount is None),
        ("无意向，没有写不合适的原因", lambda one: one.outcome is Outcome.NO_INTENT and not one.reason),
    )
    for told, is_open in open_ends:
        codes = [one.code for one in read.results if is_open(one)]
        if codes:
            yield "提示", f"{len(codes)} 场{told}：{'、'.join(codes)}；可问清后补填，再运行一次"


def _contracts(read: Results) -> Iterator[tuple[str, str]]:
    signed = [result for result in read.results if result.outcome is Outcome.SIGNED]
    if not signed:
        return
    open_amounts = sum(result.amount is None for result in signed)
    yield (
        "合同",
        f"{len(signed)} 份，{amount_text(sum(result.amount or 0 for result in signed))}"
        + (f"（{open_amounts} 份未写金额）" if open_amounts else ""),
    )
    for kind in (*CONTRACTS, ""):
        theirs = [result for result in signed if result.contract == kind]
        if theirs:
            total = amount_text(sum(result.amount or 0 for result in theirs))
            yield f"  {kind or _UNKNOWN_KIND}", f"{len(theirs)} 份，{total}"


def amount_text(amount: float) -> str:
    """`1,234.5 万元`."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".") + " 万元"


def _share(part: int, whole: int, of: str = "已登记") -> str:
    return f"（{of}的 {part / whole:.0%}）" if whole else ""
