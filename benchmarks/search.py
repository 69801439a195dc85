"""Cost of a query against bare FAISS in the same run: `python benchmarks/search.py [RECORDS …]` (10,000 and 100,000).

Records are random unit vectors around a tree of topics and words drawn from a long-tailed vocabulary: this measures
cost, not quality. Every record has a title and, half of them, a window; queries have a title and a window. CPU time of
the process is compared, which other work on the machine moves little.
"""

import sys
import time
from collections.abc import Callable, Sequence

import faiss
import numpy as np

from matcher.embed.base import Vectors
from matcher.index.base import QueryText
from matcher.index.dense import Dense
from matcher.index.fusion import Hybrid
from matcher.index.lexical import Lexical
from matcher.index.passages import Passages
from matcher.index.tokens import TokenTable

DIM, QUERIES, K, VOCABULARY, WORDS = 384, 128, 100, 20_000, 30


class Drawn:
    """Stands for an encoder that costs nothing: a text is the row of a table."""

    id, dim = "drawn", DIM

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The rows that the texts name."""
        return self._vectors[[int(text.rpartition("。")[2].partition(" ")[0]) for text in texts]]

    encode_passages = encode_queries


def topics(count: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors around 50 fields of 40 topics each."""
    fields = rng.standard_normal((50, DIM))
    centres = np.repeat(fields, 40, axis=0) + 0.8 * rng.standard_normal((2000, DIM))
    vectors = centres[rng.integers(0, 2000, count)] + 0.8 * rng.standard_normal((count, DIM))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def cpu_s(call: Callable[[], object]) -> float:
    """CPU seconds of the second call; the first loads what has to be loaded."""
    call()
    begun = time.process_time()
    call()
    return time.process_time() - begun


def words(count: int, rng: np.random.Generator) -> np.ndarray:
    """Word numbers, the frequent ones first."""
    return np.minimum((VOCABULARY ** rng.random(count)).astype(np.int32), VOCABULARY - 1)


def compare(records: int) -> None:
    rng = np.random.default_rng(0)
    windows = np.sort(rng.choice(records, records // 2, replace=False))
    passages = Passages(
        records=np.concatenate([np.arange(records), windows]).astype(np.int32),
        starts=np.zeros(records + len(windows), dtype=np.int32),
        ends=np.repeat([0, 1], [records, len(windows)]).astype(np.int32),
    )
    vectors = topics(records + len(windows), rng)
    encoder = Drawn(topics(2 * QUERIES, rng))
    dense = Dense(passages, vectors, encoder, window_chars=200)
    table = TokenTable(
        tuple(f"w{number:05d}" for number in range(VOCABULARY)),
        words(records * WORDS, rng),
        np.arange(records + 1, dtype=np.int64) * WORDS,
    )
    lexical = Lexical.build(table)
    draw = [" ".join(f"w{number:05d}" for number in words(15, rng)) for _ in range(QUERIES)]
    queries = [QueryText(f"{at} {text}", f"{at + QUERIES}") for at, text in enumerate(draw)]
    flat = faiss.IndexFlatIP(DIM)
    flat.add(vectors)
    asked = encoder.encode_queries([str(at) for at in range(2 * QUERIES)])
    faiss.cvar.distance_compute_blas_threshold = 1000

    def one_by_one() -> None:
        for at in range(QUERIES):
            flat.search(asked[[at, at + QUERIES]], K)

    parts = {"lexical": lexical, "dense": dense, "hybrid": Hybrid([(lexical, 1.0), (dense, 3.0)])}
    print(f"{records} records, {len(vectors)} vectors, k = {K}; CPU ms a query, and times bare FAISS")
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    base_one = cpu_s(one_by_one) / QUERIES * 1000
    faiss.omp_set_num_threads(threads)
    base_batch = cpu_s(lambda: flat.search(asked, K)) / QUERIES * 1000
    print(f"  {'bare Flat':10s} one by one {base_one:7.2f}          batch {base_batch:7.2f}")
    for name, part in parts.items():
        one = cpu_s(lambda part=part: [part.search([query], K) for query in queries]) / QUERIES * 1000
        batch = cpu_s(lambda part=part: part.search(queries, K)) / QUERIES * 1000
        alone = f"one by one {one:7.2f} ({one / base_one:5.2f})"
        print(f"  {name:10s} {alone}  batch {batch:7.2f} ({batch / base_batch:5.2f})")


if __name__ == "__main__":
    for size in [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000]:
        compare(size)
