"""Finding a registered organisation by what somebody typed, and those it may be confused with."""

import asyncio
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from api.routes.bodies.accounts import OrganisationOut
from api.schemas.base import Page as Listed
from api.web.asking import Api
from api.web.forms import Form
from api.web.visit import Visit

__all__ = ["chosen", "named", "similar"]

_LEGAL = re.compile(r"(股份|有限|责任|公司|集团|总厂|厂)+$")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|\s+")
_ALIKE = 0.6
_SHOWN = 5
# As far as the API takes a part of a name.
_MOST_CHARS = 100
_MANY = 100


def _core(name: str) -> str:
    """A name without brackets and legal form: what tells one organisation from another."""
    bare = _BRACKETS.sub("", name)
    return _LEGAL.sub("", bare) or bare


def _likeness(one: str, other: str) -> float:
    """In [0, 1]; 1 where one name contains the other."""
    left, right = _core(one), _core(other)
    return 1.0 if left in right or right in left else SequenceMatcher(None, left, right).ratio()


async def _with_part(api: Api, part: str) -> Sequence[OrganisationOut]:
    found = await api.get(Listed[OrganisationOut], "/organisations", name=part[:_MOST_CHARS], limit=_MANY)
    return found.items


async def similar(api: Api, name: str) -> list[OrganisationOut]:
    """Registered organisations whose names are near to one, the nearest first, at most five.

    Raises:
        RefusedError: the API refuses.
    """
    core = _core(name)
    if not core:
        return []
    found = await asyncio.gather(*(_with_part(api, part) for part in {core, core[:2], core[-2:]}))
    known = {item.id: (_likeness(name, item.name), item) for items in found for item in items}
    near = sorted((pair for pair in known.values() if pair[0] >= _ALIKE), key=lambda pair: (-pair[0], pair[1].name))
    return [item for _, item in near[:_SHOWN]]


async def named(api: Api, name: str) -> OrganisationOut | None:
    """The organisation of exactly that name, apart from spaces. Raises RefusedError."""
    wanted = " ".join(name.split())
    found = await _with_part(api, wanted) if wanted else ()
    return next((item for item in found if item.name == wanted), None)


async def chosen(visit: Visit, form: Form, field: str) -> tuple[str | None, bool]:
    """The id of the organisation that a form's field names (None: left empty), and whether it can be used.

    What cannot is said beside the field. Raises RefusedError.
    """
    name = form.text(field).strip()
    if not name:
        return None, True
    found = await named(visit.api, name)
    if found is not None:
        return found.id, True
    near = "、".join(item.name for item in await similar(visit.api, name))
    told = visit.say("没有这个单位；请写已登记的全称，或先登记单位。")
    form.errors[field] = form.errors[""] = f"{told}{visit.say('名称相近的有：')}{near}" if near else told
    return None, False
