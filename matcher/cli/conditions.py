"""From filter options to the engine's conditions."""

import re
from collections.abc import Sequence

from matcher.cli.options import day
from matcher.corpus.schemes import categories
from matcher.corpus.values.region import parse_region
from matcher.errors import ConfigError
from matcher.index.filters import Filter
from matcher.records import Scheme, TransferMode

__all__ = ["conditions"]

_REGION_CODE = re.compile(r"\d{2}(\d{2}){0,2}")


def conditions(
    *,
    fields: Sequence[str] | None = None,
    industries: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
    trl: str | None = None,
    modes: Sequence[str] | None = None,
    statuses: Sequence[str] | None = None,
    after: str | None = None,
    before: str | None = None,
    stated: bool = False,
) -> Filter | None:
    """The filter that the options ask for; None when none was given.

    Raises:
        ConfigError: a value that cannot be used.
    """
    found = Filter(
        labels=_labels(fields or ()),
        industries=tuple(industries or ()),
        regions=tuple(_region(region) for region in regions or ()),
        trl=_band(trl),
        modes=tuple(_mode(mode) for mode in modes or ()),
        statuses=tuple(statuses or ()),
        published_after=day(after, "--after"),
        published_before=day(before, "--before"),
        keep_unknown=not stated,
    )
    return None if found == Filter(keep_unknown=found.keep_unknown) else found


def _labels(names: Sequence[str]) -> dict[Scheme, tuple[str, ...]]:
    """Names of plan fields and high-tech fields under their schemes; a name of both (新材料 …) counts as high-tech."""
    known = {
        scheme: {category.name for category in categories(scheme).values()} for scheme in (Scheme.HIGHTECH, Scheme.PLAN)
    }
    labels: dict[Scheme, tuple[str, ...]] = {}
    for name in names:
        scheme = next((scheme for scheme, all_names in known.items() if name in all_names), None)
        if scheme is None:
            raise ConfigError(
                f"--field 的“{name}”不是已知领域；高新技术领域：{'、'.join(sorted(known[Scheme.HIGHTECH]))}；"
                f"规划领域：{'、'.join(sorted(known[Scheme.PLAN]))}。"
            )
        labels[scheme] = (*labels.get(scheme, ()), name)
    return labels


def _region(text: str) -> str:
    """A code, or a name that some division has in its own (河南, 开封, 兰考)."""
    found = parse_region(text)
    if not _REGION_CODE.fullmatch(text.strip()) and (found is None or not found.code):
        raise ConfigError(f"--region 的“{text}”不是已知地区；请写省、市、县名称（如 河南、开封）或代码（如 4102）。")
    return text


def _band(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    low, _, high = text.partition("-")
    if not (low.isdecimal() and (high or low).isdecimal() and 1 <= int(low) <= int(high or low) <= 9):
        raise ConfigError(f"--trl 的“{text}”不可用；请写 1–9 之间的一个数或范围，如 6 或 6-8。")
    return int(low), int(high or low)


def _mode(text: str) -> TransferMode:
    try:
        return TransferMode(text)
    except ValueError as error:
        raise ConfigError(f"--mode 的“{text}”不认识；可选：{'、'.join(TransferMode)}。") from error
