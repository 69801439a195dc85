"""Measure a matching system against graded pairs, with intervals by need."""

from matcher.evaluate.base import Evaluation, Graded, Grader, Interval, Mode
from matcher.evaluate.compare import Comparison, compare
from matcher.evaluate.judgements import Judgements, read_judgements
from matcher.evaluate.render import comparison_table, evaluation_table, to_json, variants_table
from matcher.evaluate.run import evaluate

__all__ = [
    "Comparison",
    "Evaluation",
    "Graded",
    "Grader",
    "Interval",
    "Judgements",
    "Mode",
    "compare",
    "comparison_table",
    "evaluate",
    "evaluation_table",
    "read_judgements",
    "to_json",
    "variants_table",
]
