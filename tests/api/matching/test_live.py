"""The engine says it is open only when a search has nothing left to load."""

import threading
from collections.abc import Sequence
from pathlib import Path

from api.matching.live import Matching
from matcher.config import Settings
from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.live.changes import Change
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.records import Achievement, Need, Side

PATIENCE_S = 20


class SlowToLoad(HashingEncoder):
    """Loads with its first query, as the packaged one does, and only when let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may_load = threading.Event(), threading.Event()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.set()
        assert self.may_load.wait(PATIENCE_S)
        return super().encode_queries(texts)


def matching_over(folder: Path, encoder: HashingEncoder, monkeypatch) -> Matching:
    def opened(place: Path, settings: Settings) -> LiveReader:
        return LiveReader(place, settings, encoder=encoder)

    monkeypatch.setattr("api.matching.live.LiveReader", opened)
    return Matching(folder, Settings())


def write(folder: Path, *changes: Change) -> None:
    LiveWriter(folder, HashingEncoder(), Settings()).apply(changes)


def achievement(number: int) -> Change:
    return Change(Side.ACHIEVEMENT, f"a{number}", Achievement(id=f"a{number}", title="耐高温抗氧化涂层"), 1)


def until(true) -> None:
    waiting = threading.Event()
    for _ in range(PATIENCE_S * 50):
        if true():
            return
        waiting.wait(0.02)
    raise AssertionError("not in time")


def test_not_open_before_the_encoder_is_loaded(tmp_path: Path, monkeypatch) -> None:
    write(tmp_path, achievement(1))
    encoder = SlowToLoad()
    matching = matching_over(tmp_path, encoder, monkeypatch)
    assert not matching.is_open
    matching.start()
    try:
        # Opened, and loading: nobody has searched yet.
        assert encoder.asked.wait(PATIENCE_S)
        assert not matching.is_open
        encoder.may_load.set()
        until(lambda: matching.is_open)
    finally:
        encoder.may_load.set()
        matching.stop()


def test_an_empty_index_is_open_at_once_and_warms_up_with_its_first_record(tmp_path: Path, monkeypatch) -> None:
    encoder = SlowToLoad()
    matching = matching_over(tmp_path, encoder, monkeypatch)
    matching.refresh()
    matching.warm_up()
    assert matching.is_open
    assert not encoder.asked.is_set()
    write(tmp_path, Change(Side.NEED, "n1", Need(id="n1", title="石墨电极抗氧化"), 1))
    matching.refresh()
    assert not matching.is_open
    encoder.may_load.set()
    matching.warm_up()
    assert encoder.asked.is_set()
    assert matching.is_open
