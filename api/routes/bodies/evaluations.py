"""Evaluations over the wire."""

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from api.evaluations.keeping import Judgement
from api.evaluations.reading import SeenEvaluation
from api.evaluations.summary import Summary
from api.evaluations.values import VALUES
from api.schemas.base import Body, Line

__all__ = ["EvaluationBody", "EvaluationOut", "SummaryOut"]

_Score = Annotated[int, Field(ge=0, le=100)]


class ScoresBody(Body):
    """五项价值评分 0–100，未评为空；Scores, null where not judged."""

    scientific: Annotated[_Score | None, Field(description="科学价值")] = None
    technical: Annotated[_Score | None, Field(description="技术价值")] = None
    economic: Annotated[_Score | None, Field(description="经济价值")] = None
    social: Annotated[_Score | None, Field(description="社会价值")] = None
    cultural: Annotated[_Score | None, Field(description="文化价值")] = None


class EvaluationBody(Body):
    """One evaluation by one evaluator on one day."""

    evaluator: Annotated[Line, Field(min_length=2, max_length=200, description="评价单位或专家；Who evaluated")]
    evaluated_on: Annotated[dt.date, Field(ge=dt.date(1950, 1, 1), description="评价日期，不晚于今天；Not to come")]
    scores: ScoresBody = ScoresBody()
    trl: Annotated[int | None, Field(ge=1, le=9, description="技术成熟度（GB/T 22900）")] = None
    trl_source: Annotated[Line, Field(max_length=300, description="成熟度依据；Source of the TRL")] = ""
    evidence: Annotated[
        str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$"), Field(description="评价依据；Evidence")
    ] = ""
    evidence_url: Annotated[str, Field(max_length=1000, pattern=r"^(https?://[^\s\x00-\x1F]+)?$")] = ""

    def judgement(self) -> Judgement:
        """What the evaluator found."""
        return Judgement(
            evaluator=self.evaluator,
            evaluated_on=self.evaluated_on,
            scores={name: getattr(self.scores, name) for name in VALUES},
            trl=self.trl,
            trl_source=self.trl_source,
            evidence=self.evidence,
            evidence_url=self.evidence_url,
        )


class ScoresOut(BaseModel):
    """The five scores, null where not judged."""

    scientific: int | None
    technical: int | None
    economic: int | None
    social: int | None
    cultural: int | None


class EvaluationOut(BaseModel):
    """An evaluation as the caller may read it."""

    id: str
    evaluator: Annotated[str, Field(description="单位名称不公开时为空；Empty where the owner's name is closed")]
    by_owner: Annotated[bool, Field(description="完成单位自评；Entered by the achievement's owner")]
    evaluated_on: dt.date
    scores: ScoresOut
    trl: int | None
    trl_source: str
    evidence: str
    evidence_url: str
    evidence_closed: Annotated[bool, Field(description="评价依据对您不开放；Evidence the caller may not read")]
    created_at: dt.datetime

    @classmethod
    def of(cls, seen: SeenEvaluation) -> Self:
        """What is shown of it."""
        row = seen.row
        return cls(
            id=row.id,
            evaluator=seen.evaluator,
            by_owner=row.by_owner,
            evaluated_on=row.evaluated_on,
            scores=ScoresOut.model_validate({name: getattr(row, name) for name in VALUES}),
            trl=row.trl,
            trl_source=seen.trl_source,
            evidence=seen.evidence,
            evidence_url=seen.evidence_url,
            evidence_closed=seen.evidence_closed,
            created_at=row.created_at,
        )


class MeanOut(BaseModel):
    """Mean of one value, and over how many evaluators."""

    mean: float | None
    count: int


class MeansOut(BaseModel):
    """The five values."""

    scientific: MeanOut
    technical: MeanOut
    economic: MeanOut
    social: MeanOut
    cultural: MeanOut


class TrlOut(BaseModel):
    """The newest evaluated readiness beside what the record says; the record is not changed by it."""

    trl: int
    source: str
    evaluator: str
    evaluated_on: dt.date
    by_owner: bool
    record_low: int | None
    record_high: int | None
    differs: Annotated[bool, Field(description="与成果自报的成熟度不一致；Differs from the record")]


class SummaryOut(BaseModel):
    """What the newest evaluation of each evaluator says, together."""

    evaluators: int
    values: MeansOut
    independent: Annotated[MeansOut, Field(description="不含完成单位自评；Without the owner's own")]
    trl: TrlOut | None

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """What is shown of a summary."""
        trl = None
        if summary.trl is not None:
            offered, shown = summary.trl, summary.trl.evaluation
            trl = TrlOut(
                trl=offered.trl,
                source=shown.trl_source,
                evaluator=shown.evaluator,
                evaluated_on=shown.row.evaluated_on,
                by_owner=shown.row.by_owner,
                record_low=offered.record_low,
                record_high=offered.record_high,
                differs=offered.differs,
            )
        return cls(
            evaluators=summary.evaluators,
            values=MeansOut.model_validate(summary.values, from_attributes=True),
            independent=MeansOut.model_validate(summary.independent, from_attributes=True),
            trl=trl,
        )
