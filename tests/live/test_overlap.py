"""How far a live index ranks like a fresh one: exactly by meaning, nearly so by words."""

import random
from pathlib import Path

import numpy as np
import pytest

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.corpus.load import load
from matcher.embed.hashing import HashingEncoder
from matcher.index.side import SideIndex
from matcher.live.changes import Change
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.rank.shortlist import query_text
from matcher.records import Side

ENCODER = HashingEncoder(128)


def test_a_tenth_of_the_sample_on_top(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is merged, so that the deltas keep to the statistics of the base.
    monkeypatch.setattr("matcher.live.merging.MOST_MERGED", 0)
    loaded = load([sample / "needs.csv", sample / "achievements.csv"], max_bytes=10**8)
    achievements = sorted(loaded.achievements, key=lambda record: record.id)
    settings = Settings(rerank=0)
    writer = LiveWriter(tmp_path, ENCODER, settings, classifier=Classifier.load())
    late = set(random.Random(0).sample([record.id for record in achievements], len(achievements) // 10))
    changes = [Change(Side.ACHIEVEMENT, record.id, record, 1) for record in achievements]
    writer.apply([change for change in changes if change.id not in late])
    on_top = [change for change in changes if change.id in late]
    for at in range(4):
        writer.apply(on_top[at::4])
    live = LiveReader(tmp_path, settings, models=Models(ENCODER, LevelModel.load(), None)).matcher()
    side = live.side(Side.ACHIEVEMENT)
    fresh = SideIndex.build(Side.ACHIEVEMENT, achievements, ENCODER)
    assert list(side.ids) == list(fresh.ids)
    queries = [query_text(need) for need in loaded.needs]
    overlaps, differences = [], []
    for mine, theirs in zip(side.hybrid.search(queries, 10), fresh.hybrid.search(queries, 10), strict=True):
        overlaps.append(len(np.intersect1d(mine.positions, theirs.positions)) / 10)
    for query in queries:
        one, other = side.lexical.scores(query), fresh.lexical.scores(query)
        np.testing.assert_array_equal(one > 0, other > 0)
        differences.extend(np.abs(one - other)[other > 0] / other[other > 0])
    # Measured: .988, .011 and, for one score in twenty, .034 and more.
    assert np.mean(overlaps) > 0.95
    assert np.median(differences) < 0.05
    for mine, theirs in zip(side.dense.search(queries, 10), fresh.dense.search(queries, 10), strict=True):
        np.testing.assert_array_equal(mine.positions, theirs.positions)
    # A compaction brings the statistics of all.
    writer.compact()
    reader = LiveReader(tmp_path, settings, models=Models(ENCODER, LevelModel.load(), None))
    side = reader.matcher().side(Side.ACHIEVEMENT)
    for query in queries:
        np.testing.assert_allclose(side.lexical.scores(query), fresh.lexical.scores(query), rtol=1e-5)
