"""The four tables: queries, matches, organisations, and what a hard condition excluded."""

from collections.abc import Iterator
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook

from matcher.rank.gates import was_refused
from matcher.records import Match, MatchList, OrganisationLead, Record, Side
from matcher.report.base import REFUSALS, VERDICTS, Leads, Pair
from matcher.report.columns import Column, Kind, bullets, excluded_columns, match_columns
from matcher.report.wording import level_label, next_step, wording
from matcher.report.workbook.grid import write_grid
from matcher.report.workbook.style import Styles

__all__ = ["write_excluded", "write_matches", "write_organisations", "write_overview"]

_MATCHES = "匹配清单"
_LIKELY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """One row of the overview; `link` leads to its first match, "" where there is none."""

    record: Record
    result: MatchList
    best: Pair | None
    link: str

    @property
    def level(self) -> int:
        return self.best.match.level if self.best else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    """One organisation for one query."""

    query: Record
    rank: int
    lead: OrganisationLead
    records: tuple[tuple[Record, Match | None], ...]


def _queries(leads: Leads) -> Iterator[_Query]:
    row = 2
    for result in leads.results:
        best = next(leads.pairs(result), None)
        link = f"internal:'{_MATCHES}'!A{row}" if best else ""
        yield _Query(record=leads.queries[result.query_id], result=result, best=best, link=link)
        row += len(result.matches)


def write_overview(book: Workbook, styles: Styles, leads: Leads) -> None:
    """One row a query: its best partner, how sure, and what to do next."""
    words = wording(leads.side)

    def best_title(query: _Query) -> str:
        title = query.best.partner.title if query.best else ""
        if query.result.none_fits or not title:
            return words.none_fits + (f"\n最接近：{title}" if title else "")
        return title

    columns: tuple[Column[_Query], ...] = (
        Column(heading=f"{words.query}名称", width=32, value=lambda q: q.record.title, kind=Kind.NAME),
        Column(heading="明细", width=9, value=lambda q: "看匹配" if q.link else "", link=lambda q: q.link),
        Column(heading=words.query_org, width=20, value=lambda q: q.record.org),
        Column(
            heading=f"最佳{words.partner}",
            width=34,
            value=best_title,
            level=lambda q: -1 if q.result.none_fits or not q.best else 0,
        ),
        Column(
            heading="等级",
            width=11,
            value=lambda q: level_label(q.level) if q.level else "—",
            kind=Kind.LEVEL,
            level=lambda q: q.level,
        ),
        Column(heading="把握", width=8, value=lambda q: q.best.match.fit if q.best else "—", kind=Kind.PERCENT),
        Column(heading=words.partner_org, width=18, value=lambda q: q.best.partner.org if q.best else ""),
        Column(
            heading="较强以上",
            width=7,
            value=lambda q: sum(match.level >= _LIKELY for match in q.result.matches),
            kind=Kind.NUMBER,
        ),
        Column(heading="列出", width=7, value=lambda q: len(q.result.matches), kind=Kind.NUMBER),
        Column(heading="候选数", width=8, value=lambda q: q.result.considered, kind=Kind.NUMBER),
        Column(
            heading="硬条件不符",
            width=11,
            value=lambda q: sum(not was_refused(match.gates) for match in q.result.excluded),
            kind=Kind.NUMBER,
        ),
        Column(heading="下一步", width=48, value=lambda q: next_step(q.result, leads)),
        Column(heading=f"{words.query}编号", width=14, value=lambda q: q.record.id, kind=Kind.ID, printed=False),
    )
    sheet = book.add_worksheet(f"{words.query}一览")
    write_grid(sheet, styles, columns, _queries(leads), frozen=1, empty=f"输入中没有{words.query}")


def write_matches(book: Workbook, styles: Styles, leads: Leads) -> None:
    """One row a match, with two columns for a broker's answer."""
    answers: tuple[Column[Pair], ...] = (
        Column(heading="反馈", width=9, value=lambda _: "", kind=Kind.ANSWER, choices=VERDICTS),
        Column(heading="不合适的原因", width=12, value=lambda _: "", kind=Kind.ANSWER, choices=REFUSALS),
    )
    write_grid(
        book.add_worksheet(_MATCHES),
        styles,
        match_columns(leads.side, answers),
        (pair for result in leads.results for pair in leads.pairs(result)),
        frozen=5,
        empty="没有可列出的匹配",
        group=lambda pair: pair.query.id,
    )


def _organisation_rows(leads: Leads) -> Iterator[_Lead]:
    for result in leads.results:
        matches = {pair.partner.id: pair.match for pair in leads.pairs(result)}
        for rank, lead in enumerate(leads.organisations[result.query_id], start=1):
            found = tuple((leads.partners[i], matches.get(i)) for i in lead.record_ids if i in leads.partners)
            yield _Lead(query=leads.queries[result.query_id], rank=rank, lead=lead, records=found)


def _record_line(record: Record, match: Match | None) -> str:
    return f"{record.title}（第 {match.rank} 名，{match.level_name}）" if match else record.title


def write_organisations(book: Workbook, styles: Styles, leads: Leads) -> None:
    """One row for each organisation of each query: whom to call, and about which records."""
    words = wording(leads.side)
    # Needs name no people, so the other direction has no such column.
    people: Column[_Lead] = Column(heading="团队", width=20, value=lambda row: "、".join(row.lead.people))
    team = (people,) if leads.side is Side.NEED else ()
    columns: tuple[Column[_Lead], ...] = (
        Column(heading=words.query, width=26, value=lambda row: row.query.title, kind=Kind.NAME),
        Column(heading="先后", width=6, value=lambda row: row.rank, kind=Kind.NUMBER),
        Column(heading=words.partner_org, width=26, value=lambda row: row.lead.name, kind=Kind.NAME),
        Column(heading="把握", width=8, value=lambda row: row.lead.chance, kind=Kind.PERCENT),
        Column(
            heading="最高等级",
            width=11,
            value=lambda row: level_label(row.lead.best_level),
            kind=Kind.LEVEL,
            level=lambda row: row.lead.best_level,
        ),
        *team,
        Column(heading="联系方式", width=24, value=lambda row: row.lead.contact),
        Column(heading=f"{words.partner}数", width=7, value=lambda row: len(row.lead.record_ids), kind=Kind.NUMBER),
        Column(
            heading=f"相关{words.partner}",
            width=60,
            value=lambda row: bullets([_record_line(record, match) for record, match in row.records]),
        ),
        Column(heading=f"{words.query}编号", width=14, value=lambda row: row.query.id, kind=Kind.ID, printed=False),
    )
    write_grid(
        book.add_worksheet(words.organisations),
        styles,
        columns,
        _organisation_rows(leads),
        frozen=3,
        empty=f"相关{words.partner}都没有写{words.partner_org}",
        group=lambda row: row.query.id,
    )


def write_excluded(book: Workbook, styles: Styles, leads: Leads) -> None:
    """One row for each candidate that a hard condition excluded, and which."""
    write_grid(
        book.add_worksheet("未通过硬条件"),
        styles,
        excluded_columns(leads.side),
        (pair for result in leads.results for pair in leads.pairs(result, excluded=True)),
        frozen=5,
        empty="没有候选因硬条件被排除",
        group=lambda pair: pair.query.id,
    )
