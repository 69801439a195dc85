"""Cost of a batch run against the bare matrix product: `python benchmarks/batch.py [NEEDS [ACHIEVEMENTS]] [--profile]`.

2,000 needs and 100,000 achievements unless told otherwise, drawn from a seed: words of the sample corpus, recombined
by topic. Their vectors are drawn too (around a tree of topics, so that about four pairs in a thousand reach level 2, as
among real records): what is measured is the matching, not the encoder, and not the quality. The bare product takes the
same vectors in the same blocks with the same threads (`OMP_NUM_THREADS`, 1 unless set) and throws the cosines away.
CPU time tells more than the wall on a machine with other work. Nothing is read again: no re-ranker takes part.
"""

import cProfile
import datetime as dt
import os
import pstats
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from zlib import crc32

THREADS = int(os.environ.setdefault("OMP_NUM_THREADS", "1"))

import numpy as np  # noqa: E402

from matcher.batch.block import BlockMatcher  # noqa: E402
from matcher.batch.folder import Found, Receipt, write_run  # noqa: E402
from matcher.batch.leads import leads_of  # noqa: E402
from matcher.batch.plan import plan_of  # noqa: E402
from matcher.batch.rows import Rows  # noqa: E402
from matcher.batch.run import BLOCK  # noqa: E402
from matcher.config import Settings  # noqa: E402
from matcher.embed.base import Vectors  # noqa: E402
from matcher.embed.remember import RememberingEncoder  # noqa: E402
from matcher.index.columns import Columns  # noqa: E402
from matcher.index.dense import Dense  # noqa: E402
from matcher.index.disk import Disk  # noqa: E402
from matcher.index.lexical import Lexical  # noqa: E402
from matcher.index.passages import Passages, cut, cut_query  # noqa: E402
from matcher.index.side import SideIndex  # noqa: E402
from matcher.index.tokens import TokenTable  # noqa: E402
from matcher.rank.levels import LevelModel  # noqa: E402
from matcher.rank.models import Models  # noqa: E402
from matcher.records import Achievement, Need, Record, Side  # noqa: E402
from matcher.text.fields import title_and_body  # noqa: E402
from matcher.text.segment import search_terms  # noqa: E402

DIM, FIELDS, TOPICS, TODAY, TOP, WINDOW = 384, 50, 250, dt.date(2025, 1, 1), 20, 200
SAMPLE = Path(__file__).resolve().parent.parent / "corpora" / "sample"
T = TypeVar("T")


class Drawn:
    """Stands for an encoder: a text's vector lies around that of the topic its title names (`主题0123`)."""

    id, dim = "drawn", DIM

    def __init__(self, rng: np.random.Generator) -> None:
        fields = rng.standard_normal(DIM) + 0.6 * rng.standard_normal((FIELDS, DIM))
        self._centres = np.repeat(fields, TOPICS // FIELDS, axis=0) + 0.6 * rng.standard_normal((TOPICS, DIM))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, the same for the same text."""
        rows = np.empty((len(texts), DIM), dtype=np.float32)
        for row, text in enumerate(texts):
            topic = re.search(r"主题(\d{4})", text)
            noise = np.random.default_rng(crc32(text.encode())).standard_normal(DIM, dtype=np.float32)
            rows[row] = (self._centres[int(topic[1])] if topic else 0) + np.float32(0.8) * noise
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_passages = encode_queries


class Words:
    """Texts of records, and the words they were put together from: cutting them again is not what is measured."""

    def __init__(self, rng: random.Random) -> None:
        source = "".join(path.read_text("utf-8-sig") for path in sorted(SAMPLE.glob("*.csv")))
        words = [word for word in dict.fromkeys(search_terms(source)) if not word.isdigit()]
        self._common, self._rare, self._rng = words[:300], words[300:], rng

    def record(self, chars: int) -> tuple[str, str, list[str]]:
        """Title, body (every tenth has none) and words; a third of them belong to the topic."""
        rng = self._rng
        topic = rng.randrange(TOPICS)
        pool = [self._rare[(topic * 37 + at * 11) % len(self._rare)] for at in range(60)]
        name = [f"主题{topic:04d}", *self._draw(6, pool)]
        body = [] if rng.random() < 0.1 else self._draw(rng.randrange(chars // 2, chars) // 3, pool)
        return "".join(name), "，".join(body), [*name, *body]

    def _draw(self, count: int, pool: Sequence[str]) -> list[str]:
        rng, kinds = self._rng, (pool, self._common, self._rare)
        return [kind[int(rng.random() * len(kind))] for kind in rng.choices(kinds, k=count)]


def token_table(rows: Sequence[Sequence[str]]) -> TokenTable:
    number: dict[str, int] = {}
    ids = [[number.setdefault(word, len(number)) for word in row] for row in rows]
    return TokenTable(
        tuple(number),
        np.array([at for row in ids for at in row], dtype=np.int32),
        np.cumsum([0, *map(len, ids)], dtype=np.int64),
    )


def index(
    achievements: Sequence[Achievement],
    words: Sequence[Sequence[str]],
    passages: Passages,
    vectors: Vectors,
    encoder: RememberingEncoder,
) -> SideIndex:
    """What `SideIndex.build` makes, from words that need not be cut."""
    return SideIndex(
        Side.ACHIEVEMENT,
        records=achievements,
        ids=tuple(record.id for record in achievements),
        columns=Columns.of(achievements),
        lexical=Lexical.build(token_table(words)),
        dense=Dense(passages, vectors, encoder, window_chars=WINDOW),
    )


def asked_vectors(need: Record, encoder: RememberingEncoder) -> Vectors:
    query = cut_query(*title_and_body(need), WINDOW, 4)
    return encoder.encode_queries([query.title, *query.windows])


class Clock:
    """Wall and CPU seconds of each stage, printed as they end."""

    def __init__(self) -> None:
        self.wall_s: dict[str, float] = {}
        self.cpu_s: dict[str, float] = {}

    def time(self, stage: str, call: Callable[[], T]) -> T:
        """The answer of the call."""
        wall, cpu = time.perf_counter(), time.process_time()
        answer = call()
        self.wall_s[stage], self.cpu_s[stage] = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{stage:26s}{self.wall_s[stage]:8.1f} s wall {self.cpu_s[stage]:8.1f} s CPU", flush=True)
        return answer

    def ratio(self, *stages: str) -> str:
        """All of these stages by the bare product."""
        wall, cpu = (
            sum(seconds[stage] for stage in stages) / seconds["bare product"] for seconds in (self.wall_s, self.cpu_s)
        )
        return f"{wall:.2f} wall, {cpu:.2f} CPU"


def main(need_count: int, achievement_count: int, *, profiled: bool) -> None:
    words = Words(random.Random(0))  # noqa: S311
    asking = [words.record(300) for _ in range(need_count)]
    offered = [words.record(500) for _ in range(achievement_count)]
    needs = [Need(id=f"N{at:06d}", title=title, problem=body) for at, (title, body, _) in enumerate(asking)]
    achievements = [
        Achievement(id=f"A{at:06d}", title=title, summary=body, org=f"单位{at % 997}")
        for at, (title, body, _) in enumerate(offered)
    ]
    encoder = RememberingEncoder(Drawn(np.random.default_rng(0)), size=20_000)
    passages, passage_texts = cut([title_and_body(record) for record in achievements], WINDOW)
    vectors = encoder.encode_passages(passage_texts)
    side = index(achievements, [row for _, _, row in offered], passages, vectors, encoder)
    asked = [asked_vectors(need, encoder) for need in needs]
    blocks = [np.concatenate(asked[at : at + BLOCK]) for at in range(0, need_count, BLOCK)]
    print(f"{need_count} needs ({sum(map(len, blocks))} vectors) × {achievement_count} achievements ({len(vectors)})")
    print(f"{THREADS} threads; {peak_mb()} MB before matching")

    clock, settings = Clock(), Settings(threads=THREADS)
    clock.time("bare product", lambda: [(block @ vectors.T).shape for block in blocks])
    models = Models(encoder, LevelModel.load(), None)
    matcher = BlockMatcher(side, encoder, models, settings, top=TOP, today=TODAY)
    profile = cProfile.Profile()

    def matched() -> Rows:
        return Rows.joined([matcher.match(needs[at : at + BLOCK], at) for at in range(0, need_count, BLOCK)])

    rows = clock.time("pass", lambda: profile.runcall(matched) if profiled else matched())
    hard = frozenset(settings.hard_gates)
    leads = clock.time("leads", lambda: leads_of(rows, needs, achievements, top=TOP, hard=hard, today=TODAY))
    plan = plan_of((*needs, *achievements), models, settings, top=TOP, today=TODAY, block=BLOCK)
    found = Found(needs, achievements, rows, leads)
    receipt = Receipt(command="", inputs=(), rejected=0)
    with tempfile.TemporaryDirectory() as folder:
        manifest = clock.time(
            "files",
            lambda: write_run(Path(folder), found, plan=plan, receipt=receipt, disk=Disk(), progress=lambda *_: None),
        )
    sizes = ", ".join(f"{mark.name} {mark.bytes / 1e6:.0f} MB" for mark in manifest.files)
    print(f"{manifest.counts['pairs']} pairs listed; {rows.lead.sum() / need_count / achievement_count:.2%} are leads")
    print(f"{sizes}; peak memory {peak_mb()} MB")
    print(f"times the bare product: pass {clock.ratio('pass')}")
    print(f"with both directions and all files {clock.ratio('pass', 'leads', 'files')}")
    if profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    main(*[*given, *(2_000, 100_000)[len(given) :]], profiled="--profile" in sys.argv)
