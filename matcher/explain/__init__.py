"""Why two records belong together, what speaks against it and what to ask, for one tier of readers.

Every statement is a verbatim stretch of a record or a stated value; nothing is made up.
"""

from matcher.explain.base import Explaining, Explanation, Pairing
from matcher.explain.explainer import Explainer

__all__ = ["Explainer", "Explaining", "Explanation", "Pairing"]
