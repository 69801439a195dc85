"""Where each role can go from any page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from api.access.roles import Role

__all__ = ["Entry", "entries"]


class Entry(NamedTuple):
    """A link of the navigation; `name` is Chinese."""

    path: str
    name: str


_PUBLIC = (Entry("/search", "找成果"), Entry("/showcases", "成果展示"))
_DESKS: Mapping[Role, tuple[Entry, ...]] = MappingProxyType(
    {
        Role.ANONYMOUS: (),
        Role.ENTERPRISE: (
            Entry("/my/needs", "我的需求"),
            Entry("/introductions", "对接"),
            Entry("/recommendations", "推荐"),
            Entry("/imports", "表格导入"),
        ),
        Role.INSTITUTION: (
            Entry("/my/achievements", "我的成果"),
            Entry("/my/asked", "谁在找"),
            Entry("/introductions", "对接"),
            Entry("/recommendations", "推荐"),
            Entry("/imports", "表格导入"),
        ),
        Role.BROKER: (
            Entry("/broker/today", "今日"),
            Entry("/broker/leads", "线索"),
            Entry("/broker/board", "看板"),
            Entry("/introductions", "对接"),
            Entry("/recommendations", "推荐"),
        ),
        Role.ORGANISER: (
            Entry("/fairs", "对接会"),
            Entry("/review", "审核"),
            Entry("/bureau", "概览"),
            Entry("/broker/leads", "线索"),
            Entry("/admin/showcases", "办展示"),
        ),
        Role.ADMINISTRATOR: (
            Entry("/bureau", "概览"),
            Entry("/review", "审核"),
            Entry("/fairs", "对接会"),
            Entry("/admin", "管理"),
        ),
    }
)


def entries(role: Role) -> tuple[Entry, ...]:
    """The links for a role, in order."""
    return _PUBLIC + _DESKS[role]
