"""Cost of one search at a time: `python benchmarks/query.py [ACHIEVEMENTS] [--queries N] [--keep FOLDER] [--profile]`.

100,000 achievements unless told otherwise, drawn from a seed as in `batch.py` (words of the sample corpus, recombined
by topic, cut into sentences, with places, prices, maturity and indicators), saved and opened as an index is. Their
vectors are drawn too. Queries go through the bundled encoder, and what it costs is counted; what it answers is
exchanged for the drawn vector of the text, so that related texts are near each other and lists hold pairs of all
levels. CPU milliseconds in one thread, every query new to every memory; the percentiles are over the queries. One
record in ten is not public and never looked at. `--keep` leaves the index in a folder and uses it again.
"""

import argparse
import cProfile
import datetime as dt
import os
import pstats
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from batch import TODAY, WINDOW, Drawn, Words, token_table

from matcher.config import Settings
from matcher.embed.base import Encoder, Vectors
from matcher.embed.bundled import BundledEncoder
from matcher.embed.remember import RememberingEncoder
from matcher.engine import Matcher
from matcher.explain import Explaining
from matcher.index.columns import Columns
from matcher.index.disk import Disk
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.index.passages import cut
from matcher.index.saved import load_side, save_side
from matcher.index.side import SideData, SideIndex
from matcher.records import Achievement, Need, Price, PriceKind, Region, Side, Tier, TrlBand, TrlSource
from matcher.text.fields import title_and_body

SENTENCE = 8
PLACES = (
    ("410200", "河南省开封市"),
    ("410100", "河南省郑州市"),
    ("330100", "浙江省杭州市"),
    ("320500", "江苏省苏州市"),
)
COUNTY = Region(name="河南省兰考县", code="410225")
FIGURES = ("抗压强度≥{}MPa", "处理量{}t/h", "能耗降低{}%", "精度±0.{}mm", "使用寿命≥{}00h", "含水率≤{}%")


class Charged:
    """The bundled encoder's cost with the drawn vectors' answers."""

    id, dim = "charged", 384

    def __init__(self, real: Encoder) -> None:
        self._real, self._drawn = real, Drawn(np.random.default_rng(0))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As many texts are encoded as are asked for."""
        self._real.encode_queries(texts)
        return self._drawn.encode_queries(texts)

    encode_passages = encode_queries


class Corpus:
    """Records with everything a search looks at."""

    def __init__(self) -> None:
        self._rng = random.Random(0)  # noqa: S311
        self._words = Words(self._rng)

    def text(self, chars: int) -> tuple[str, str, list[str]]:
        """Title, body in sentences, and the words of both."""
        title, body, words = self._words.record(chars)
        parts = body.split("，")
        cut_at = range(0, len(parts), SENTENCE)
        return title, "。".join("，".join(parts[at : at + SENTENCE]) for at in cut_at), words

    def figures(self) -> str:
        """Up to three indicators; none for two records of five."""
        count = self._rng.choice((0, 0, 1, 2, 3))
        return "；".join(form.format(self._rng.randrange(2, 90)) for form in self._rng.sample(FIGURES, count))

    def achievement(self, at: int) -> tuple[Achievement, list[str]]:
        """One in five hundred lies in `COUNTY`; every tenth is not public."""
        rng = self._rng
        title, body, words = self.text(400)
        code, name = (COUNTY.code, COUNTY.name) if rng.random() < 1 / 500 else rng.choice(PLACES)
        low = rng.randrange(1, 9)
        return Achievement(
            id=f"A{at:06d}",
            title=title,
            summary=body,
            indicators_text=self.figures(),
            org=f"单位{at % 997}",
            region=Region(name=name, code=code),
            trl=TrlBand(low=low, high=low + 1, source=TrlSource.STATED),
            price=Price(kind=PriceKind.INDICATIVE, low_cny=rng.randrange(1, 500) * 1e4),
            valid_until=TODAY + dt.timedelta(days=rng.randrange(-30, 900)),
            visibility=Tier.REGISTERED if rng.random() < 1 / 10 else Tier.PUBLIC,
        ), words

    def need(self, at: int, **conditions: object) -> Need:
        """A need of two hundred characters or so."""
        title, body, _ = self.text(300)
        return Need(id=f"N{at:06d}", title=title, problem=body, indicators_text=self.figures(), **conditions)  # type: ignore[arg-type]


def write(folder: Path, count: int) -> None:
    """Draw the achievements and save them as one side of an index."""
    corpus = Corpus()
    records, words = zip(*map(corpus.achievement, range(count)), strict=True)
    passages, texts = cut([title_and_body(record) for record in records], WINDOW)
    data = SideData(
        side=Side.ACHIEVEMENT,
        records=records,
        ids=tuple(record.id for record in records),
        contents=np.zeros((count, 16), np.uint8),
        passages=passages,
        keys=np.zeros((len(texts), 16), np.uint8),
        vectors=Drawn(np.random.default_rng(0)).encode_passages(texts),
        tokens=token_table(words),
        columns=Columns.of(records),
        encoded=0,
    )
    save_side(data, folder / "side", Disk())


class Clock:
    """CPU seconds by stage, summed within one query, kept for each."""

    def __init__(self) -> None:
        self.kept: dict[str, list[float]] = defaultdict(list)
        self._now: dict[str, float] = defaultdict(float)

    def watch(self, owner: object, method: str, stage: str) -> None:
        """Charge every call of a method to a stage, less what the stages within it take."""
        call: Callable[..., object] = getattr(owner, method)

        def timed(*args: object, **kwargs: object) -> object:
            before, inside = time.process_time(), sum(self._now.values())
            try:
                return call(*args, **kwargs)
            finally:
                within = sum(self._now.values()) - inside
                self._now[stage] += time.process_time() - before - within

        setattr(owner, method, timed)

    @contextmanager
    def query(self) -> Iterator[None]:
        """One query from beginning to end."""
        self._now.clear()
        start = time.process_time()
        yield
        total = time.process_time() - start
        self._now["rest"] = total - sum(self._now.values())
        for stage, seconds in self._now.items():
            self.kept[stage].append(seconds)
        self.kept["all"].append(total)


def row(name: str, values: Sequence[float], queries: int) -> str:
    spread = np.percentile([*values, *[0.0] * (queries - len(values))], [50, 95]) * 1e3
    return f"{name:14s}{sum(values) / queries * 1e3:9.2f}{spread[0]:9.2f}{spread[1]:9.2f}"


def watched(folder: Path, clock: Clock, held: Sequence[Need] = ()) -> Matcher:
    """The index opened with every memory empty, `held` among its needs, and its stages on the clock."""
    encoder = RememberingEncoder(Charged(BundledEncoder(threads=1)))
    side = load_side(folder / "side", Side.ACHIEVEMENT, encoder, window_chars=WINDOW, query_windows=4)
    own = SideIndex.build(Side.NEED, held, encoder, window_chars=WINDOW)
    matcher = Matcher({Side.ACHIEVEMENT: side, Side.NEED: own}, encoder, Settings(threads=1))
    answerer = matcher._answerers[Side.ACHIEVEMENT]  # noqa: SLF001
    for owner, method, stage in (
        (encoder, "encode_queries", "encoding"),
        (side.dense, "search", "dense"),
        (side.lexical, "search", "lexical"),
        (matcher._rankers[Side.ACHIEVEMENT], "grade", "grading"),  # noqa: SLF001
        (answerer._shortlister, "choose", "choosing"),  # noqa: SLF001
        (answerer._checker, "check_pairs", "checks"),  # noqa: SLF001
        (answerer._explainer, "explain_many", "explaining"),  # noqa: SLF001
    ):
        clock.watch(owner, method, stage)
    return matcher


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        if not (folder / "side").is_dir():
            write(folder, given.count)
        measure(folder, given.queries, profiled=given.profile)


def measure(folder: Path, queries: int, *, profiled: bool) -> None:
    """Print a table for each way of asking."""
    public = Filter(eyes=Eyes())
    corpus = Corpus()
    needs = [corpus.need(at) for at in range(queries + 3)]
    texts = [Need(id="query", title=need.title) for need in needs]
    strict = [corpus.need(at, region_scope=(COUNTY,), budget_high_cny=1e6) for at in range(queries + 3)]
    cases = [
        ("free text, words", texts, Explaining.WORDS),
        ("need, none", needs, Explaining.NONE),
        ("need, words", needs, Explaining.WORDS),
        ("need, meaning", needs, Explaining.MEANING),
        ("need of the index, words", needs, Explaining.WORDS),
        ("need of one county, words", strict, Explaining.WORDS),
    ]
    for name, asked, explaining in cases:
        clock, profile = Clock(), cProfile.Profile()
        matcher = watched(folder, clock, asked if "index" in name else ())
        # The first ones read the files and load word lists.
        for need in asked[:3]:
            matcher.match(need, conditions=public, today=TODAY, explaining=explaining)
        for need in asked[3:]:
            with clock.query():
                if profiled:
                    profile.enable()
                matcher.match(need, conditions=public, today=TODAY, explaining=explaining)
                profile.disable()
        print(f"\n{name:28s} mean     p50     p95   CPU ms")
        for stage in sorted(clock.kept, key=lambda stage: (stage == "all", -sum(clock.kept[stage]))):
            print(row(stage, clock.kept[stage], queries))
        if profiled:
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
