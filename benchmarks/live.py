"""Cost of a live index: `python benchmarks/live.py [ACHIEVEMENTS]`, 100,000 unless told otherwise, as in `batch.py`.

Records are drawn from a seed and so are their vectors: encoding is not measured, and neither is quality. Every call is
timed by itself, CPU and wall; on a machine with other work the CPU tells more.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TypeVar

import batch
import numpy as np

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.live.changes import Change
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.rank.shortlist import query_text
from matcher.records import Achievement, FieldLabel, Need, Scheme, Side

T = TypeVar("T")

# Stated, so that predicting labels is not measured.
LABEL = (FieldLabel(scheme=Scheme.PLAN, code="1", name="", confidence=1.0, stated=True),)


def timed(name: str, calls: Iterator[Callable[[], T]]) -> list[T]:
    """Calls one after the other; prints the median and the largest of both clocks."""
    answers, wall, cpu = [], [], []
    for call in calls:
        begun, used = time.perf_counter(), time.process_time()
        answers.append(call())
        wall.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - used))
    print(f"{name:44s}{median(cpu):10.1f} ms CPU (most {max(cpu):.1f}) {median(wall):10.1f} ms wall", flush=True)
    return answers


def main(count: int) -> None:
    words = batch.Words(random.Random(0))  # noqa: S311

    def achievement(at: int) -> Achievement:
        title, body, _ = words.record(500)
        return Achievement(id=f"A{at:06d}", title=title, summary=body, org=f"单位{at % 997}", labels=LABEL)

    encoder = batch.Drawn(np.random.default_rng(0))
    settings = Settings(rerank=0)
    models = Models(encoder, LevelModel.load(), None)
    classifier = Classifier.load()
    asked = enumerate(words.record(300) for _ in range(60))
    needs = [Need(id=f"N{at}", title=title, problem=body) for at, (title, body, _) in asked]
    stamp = iter(range(1, 10**9))

    def changes(ids: list[int]) -> list[Change]:
        return [Change(Side.ACHIEVEMENT, f"A{at:06d}", achievement(at), next(stamp)) for at in ids]

    def queries(name: str, reader: LiveReader) -> None:
        side = reader.matcher().side(Side.ACHIEVEMENT)
        side.hybrid.search([query_text(needs[0])], 200)
        texts = [query_text(need) for need in needs]
        timed(f"hybrid query, {name}", (lambda text=text: side.hybrid.search([text], 200) for text in texts))
        timed(f"60 hybrid queries, {name}", iter([lambda: side.hybrid.search(texts, 200)]))

    def refreshes(batches: list[list[int]]) -> Iterator[Callable[[], bool]]:
        for ids in batches:
            writer.apply(changes(ids))
            yield reader.refresh

    with tempfile.TemporaryDirectory() as name:
        writer = LiveWriter(Path(name), encoder, settings, classifier=classifier)
        first = changes(list(range(count)))
        timed(f"first {count} records", iter([lambda: writer.apply(first)]))
        reader = timed("open", iter([lambda: LiveReader(Path(name), settings, models=models)]))[0]
        queries("base alone", reader)
        draw = random.Random(1)  # noqa: S311
        writer.apply(changes([0]))
        timed("refresh, first of a base", iter([reader.refresh]))
        timed("apply(1), 30 times", (lambda at=at: writer.apply(changes([at])) for at in draw.sample(range(count), 30)))
        timed("refresh after apply(1)", refreshes([[at] for at in draw.sample(range(count), 20)]))
        batches = [draw.sample(range(count), 237) for _ in range(4)]
        timed("apply(237)", (lambda ids=ids: writer.apply(changes(ids)) for ids in batches[:2]))
        reader.refresh()
        timed("refresh after apply(237)", refreshes(batches[2:]))
        queries("1,000 changed", reader)
        timed("refresh, nothing new", (reader.refresh for _ in range(20)))
        timed("stamps", iter([writer.stamps]))
        leaving = [Change(Side.ACHIEVEMENT, f"A{at:06d}", None, 0) for at in draw.sample(range(count), 256)]
        timed("apply(256), all removed", iter([lambda: writer.apply(leaving)]))
        timed("compact", iter([writer.compact]))
        timed("refresh, new base", iter([reader.refresh]))
        queries("compacted", reader)
    print(f"peak memory {batch.peak_mb()} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
