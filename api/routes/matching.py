"""Search and matching: by text, by record, pair by pair; check-up of a draft; indicators of a text."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY, SIGNED_IN
from api.matching.asking import Asker, text_query
from api.matching.presenting import check_fields, match_out, matches_out, organisations_out, partner_out
from api.matching.workbook import workbook
from api.problems import problems
from api.records.reading import Reader
from api.routes.paging import next_cursor, read_cursor
from api.schemas.matching import (
    AspectOut,
    CheckupBody,
    CheckupOut,
    Explain,
    FacetOut,
    FacetsBody,
    FiltersBody,
    IndicatorOut,
    IndicatorsBody,
    MatchesOut,
    MatchOut,
    OrganisationLeadOut,
    SearchBody,
    SimilarOut,
)
from api.schemas.media import XLSX
from api.service import CallerDep, Service, ServiceDep
from matcher.diagnose import diagnose
from matcher.explain import Explaining
from matcher.index.filters import Filter
from matcher.records import Record, Side, Tier
from matcher.text.indicators import extract

__all__ = ["router"]

router = APIRouter(tags=["matching"])
_ANYBODY = [needs(EVERYBODY, Scope.MATCHING)]
_SIGNED_IN = [needs(SIGNED_IN, Scope.MATCHING)]
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}
_DEEPEST = 200


class Format(StrEnum):
    """How the answer is written."""

    JSON = "json"
    XLSX = "xlsx"


FormatQuery = Annotated[Format, Query(alias="format", description="json，或 xlsx（下载工作簿）")]
ExplainQuery = Annotated[Explain, Query(description="meaning 细选依据，words 快，none 只要等级")]
Fields = Annotated[list[str], Query(max_length=40, description="只要对方记录的这些字段；Fields of partners")]
_Limit = Annotated[int, Query(ge=1, le=50)]
_Cursor = Annotated[str, Query(max_length=200)]
_Id = Annotated[str, Query(min_length=1, max_length=80)]


def _asker(service: ServiceDep, caller: CallerDep) -> Asker:
    return Asker(service.database, service.matching, caller)


AskerDep = Annotated[Asker, Depends(_asker)]


@router.post(
    "/search",
    operation_id="search",
    response_model=MatchesOut,
    dependencies=_ANYBODY,
    responses=_WORKBOOK,
    summary="用自己的话搜索 Search",
)
def search(service: ServiceDep, asker: AskerDep, body: SearchBody, written: FormatQuery = Format.JSON) -> Any:
    query = text_query(body.text, body.looks_for)
    return _answered(
        service,
        asker,
        query,
        filters=body.filters,
        page=(body.limit, body.cursor),
        explain=body.explain,
        fields=body.fields,
        written=written,
    )


@router.post(
    "/needs/{record_id}/matches",
    operation_id="match_need",
    response_model=MatchesOut,
    dependencies=_SIGNED_IN,
    responses={**problems(404), **_WORKBOOK},
    summary="为需求找成果 Achievements for a need",
)
def match_need(
    service: ServiceDep,
    asker: AskerDep,
    record_id: str,
    filters: FiltersBody,
    limit: _Limit = 10,
    cursor: _Cursor = "",
    explain: ExplainQuery = Explain.MEANING,
    fields: Fields = [],  # noqa: B006
    written: FormatQuery = Format.JSON,
) -> Any:
    query = asker.record(record_id, Side.NEED)
    return _answered(
        service, asker, query, filters=filters, page=(limit, cursor), explain=explain, fields=fields, written=written
    )


@router.post(
    "/achievements/{record_id}/leads",
    operation_id="lead_achievement",
    response_model=MatchesOut,
    dependencies=_SIGNED_IN,
    responses={**problems(404), **_WORKBOOK},
    summary="为成果找需求 Needs for an achievement",
)
def lead_achievement(
    service: ServiceDep,
    asker: AskerDep,
    record_id: str,
    filters: FiltersBody,
    limit: _Limit = 10,
    cursor: _Cursor = "",
    explain: ExplainQuery = Explain.MEANING,
    fields: Fields = [],  # noqa: B006
    written: FormatQuery = Format.JSON,
) -> Any:
    query = asker.record(record_id, Side.ACHIEVEMENT)
    return _answered(
        service, asker, query, filters=filters, page=(limit, cursor), explain=explain, fields=fields, written=written
    )


def _answered(
    service: Service,
    asker: Asker,
    query: Record,
    *,
    filters: FiltersBody,
    page: tuple[int, str],
    explain: Explain,
    fields: list[str],
    written: Format,
) -> Any:
    """One page of partners. Pages of one query are cut from one order, so that nothing comes twice."""
    limit, cursor = page
    looks_for = query.side.other
    names = check_fields(fields, looks_for)
    asked = hashlib.sha256(f"{query.id}\0{query.title}\0{filters.model_dump_json()}".encode()).hexdigest()[:16]
    start = int(read_cursor(cursor, service.secret, asked) or 0)
    stop = min(start + limit, _DEEPEST)
    # One more than is shown tells whether there is a next page.
    answer = asker.partners_of(
        query,
        filters.to_filter(),
        top=stop + 1,
        explaining=Explaining(explain.value),
        organisations=written is Format.XLSX,
    )
    if written is Format.XLSX:
        headers = {"Content-Disposition": 'attachment; filename="leads.xlsx"'}
        return Response(workbook(query, answer), media_type=XLSX, headers=headers)
    more = len(answer.found.matches) > stop and stop < _DEEPEST
    following = next_cursor(str(stop), service.secret, asked) if more else ""
    return matches_out(answer, start=start, stop=stop, fields=names, next_cursor=following)


@router.get(
    "/needs/{record_id}/similar",
    operation_id="similar_needs",
    response_model=list[SimilarOut],
    dependencies=_SIGNED_IN,
    responses=problems(404),
    summary="相近的需求 Similar needs",
)
def similar_needs(asker: AskerDep, record_id: str, limit: _Limit = 10) -> Any:
    return _similar(asker, asker.record(record_id, Side.NEED), limit)


@router.get(
    "/achievements/{record_id}/similar",
    operation_id="similar_achievements",
    response_model=list[SimilarOut],
    dependencies=_SIGNED_IN,
    responses=problems(404),
    summary="相近的成果 Similar achievements",
)
def similar_achievements(asker: AskerDep, record_id: str, limit: _Limit = 10) -> Any:
    return _similar(asker, asker.record(record_id, Side.ACHIEVEMENT), limit)


def _similar(asker: Asker, record: Record, limit: int) -> list[SimilarOut]:
    return [
        SimilarOut(cosine=max(-1.0, min(1.0, item.cosine)), duplicates=list(item.duplicates), record=partner_out(seen))
        for item, seen in asker.similar(record, Filter(), top=limit)
    ]


@router.get(
    "/needs/{record_id}/institutions",
    operation_id="institutions_for_need",
    response_model=list[OrganisationLeadOut],
    dependencies=_SIGNED_IN,
    responses=problems(404),
    summary="能解决需求的单位与团队 Institutions and teams for a need",
)
def institutions_for_need(asker: AskerDep, record_id: str, depth: Annotated[int, Query(ge=1, le=200)] = 50) -> Any:
    return _organisations(asker, asker.record(record_id, Side.NEED), depth)


@router.get(
    "/achievements/{record_id}/enterprises",
    operation_id="enterprises_for_achievement",
    response_model=list[OrganisationLeadOut],
    dependencies=_SIGNED_IN,
    responses=problems(404),
    summary="可能需要成果的企业 Enterprises for an achievement",
)
def enterprises_for_achievement(
    asker: AskerDep, record_id: str, depth: Annotated[int, Query(ge=1, le=200)] = 50
) -> Any:
    return _organisations(asker, asker.record(record_id, Side.ACHIEVEMENT), depth)


def _organisations(asker: Asker, query: Record, depth: int) -> list[OrganisationLeadOut]:
    answer = asker.partners_of(query, Filter(), top=depth, explaining=Explaining.NONE, organisations=True)
    return organisations_out(answer)


@router.get(
    "/explanation",
    operation_id="explain_pair",
    response_model=MatchOut,
    dependencies=_SIGNED_IN,
    responses=problems(404, 409),
    summary="说明一对需求和成果 Explain a pair",
)
def explain_pair(
    asker: AskerDep,
    need_id: _Id,
    achievement_id: _Id,
    ask: Annotated[Side, Query(description="questions 问哪一方；Whom the questions go to")] = Side.ACHIEVEMENT,
) -> Any:
    need, achievement = asker.record(need_id, Side.NEED), asker.record(achievement_id, Side.ACHIEVEMENT)
    match, partner = asker.pair(need, achievement)
    if ask is Side.NEED:
        # Questions go to whom was found for the other. The grade is that of the need's own list, whoever is asked.
        found, asked = asker.pair(achievement, need)
        # A need that is not indexed cannot be found: there are no questions to it then.
        to_it = asked.record.id == need.id
        match = replace(match, questions=found.questions, lines=found.lines) if to_it else replace(match, questions=())
    return match_out(match, partner)


@router.post(
    "/facets",
    operation_id="count_facets",
    response_model=dict[str, list[FacetOut]],
    dependencies=_ANYBODY,
    summary="各筛选值的条数 Counts by filter value",
)
def count_facets(service: ServiceDep, caller: CallerDep, body: FacetsBody) -> Any:
    with service.database.reading() as session:
        eyes = Reader(session, caller).eyes()
    with service.matching.use() as matcher:
        if not matcher.has(body.side):
            return {}
        found = matcher.facets(body.side, conditions=body.filters.to_filter(eyes=eyes))
    return {name: [_facet(item) for item in values] for name, values in found.items()}


def _facet(item: Any) -> Mapping[str, Any]:
    return {"value": item.value, "name": item.name, "count": item.count}


@router.post(
    "/checkup",
    operation_id="check_need",
    response_model=CheckupOut,
    dependencies=_ANYBODY,
    summary="需求体检 Check-up of a draft",
)
def check_need(service: ServiceDep, body: CheckupBody) -> Any:
    drafted = body.content.to_record("")
    need = replace(drafted, id="draft", confidential_detail="", contact="", visibility=Tier.PUBLIC)
    with service.matching.use() as matcher:
        found = diagnose(need, matcher=matcher if matcher.has(Side.ACHIEVEMENT) else None)
    return CheckupOut(
        need_class=found.need_class,
        reasons=[str(reason) for reason in found.reasons],
        aspects=[AspectOut(kind=aspect.kind, text=aspect.text) for aspect in found.aspects],
        absent=list(found.absent),
        missing=list(found.missing),
        questions=list(found.questions),
        terms=[term.text for term in found.terms],
        wording=found.wording,
    )


@router.post(
    "/indicators",
    operation_id="read_indicators",
    response_model=list[IndicatorOut],
    dependencies=_ANYBODY,
    summary="读出文本中的指标 Indicators of a text",
)
def read_indicators(body: IndicatorsBody) -> Any:
    return [item._asdict() for item in extract(body.text, achieved=body.achieved, listed=body.listed)]
