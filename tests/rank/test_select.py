from matcher.rank.select import Candidate, select
from matcher.records import Gate, GateState

CLUSTERS = {"a": ("a", "c", "z")}
HEAD = {member: head for head, members in CLUSTERS.items() for member in members}
FAIL = (Gate(name="trl", state=GateState.FAIL, reason=""),)


def candidates(*given: tuple[str, tuple[Gate, ...]]) -> list[Candidate]:
    return [Candidate(id=i, order=at, fit=0.5, gates=gates) for at, (i, gates) in enumerate(given)]


def run(found: list[Candidate], top: int = 2, hard: frozenset[str] = frozenset({"trl"})) -> tuple[list[str], list[str]]:
    chosen = select(
        found, top=top, hard=hard, canonical=lambda i: HEAD.get(i, i), cluster=lambda head: CLUSTERS.get(head, (head,))
    )
    return [item.id for item in chosen.shown], [item.id for item in chosen.excluded]


def test_one_lead_a_cluster_in_the_place_of_its_best_member() -> None:
    assert run(candidates(("c", ()), ("b", ()), ("a", ()), ("d", ()))) == (["a", "b"], [])


def test_a_copy_that_passes_stands_for_an_expired_canonical_record() -> None:
    assert run(candidates(("a", FAIL), ("c", ()), ("b", ()))) == (["c", "b"], [])


def test_excluded_are_those_that_would_have_made_the_cut() -> None:
    found = candidates(("x", FAIL), ("b", ()), ("y", FAIL), ("d", ()), ("w", FAIL))
    assert run(found) == (["b", "d"], ["x", "y"])


def test_soft_conditions_exclude_nothing() -> None:
    assert run(candidates(("x", FAIL), ("b", ())), hard=frozenset()) == (["x", "b"], [])


def test_copies_are_listed_under_the_lead() -> None:
    chosen = select(
        candidates(("c", ())), top=1, hard=frozenset(), canonical=HEAD.__getitem__, cluster=CLUSTERS.__getitem__
    )
    assert chosen.copies == {"c": ("a", "z")}
