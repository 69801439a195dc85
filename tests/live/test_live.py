"""A live index equals a plain dictionary of records, whatever was done to it."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.live.changes import Change
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.records import Achievement, Need, Record, Side

WORDS = ("花生", "脱壳", "换热器", "结垢", "冷箱", "泄漏", "秸秆", "打捆机", "膜组件", "通量")
QUERIES = [QueryText("花生脱壳", "破损多。" * 20), QueryText("冷箱泄漏"), QueryText("", "膜组件通量下降。")]
ENCODER = HashingEncoder(32)
SETTINGS = Settings(window_chars=60, rerank=0)
CLASSIFIER = Classifier.load()
MODELS = Models(ENCODER, LevelModel.load(), None)

Step = str | list[tuple[Side, int, int | None]]
Plain = dict[tuple[Side, str], tuple[Record, int]]


def record(side: Side, number: int, variant: int) -> Record:
    rng = np.random.default_rng([number, variant])
    title = "".join(WORDS[at] for at in rng.integers(0, len(WORDS), 3))
    body = "，".join(WORDS[at] for at in rng.integers(0, len(WORDS), int(rng.integers(0, 50))))
    org = f"单位{variant}"
    if side is Side.NEED:
        return Need(id=f"R{number:02}", title=title, problem=body, org=org)
    return Achievement(id=f"R{number:02}", title=title, summary=body, org=org)


changes = st.lists(
    st.tuples(st.sampled_from(list(Side)), st.integers(0, 30), st.none() | st.integers(0, 3)), min_size=1, max_size=12
)
steps = st.lists(changes | st.sampled_from(["compact", "refresh", "again", "reopen"]), min_size=1, max_size=14)


def same(reader: LiveReader, plain: Plain) -> None:
    matcher = reader.matcher()
    for side in Side:
        records = sorted((item for (of, _), (item, _) in plain.items() if of is side), key=lambda item: item.id)
        assert matcher.has(side) is bool(records)
        if not records:
            continue
        live = matcher.side(side)
        fresh = SideIndex.build(side, records, ENCODER, window_chars=60)
        assert list(live.ids) == [item.id for item in records]
        assert [(item.id, item.title, item.org) for item in live.records] == [
            (item.id, item.title, item.org) for item in records
        ]
        assert len(live) == len(records)
        assert live.positions_of([item.id for item in records]).tolist() == list(range(len(records)))
        assert "R99" not in live
        everyone = [np.arange(len(records))] * len(QUERIES)
        for mine, theirs in zip(live.dense.score(QUERIES, everyone), fresh.dense.score(QUERIES, everyone), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)
        backwards = np.arange(len(records))[::-1]
        np.testing.assert_allclose(live.dense.titles(backwards), fresh.dense.titles(backwards), atol=1e-6)
        assert live.dense.titles(backwards[:0]).shape == (0, 32)
        chosen = Filter(orgs=("单位1", "单位2"))
        allowed = live.filter_mask(chosen)
        np.testing.assert_array_equal(allowed, fresh.filter_mask(chosen))
        np.testing.assert_array_equal(allowed, chosen.mask(live.columns))
        for mask in (None, allowed):
            for mine, theirs in zip(
                live.dense.search(QUERIES, 5, mask), fresh.dense.search(QUERIES, 5, mask), strict=True
            ):
                np.testing.assert_array_equal(mine.positions, theirs.positions)
                np.testing.assert_array_equal(mine.scores, theirs.scores)


@pytest.mark.parametrize("most_merged", [0, 20, 4096])
@given(steps)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_equals_a_dictionary(monkeypatch: pytest.MonkeyPatch, most_merged: int, script: list[Step]) -> None:
    # With 0 nothing is ever merged, with 20 some, with 4096 nearly always all.
    monkeypatch.setattr("matcher.live.merging.MOST_MERGED", most_merged)
    plain: Plain = {}
    stamp = 0
    done: list[Change] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "live"
        writer = LiveWriter(folder, ENCODER, SETTINGS, classifier=CLASSIFIER)
        reader = LiveReader(folder, SETTINGS, models=MODELS)
        for step in script:
            if step == "compact":
                writer.compact()
            elif step == "refresh":
                reader.refresh()
                same(reader, plain)
            elif step == "again":
                assert writer.apply(done).written == 0
            elif step == "reopen":
                writer = LiveWriter(folder, ENCODER, SETTINGS, classifier=CLASSIFIER)
                same(LiveReader(folder, SETTINGS, models=MODELS), plain)
            else:
                done = []
                for side, number, variant in step:
                    stamp += 1
                    item = None if variant is None else record(side, number, variant)
                    done.append(Change(side, f"R{number:02}", item, stamp))
                    if item is None:
                        plain.pop((side, f"R{number:02}"), None)
                    else:
                        plain[side, item.id] = (item, stamp)
                writer.apply(done)
            assert writer.stamps() == {key: stamped for key, (_, stamped) in plain.items()}
        reader.refresh()
        same(reader, plain)
        assert not reader.refresh()
