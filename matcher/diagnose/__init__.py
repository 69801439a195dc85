"""Need check-up (需求体检): how clear a need is, what it leaves open, what to ask, how it could be put more sharply."""

from matcher.diagnose.base import Candidate, Contrast, Diagnosis, Item, NeedClass, Reason, Term
from matcher.diagnose.checkup import diagnose, diagnose_many
from matcher.diagnose.terms import TermRules
from matcher.diagnose.wording import sharpened

__all__ = [
    "Candidate",
    "Contrast",
    "Diagnosis",
    "Item",
    "NeedClass",
    "Reason",
    "Term",
    "TermRules",
    "diagnose",
    "diagnose_many",
    "sharpened",
]
