"""Words that the nearest public needs use and an achievement does not, by the rules of the check-up of needs."""

from collections.abc import Sequence

import numpy as np

from api.days import china_day
from matcher.diagnose.base import Candidate, Term
from matcher.diagnose.terms import TermRules, good, suggest_terms
from matcher.engine import Matcher
from matcher.explain import Explaining
from matcher.index.base import QueryText
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.records import Achievement, Side, Tier
from matcher.text.fields import title_and_body
from matcher.text.segment import words

__all__ = ["asked_words"]

_RULES = TermRules(most=6)
# Words are compared with so many of the nearest needs.
_COMPARED = 5


def asked_words(matcher: Matcher, achievement: Achievement) -> tuple[Term, ...]:
    """Words worth adding, the most telling first; none where no need is near enough, or none is indexed.

    Only public needs and the achievement's public texts are looked at, so that a word tells nothing that is closed.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    if not matcher.has(Side.NEED):
        return ()
    near = good(_nearest(matcher, achievement), matcher.bar, _RULES)
    side = matcher.side(Side.NEED)
    places = np.array([candidate.position for candidate in near[:_COMPARED]], dtype=np.int64)

    def closeness(wanted: Sequence[str]) -> list[float]:
        scores = side.dense.score([QueryText(word) for word in wanted], [places] * len(wanted))
        return [float(found.mean()) for found in scores]

    text = "\n".join(title_and_body(achievement, confidential=False))
    return suggest_terms(text, near, side.lexical.weight, closeness, _RULES)


def _nearest(matcher: Matcher, achievement: Achievement) -> list[Candidate]:
    """Public needs, best first, one a cluster of copies and a title."""
    public = Filter(eyes=Eyes(tier=Tier.PUBLIC, own=frozenset({(Side.ACHIEVEMENT, achievement.id)})))
    found = matcher.leads(achievement, top=_RULES.top, conditions=public, today=china_day(), explaining=Explaining.NONE)
    partners, side = matcher.partners(found), matcher.side(Side.NEED)
    named: dict[str, Candidate] = {}
    for match in found.matches:
        title = partners[match.need_id].title.strip()
        named.setdefault(
            title,
            Candidate(
                id=match.need_id,
                title=title,
                position=side.position(match.need_id),
                fit=match.fit,
                terms=frozenset(words(title)),
                ways=frozenset(),
            ),
        )
    return list(named.values())
