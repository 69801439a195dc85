"""The figures as files, under names that say what and when."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from starlette.responses import Response

from api.days import china_day
from api.web.visit import Visit

__all__ = ["take"]

# By the first part of a file's name: the route, what of the address it takes over, and the Chinese name.
_FILES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "overview": ("/statistics/overview", "year", "年度概览"),
        "gap-map": ("/statistics/gap-map", "", "供需缺口"),
        "unserved": ("/statistics/unserved", "field", "没有合适成果的需求"),
        "freshness": ("/statistics/freshness", "", "数据新旧"),
    }
)
_KINDS = frozenset({"csv", "xlsx"})


async def take(visit: Visit) -> Response:
    """One of the tables, as CSV or workbook."""
    what, _, kind = visit.request.path_params["name"].rpartition(".")
    if what not in _FILES or kind not in _KINDS:
        return visit.page("errors/missing.html", status=404)
    path, chosen, name = _FILES[what]
    value = visit.query.get(chosen) or None
    made = await visit.api.send("GET", path, query={"format": kind, chosen: value})
    shown = quote("-".join(filter(None, (name, value, china_day().isoformat()))))
    headers = {
        "Content-Disposition": f"attachment; filename=\"{what}.{kind}\"; filename*=UTF-8''{shown}.{kind}",
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=made.headers["content-type"], headers=headers)
