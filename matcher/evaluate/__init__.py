"""Measure a matching system against graded pairs, with intervals by need."""

from matcher.evaluate.answers import Answers, collect
from matcher.evaluate.base import Evaluation, Graded, Grader, Interval, Mode
from matcher.evaluate.compare import Comparison, compare, compare_all
from matcher.evaluate.judgements import GradedSet, Judgements, read_judgements
from matcher.evaluate.render import comparison_table, evaluation_table, to_json, variants_table
from matcher.evaluate.run import evaluate, measure

__all__ = [
    "Answers",
    "Comparison",
    "Evaluation",
    "Graded",
    "GradedSet",
    "Grader",
    "Interval",
    "Judgements",
    "Mode",
    "collect",
    "compare",
    "compare_all",
    "comparison_table",
    "evaluate",
    "evaluation_table",
    "measure",
    "read_judgements",
    "to_json",
    "variants_table",
]
