"""What a report is made of: the results, the records they name, and where they come from."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from matcher.errors import InputError
from matcher.records import Achievement, Match, MatchList, Need, OrganisationLead, Record, Side

__all__ = ["REFUSALS", "VERDICTS", "Leads", "Pair", "RunInfo"]

_R = TypeVar("_R", Need, Achievement)

VERDICTS = ("合适", "不合适", "待定")
"""What a broker may answer in the column 反馈."""

REFUSALS = (
    "太早期",
    "优势不清",
    "商业路径不清",
    "描述不清",
    "技术不符",
    "价格",
    "知识产权",
    "地域",
    "已有方案",
    "不符战略",
    "其他",
)
"""Why a lead was turned down, the field's own codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """Which index and which input a report was made from; everything the last sheet tells.

    `levels`: id of the level model. `reranker`: which one has read how many, or that none has. `counts`: heading →
    number (“入库成果” → 300). `excluded`: what was left out before matching, reason → number.
    """

    index_name: str
    index_version: str
    encoder: str
    created: dt.datetime
    levels: str = ""
    reranker: str = ""
    files: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    settings_hash: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One match with both records, seen from the query."""

    match: Match
    query: Record
    partner: Record
    none_fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """All a report shows. Records are by id; organisations by the id of the query."""

    about: RunInfo
    results: tuple[MatchList, ...]
    needs: Mapping[str, Need]
    achievements: Mapping[str, Achievement]
    organisations: Mapping[str, tuple[OrganisationLead, ...]]

    @classmethod
    def of(
        cls,
        results: Sequence[MatchList],
        needs: Mapping[str, Need],
        achievements: Mapping[str, Achievement],
        organisations: Mapping[str, Sequence[OrganisationLead]],
        about: RunInfo,
    ) -> "Leads":
        """Gather results, keeping only the records they name.

        Raises:
            InputError: results of both directions, or one that names a record that was not given.
        """
        if len({result.query_side for result in results}) > 1:
            raise InputError("一份报告只能写一个方向：请把“为需求找成果”和“为成果找需求”分开写成两个文件。")
        side = results[0].query_side if results else Side.NEED
        matches = [match for result in results for match in (*result.matches, *result.excluded)]
        need_ids, achievement_ids = [m.need_id for m in matches], [m.achievement_id for m in matches]
        (need_ids if side is Side.NEED else achievement_ids).extend(result.query_id for result in results)
        return cls(
            about=about,
            results=tuple(results),
            needs={i: _named(needs, i, "需求") for i in dict.fromkeys(need_ids)},
            achievements={i: _named(achievements, i, "成果") for i in dict.fromkeys(achievement_ids)},
            organisations={result.query_id: tuple(organisations.get(result.query_id, ())) for result in results},
        )

    @property
    def side(self) -> Side:
        """The side of the queries; needs where there are no results at all."""
        return self.results[0].query_side if self.results else Side.NEED

    @property
    def queries(self) -> Mapping[str, Record]:
        """Records on the side of the queries."""
        return self.needs if self.side is Side.NEED else self.achievements

    @property
    def partners(self) -> Mapping[str, Record]:
        """Records on the other side."""
        return self.achievements if self.side is Side.NEED else self.needs

    def pairs(self, result: MatchList, *, excluded: bool = False) -> Iterator[Pair]:
        """The matches of one result, or those a hard condition excluded, with their records."""
        for match in result.excluded if excluded else result.matches:
            partner_id = match.achievement_id if self.side is Side.NEED else match.need_id
            yield Pair(
                match=match,
                query=self.queries[result.query_id],
                partner=self.partners[partner_id],
                none_fits=result.none_fits,
            )


def _named(records: Mapping[str, _R], record_id: str, side: str) -> _R:
    try:
        return records[record_id]
    except KeyError:
        raise InputError(
            f"匹配结果提到{side} {record_id}，但没有给出这条记录；请用建索引时的同一份数据写报告。"
        ) from None
