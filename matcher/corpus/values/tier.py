"""Who may read a record."""

import re
from functools import lru_cache

from matcher.corpus.values.plain import plain
from matcher.records import Tier

__all__ = ["parse_tier", "render_tier"]

# The first that fits wins: 不公开 holds 公开, 部分公开 is not public.
_WORDS = (
    (re.compile(r"不涉密|不保密|无需保密|非保密|无保密"), Tier.PUBLIC),
    (re.compile(r"不公开|非公开|未公开|仅本人|本人可见|保密|私密|secret|private|confidential"), Tier.SECRET),
    (re.compile(r"授权|定向|部分公开|有限公开|指定|审批后|restricted|内部"), Tier.RESTRICTED),
    (re.compile(r"登录|注册|会员|registered|login"), Tier.REGISTERED),
    (re.compile(r"公开|所有人|不限|任何人|public|open"), Tier.PUBLIC),
)
_CODES = {str(int(tier)): tier for tier in Tier}
_NAMES = {Tier.PUBLIC: "公开", Tier.REGISTERED: "登录可见", Tier.RESTRICTED: "授权可见", Tier.SECRET: "仅本人"}


@lru_cache(maxsize=5_000)
def parse_tier(text: str) -> Tier | None:
    """Read 公开, 登录可见, 授权可见, 仅本人 and what people write for them, or 1–4."""
    cell = plain(text)
    if cell in _CODES:
        return _CODES[cell]
    return next((tier for form, tier in _WORDS if form.search(cell)), None)


def render_tier(tier: Tier) -> str:
    """The tier's name in the field."""
    return _NAMES[tier]
