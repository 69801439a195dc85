"""A whole run against the engine that answers one query at a time, and against brute force."""

import dataclasses
import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest

from matcher.batch import RunPair, read_run
from matcher.config import Settings
from matcher.corpus.load import load
from matcher.corpus.prepare import mark_copies
from matcher.embed.hashing import HashingEncoder
from matcher.embed.meaning import Meaning
from matcher.engine import Matcher
from matcher.errors import ConfigError, RecordError, RunError
from matcher.rank.checks import Checker
from matcher.rank.features import check_features
from matcher.rank.gates import check_gates, failed
from matcher.rank.misses import lowered
from matcher.rank.models import Models, load_models
from matcher.records import GateState, MatchList, Need, Side


def lists_of(pairs: tuple[RunPair, ...]) -> dict[str, list[RunPair]]:
    """The needs' lists, best first."""
    lists = defaultdict(list)
    for pair in sorted((pair for pair in pairs if pair.need_rank), key=lambda pair: pair.need_rank or 0):
        lists[pair.need_id].append(pair)
    return lists


def assert_same(pairs: tuple[RunPair, ...], answers: list[MatchList]) -> None:
    """Rank for rank the partners and the grades of the engine."""
    lists = lists_of(pairs)
    by_key = {(pair.need_id, pair.achievement_id): pair for pair in pairs}
    for answer in answers:
        assert [pair.achievement_id for pair in lists[answer.query_id]] == [m.achievement_id for m in answer.matches]
        for rank, (pair, match) in enumerate(zip(lists[answer.query_id], answer.matches, strict=True), 1):
            assert (pair.need_rank, pair.level) == (rank, match.level)
            assert (pair.fit, pair.score) == (round(match.fit, 6), round(match.score, 6))
            assert pair.level_probs == tuple(round(share, 6) for share in match.level_probs)
        for match in answer.excluded:
            pair = by_key[match.need_id, match.achievement_id]
            assert pair.need_rank is None
            assert pair.failed


def test_the_needs_lists_are_those_of_the_engine(run, corpus, models: Models, tmp_path: Path) -> None:
    run(tmp_path / "run")
    matcher = Matcher.build(
        achievements=corpus.achievements, settings=corpus.settings, encoder=models.encoder, models=models
    )
    pairs = read_run(tmp_path / "run").pairs
    assert_same(pairs, list(matcher.match_many(corpus.needs, top=6, today=corpus.today)))
    assert {pair.level for pair in pairs} == {1, 2, 3, 4}
    # Conditions kept some out, of either kind.
    assert {name for pair in pairs if pair.need_rank is None for name in pair.failed} >= {"trl", "validity", "budget"}


def test_so_they_are_where_the_best_are_read_again(run, corpus, reading: Models, tmp_path: Path) -> None:
    run(tmp_path / "run", models=reading)
    run(tmp_path / "unread")
    matcher = Matcher.build(
        achievements=corpus.achievements, settings=corpus.settings, encoder=reading.encoder, models=reading
    )
    read = read_run(tmp_path / "run")
    assert_same(read.pairs, list(matcher.match_many(corpus.needs, top=6, today=corpus.today)))
    assert read.pairs != read_run(tmp_path / "unread").pairs
    assert read.manifest.plan.reranker.endswith("@5")
    # Who is a lead is decided by the grade after reading.
    assert {pair.level for pair in read.pairs if pair.achievement_rank} == {2, 3, 4}


@pytest.mark.slow
def test_so_they_are_on_the_sample_corpus(run, sample: Path, tmp_path: Path) -> None:
    needs = load([sample / "needs.csv"], expected=Side.NEED, max_bytes=10**7).needs
    achievements = load([sample / "achievements.csv"], expected=Side.ACHIEVEMENT, max_bytes=10**7).achievements
    settings, today = Settings(), dt.date(2025, 6, 1)
    models = load_models(settings, encoder=HashingEncoder())
    run(
        tmp_path / "run", needs=needs, achievements=achievements, models=models, settings=settings, top=20,
        today=today, block=64,
    )  # fmt: skip
    matcher = Matcher.build(achievements=achievements, settings=settings, encoder=models.encoder)
    assert_same(read_run(tmp_path / "run").pairs, list(matcher.match_many(needs, top=20, today=today)))


def test_the_achievements_lists_are_their_best_needs_of_level_2_by_the_same_grades(
    run, corpus, models: Models, tmp_path: Path
) -> None:
    run(tmp_path / "run", top=3)
    matcher = Matcher.build(
        achievements=corpus.achievements, settings=corpus.settings, encoder=models.encoder, models=models
    )
    needs = {need.id: need for need in mark_copies(sorted(corpus.needs, key=lambda need: need.id))}
    ids = [achievement.id for achievement in corpus.achievements]
    graded = dict(zip(needs, matcher.grade([(need, ids) for need in needs.values()]), strict=True))
    hard = frozenset(corpus.settings.hard_gates)
    checker = Checker(similarity=Meaning(models.encoder))
    for need_id, plain in graded.items():
        graded[need_id] = lowered(plain, checker.check_all(needs[need_id], corpus.achievements))
    expected = {}
    for at, achievement in enumerate(corpus.achievements):
        order = sorted(needs, key=lambda i: (-graded[i].scores[at], i))
        shown: list[str] = []
        for need_id in order:
            need = needs[need_id]
            copy_shown = any((needs[i].duplicate_of or i) == (need.duplicate_of or need_id) for i in shown)
            gates = check_gates(need, achievement, today=corpus.today, query_side=Side.ACHIEVEMENT)
            if graded[need_id].levels[at] >= 2 and not copy_shown and not failed(gates, hard):
                shown.append(need_id)
        expected[achievement.id] = shown[:3]
    found = defaultdict(dict)
    for pair in read_run(tmp_path / "run").pairs:
        if pair.achievement_rank:
            found[pair.achievement_id][pair.achievement_rank] = pair.need_id
    # Of copies the canonical record stands for all, whichever of them came first.
    canonical = {i: need.duplicate_of or i for i, need in needs.items()}
    assert {i: [canonical[n] for n in shown] for i, shown in expected.items() if shown} == {
        i: [canonical[ranked[rank]] for rank in sorted(ranked)] for i, ranked in found.items()
    }
    assert all(sorted(ranked) == list(range(1, len(ranked) + 1)) for ranked in found.values())
    assert {len(ranked) for ranked in found.values()} == {1, 2, 3}


def test_a_pair_that_misses_what_the_need_insists_on_is_a_level_lower_in_both_directions(
    run, corpus, models: Models, tmp_path: Path
) -> None:
    run(tmp_path / "run")
    matcher = Matcher.build(
        achievements=corpus.achievements, settings=corpus.settings, encoder=models.encoder, models=models
    )
    checker = Checker(similarity=Meaning(models.encoder))
    needs, achievements = ({each.id: each for each in each_side} for each_side in (corpus.needs, corpus.achievements))
    missing = [
        pair
        for pair in read_run(tmp_path / "run").pairs
        if check_features(checker.check(needs[pair.need_id], achievements[pair.achievement_id])).unmet_must
    ]
    for pair in missing:
        (plain,) = matcher.grade([(needs[pair.need_id], [pair.achievement_id])])
        p1, p2, p3, p4 = plain.probs[0]
        assert pair.level_probs == pytest.approx((p1 + p2, p3, p4, 0.0), abs=1e-6)
    assert {(pair.need_rank is None, pair.achievement_rank is None) for pair in missing} >= {
        (False, False), (True, False)
    }  # fmt: skip


def test_a_pair_names_all_conditions_it_fails_whoever_asks(run, corpus, tmp_path: Path) -> None:
    run(tmp_path / "run")
    found = read_run(tmp_path / "run")
    seen = set()
    for pair in found.pairs:
        need, achievement = found.needs[pair.need_id], found.achievements[pair.achievement_id]
        names = {
            gate.name
            for side in Side
            for gate in check_gates(need, achievement, today=corpus.today, query_side=side)
            if gate.state is GateState.FAIL
        }
        assert set(pair.failed) == names
        seen |= names
    assert seen == {"region", "trl", "budget", "validity", "blocked"}


@pytest.mark.parametrize("block", [1, 7, 100])
def test_the_matches_do_not_depend_on_blocks_or_on_the_order_of_the_rows(run, corpus, block: int, tmp_path) -> None:
    run(tmp_path / "run")
    run(tmp_path / "other", block=block, needs=corpus.needs[::-1], achievements=corpus.achievements[::-1])
    one, other = ((tmp_path / name / "matches.csv").read_bytes() for name in ("run", "other"))
    assert one == other


def test_rows_stand_by_need_then_rank(run, tmp_path: Path) -> None:
    run(tmp_path / "run")
    pairs = read_run(tmp_path / "run").pairs
    keys = [
        (pair.need_id, pair.need_rank or 10**6, pair.achievement_rank or 10**6, pair.achievement_id) for pair in pairs
    ]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_the_folder_holds_what_a_plan_needs_and_nothing_confidential(run, corpus, tmp_path: Path) -> None:
    run(tmp_path / "run")
    found = read_run(tmp_path / "run")
    kept = {need.id: need for need in corpus.needs}
    assert set(found.needs) == set(kept)
    for need in found.needs.values():
        assert need == dataclasses.replace(
            kept[need.id], confidential_detail="", extra={}, duplicate_of=need.duplicate_of
        )
    assert found.needs["M00"].duplicate_of == "N00" or found.needs["N00"].duplicate_of == "M00"
    assert found.achievements["A05"].team == ("老师1",)
    assert list(found.manifest.confidential) == ["N03"]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "achievements.jsonl", "manifest.json", "matches.csv", "needs.jsonl",
    ]  # fmt: skip
    for path in (tmp_path / "run").iterdir():
        text = path.read_text(encoding="utf-8-sig")
        assert "铝粉" not in text
        assert "外传" not in text


def test_the_receipt_counts(run, corpus, tmp_path: Path) -> None:
    manifest = run(tmp_path / "run").manifest
    found = read_run(tmp_path / "run")
    assert found.manifest == manifest
    assert manifest.counts["pairs"] == len(found.pairs)
    assert (manifest.counts["needs"], manifest.counts["achievements"]) == (24, 44)
    good = [pair for pair in found.pairs if pair.level >= 3]
    assert manifest.counts["needs_served"] == len({pair.need_id for pair in good if pair.need_rank})
    assert manifest.counts["achievements_served"] == len(
        {pair.achievement_id for pair in good if pair.achievement_rank}
    )


def test_the_same_run_again_is_already_done(run, tmp_path: Path) -> None:
    first = run(tmp_path / "run")
    before = (tmp_path / "run" / "manifest.json").read_bytes()
    assert not first.already
    assert run(tmp_path / "run").already
    # Whoever does not name a day means the one the run was made for.
    assert run(tmp_path / "run", today=None).already
    assert (tmp_path / "run" / "manifest.json").read_bytes() == before


def test_a_finished_run_is_not_written_over(run, corpus, tmp_path: Path) -> None:
    run(tmp_path / "run")
    with pytest.raises(RunError, match=r"--top.*换一个 --out"):
        run(tmp_path / "run", top=7)
    changed = [dataclasses.replace(corpus.needs[0], problem="别的"), *corpus.needs[1:]]
    with pytest.raises(RunError, match="输入的记录"):
        run(tmp_path / "run", needs=changed)
    with pytest.raises(RunError, match="判断有效期的日期"):
        run(tmp_path / "run", today=corpus.today + dt.timedelta(days=1))


def test_other_peoples_folders_are_left_alone(run, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").write_bytes(b"")
    with pytest.raises(RunError, match=r"photo\.jpg"):
        run(tmp_path / "holiday")
    assert [path.name for path in (tmp_path / "holiday").iterdir()] == ["photo.jpg"]
    with pytest.raises(RunError, match="是一个文件"):
        run(tmp_path / "holiday" / "photo.jpg")
    (tmp_path / "empty").mkdir()
    run(tmp_path / "empty")


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"needs": []}, RecordError, "没有可用的需求"),
        ({"achievements": []}, RecordError, "没有可用的成果"),
        ({"needs": [Need(id="N", title="一"), Need(id="N", title="二")]}, RecordError, "“N”出现了两次"),
        ({"top": 0}, ConfigError, "top 是 0"),
    ],
)
def test_what_cannot_be_matched_is_said_before_anything_is_written(run, given, error, said, tmp_path: Path) -> None:
    with pytest.raises(error, match=said):
        run(tmp_path / "run", **given)
    assert not (tmp_path / "run").exists()
