"""The columns of a check-up: what was found, and what the enterprise fills in.

The headings to fill in are those of a need table, filled with what is known, so that the sheet is read again by
`matcher check` and `matcher index`; the findings in between are kept there as unknown columns.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matcher.corpus.values.budget import render_budget
from matcher.corpus.values.mode import parse_modes, render_modes
from matcher.corpus.values.region import render_region, render_regions
from matcher.corpus.written import as_written
from matcher.diagnose.base import Diagnosis, NeedClass
from matcher.diagnose.deadline import deadline
from matcher.records import Need
from matcher.report.columns import Column, Kind, bullets
from matcher.report.public import public_record

__all__ = ["COLUMNS", "RIGHTS_HEADING", "Checked"]

RIGHTS_HEADING = "产权要求"
"""The reader has no field for it; it is kept under this heading, where the check-up looks for it."""

_LEVELS = {NeedClass.CLEAR: 4, NeedClass.VAGUE: 2, NeedClass.CONCEPT: 1, NeedClass.AIMLESS: -1}
_NOTHING = "（无）"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """A need as `public_record` leaves it and its check-up, with what its columns said in its own words.

    `rights` stood under `RIGHTS_HEADING`; `deadline` and `modes` are verbatim where reading them again gives the same.
    """

    need: Need
    diagnosis: Diagnosis
    rights: str
    deadline: str
    modes: str

    @classmethod
    def of(cls, need: Need, diagnosis: Diagnosis) -> "Checked":
        """What may be shown of a need."""
        public = public_record(need)
        text = "\n".join((need.title, need.problem, need.indicators_text, need.current_state))
        return cls(public, diagnosis, need.extra.get(RIGHTS_HEADING, ""), deadline(need, text), _modes(need))


def _modes(need: Need) -> str:
    said = as_written(need, "modes")
    return said if said and parse_modes(said) == need.modes else render_modes(need.modes)


def _budget(need: Need) -> str:
    known = need.budget_low_cny is not None or need.budget_high_cny is not None
    return render_budget((need.budget_low_cny, need.budget_high_cny)) if known else ""


def _present(row: Checked) -> str:
    """Each kind with the first words that tell it."""
    lines = []
    for kind in row.diagnosis.present:
        texts = dict.fromkeys(aspect.text for aspect in row.diagnosis.aspects if aspect.kind is kind)
        lines.append(f"{kind}：{'、'.join(list(texts)[:_SHOWN])}")
    return "\n".join(lines) or _NOTHING


_PRINTED: tuple[Column[Checked], ...] = (
    Column(heading="需求编号", width=10, value=lambda row: row.need.id, kind=Kind.ID),
    Column(heading="需求名称", width=18, value=lambda row: row.need.title, kind=Kind.WRITTEN),
    Column(
        heading="体检结论",
        width=8,
        value=lambda row: row.diagnosis.need_class,
        kind=Kind.LEVEL,
        level=lambda row: _LEVELS[row.diagnosis.need_class],
    ),
    Column(heading="判断依据", width=28, value=lambda row: bullets([str(reason) for reason in row.diagnosis.reasons])),
    Column(heading="缺少", width=9, value=lambda row: "\n".join(row.diagnosis.missing) or _NOTHING),
    Column(
        heading="最该问的三个问题",
        width=42,
        value=lambda row: "\n".join(f"{at}、{text}" for at, text in enumerate(row.diagnosis.questions, 1)),
    ),
    Column(heading="建议写法（只作参考）", width=34, value=lambda row: row.diagnosis.wording),
    Column(heading="需求说明（回答左边的问题）", width=22, value=lambda _: "", kind=Kind.WRITTEN),
    Column(heading="考核指标", width=18, value=lambda row: row.need.indicators_text, kind=Kind.WRITTEN),
    Column(
        heading="完成时限",
        width=11,
        value=lambda row: row.deadline,
        kind=Kind.WRITTEN,
    ),
    Column(heading="预算金额", width=10, value=lambda row: _budget(row.need), kind=Kind.WRITTEN),
    Column(heading="合作方式", width=10, value=lambda row: row.modes, kind=Kind.WRITTEN),
    Column(heading=RIGHTS_HEADING, width=10, value=lambda row: row.rights, kind=Kind.WRITTEN),
)
_ON_SCREEN: tuple[Column[Checked], ...] = (
    Column(
        heading="需求内容（请在此修改）",
        width=100,
        value=lambda row: row.need.problem,
        kind=Kind.WRITTEN,
        printed=False,
    ),
    Column(heading="已写明", width=26, value=_present, printed=False),
    Column(heading="未写明", width=9, value=lambda row: "\n".join(row.diagnosis.absent) or _NOTHING, printed=False),
)
# Not for the eye: so that reading the sheet again loses none of what the need said.
_KEPT_FIELDS: tuple[tuple[str, Callable[[Checked], str]], ...] = (
    ("现有工作基础", lambda row: row.need.current_state),
    ("关键词", lambda row: "；".join(row.need.keywords)),
    ("企业名称", lambda row: row.need.org),
    ("联系方式", lambda row: row.need.contact),
    ("技术领域", lambda row: "；".join(row.need.fields)),
    ("行业代码", lambda row: "；".join(row.need.industry_codes)),
    ("所属地区", lambda row: render_region(row.need.region) if row.need.region else ""),
    ("合作地区", lambda row: render_regions(row.need.region_scope)),
    ("意向合作单位", lambda row: "；".join(row.need.preferred_orgs)),
    ("回避单位", lambda row: "；".join(row.need.blocked_orgs)),
    ("成熟度要求", lambda row: str(row.need.trl_min) if row.need.trl_min else ""),
    ("发布日期", lambda row: row.need.published_on.isoformat() if row.need.published_on else ""),
    ("需求状态", lambda row: row.need.status),
    ("信息来源", lambda row: row.need.source),
    ("来源网址", lambda row: row.need.source_url),
)
_KEPT: tuple[Column[Checked], ...] = tuple(
    Column(heading=heading, width=10, value=value, printed=False) for heading, value in _KEPT_FIELDS
)
COLUMNS: tuple[Column[Checked], ...] = (*_PRINTED, *_ON_SCREEN, *_KEPT)
"""Left to right: findings and what to fill in, as printed; the content and its aspects; what is kept."""
