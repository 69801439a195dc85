"""One list of records, ready to be searched: needs, or achievements."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Encoder, Vectors
from matcher.errors import RecordError
from matcher.index.base import Allowed, QueryText
from matcher.index.columns import Columns
from matcher.index.dense import Dense, Product
from matcher.index.filters import Filter
from matcher.index.fusion import Hybrid
from matcher.index.lexical import Lexical
from matcher.index.parts import KeywordPart, MeaningPart
from matcher.index.passages import Passages, cut
from matcher.index.tokens import KnownWords, TokenTable, cut_words
from matcher.index.vectors import Keys, KnownVectors, Progress, VectorSink, content_keys, embed
from matcher.records import Record, Side
from matcher.text.fields import title_and_body

__all__ = ["Reuse", "SideData", "SideIndex", "Swept"]

# Measured on graded pairs (docs/index.md): meaning is the better guide, words set apart what reads alike.
_LEXICAL_WEIGHT, _DENSE_WEIGHT = 1.0, 2.0


@dataclass(frozen=True, slots=True)
class Reuse:
    """What earlier builds left: vectors by passage, words by record text; and where new vectors are kept."""

    vectors: KnownVectors = field(default_factory=KnownVectors)
    words: KnownWords = field(default_factory=KnownWords)
    sink: VectorSink | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SideData:
    """Everything a saved side holds, sorted by record id.

    contents: uint8 (n, 16), key of title and body of each record. keys: uint8 (m, 16), key of each passage's text.
    vectors: float32 (m, d), unit rows, one for each passage. encoded: how many texts were new to the encoder.
    """

    side: Side
    records: Sequence[Record]
    ids: tuple[str, ...]
    contents: Keys
    passages: Passages
    keys: Keys
    vectors: Vectors
    tokens: TokenTable
    columns: Columns
    encoded: int

    @classmethod
    def build(
        cls,
        side: Side,
        records: Iterable[Record],
        encoder: Encoder,
        *,
        window_chars: int,
        reuse: Reuse | None = None,
        progress: Progress | None = None,
    ) -> "SideData":
        """Cut, embed and tabulate. The result depends on the records, the encoder and `window_chars` alone.

        Raises:
            RecordError: an id is used twice, or a record belongs to the other side.
            ModelError: the encoder's files are missing or damaged.
        """
        reuse = reuse or Reuse()
        ordered = sorted(records, key=lambda record: record.id)
        _check(side, ordered)
        texts = [title_and_body(record) for record in ordered]
        contents = content_keys([f"{title}\0{body}" for title, body in texts])
        passages, passage_texts = cut(texts, window_chars)
        embedded = embed(passage_texts, encoder, reuse.vectors, reuse.sink, progress)
        return cls(
            side=side,
            records=ordered,
            ids=tuple(record.id for record in ordered),
            contents=contents,
            passages=passages,
            keys=embedded.keys,
            vectors=embedded.vectors,
            tokens=cut_words(texts, contents, reuse.words),
            columns=Columns.of(ordered),
            encoded=embedded.encoded,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """One query against a whole side.

    candidates: int64 (k,), the best by rank fusion, best first. semantic: float32 (n,), `Dense.score` of every record
    to within `ROUNDING`. keyword: float32 (n,), `Lexical.score` of every record.
    """

    candidates: npt.NDArray[np.int64]
    semantic: npt.NDArray[np.float32]
    keyword: npt.NDArray[np.float32]


class SideIndex:
    """Search over one side. Positions are row numbers in `records`, which are sorted by id."""

    def __init__(
        self,
        side: Side,
        *,
        records: Sequence[Record],
        ids: Sequence[str],
        columns: Columns,
        lexical: KeywordPart,
        dense: MeaningPart,
    ) -> None:
        """Puts together what `build` made or a saved index holds."""
        self.side = side
        self.records = records
        self.ids = ids
        self.columns = columns
        self.lexical = lexical
        self.dense = dense
        self.hybrid = Hybrid([(lexical, _LEXICAL_WEIGHT), (dense, _DENSE_WEIGHT)])

    @classmethod
    def of(cls, data: SideData, encoder: Encoder, *, window_chars: int, query_windows: int) -> "SideIndex":
        """An index in memory over data in memory."""
        dense = Dense(data.passages, data.vectors, encoder, window_chars=window_chars, query_windows=query_windows)
        return cls(
            data.side,
            records=data.records,
            ids=data.ids,
            columns=data.columns,
            lexical=Lexical.build(data.tokens),
            dense=dense,
        )

    @classmethod
    def build(
        cls,
        side: Side,
        records: Iterable[Record],
        encoder: Encoder,
        *,
        window_chars: int = 200,
        query_windows: int = 4,
        progress: Progress | None = None,
    ) -> "SideIndex":
        """An index in memory.

        Raises:
            RecordError: an id is used twice, or a record belongs to the other side.
            ModelError: the encoder's files are missing or damaged.
        """
        data = SideData.build(side, records, encoder, window_chars=window_chars, progress=progress)
        return cls.of(data, encoder, window_chars=window_chars, query_windows=query_windows)

    def __len__(self) -> int:
        """Number of records."""
        return len(self.ids)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {record_id: at for at, record_id in enumerate(self.ids)}

    def find(self, record_id: str) -> int | None:
        """Row number of a record, None where no record of this side has that id."""
        return self._positions.get(record_id)

    def position(self, record_id: str) -> int:
        """Row number of a record.

        Raises:
            RecordError: no record of this side has that id.
        """
        at = self.find(record_id)
        if at is None:
            raise self.unknown(record_id)
        return at

    def unknown(self, record_id: str) -> RecordError:
        """What is said of an id that no record has, and of one that a reader may not know of."""
        return RecordError(f"索引中没有编号为“{record_id}”的{_NAMES[self.side]}；请核对编号。")

    def __contains__(self, record_id: object) -> bool:
        return isinstance(record_id, str) and self.find(record_id) is not None

    @cached_property
    def _heads(self) -> dict[str, str]:
        column = self.columns.texts["duplicate_of"]
        return {self.ids[row]: column.values[code] for row, code in zip(column.rows, column.codes, strict=True)}

    @cached_property
    def _copies(self) -> dict[str, list[str]]:
        copies: dict[str, list[str]] = {}
        for record_id, head in self._heads.items():
            copies.setdefault(head, []).append(record_id)
        return copies

    def canonical(self, record_id: str) -> str:
        """Id of the record this one is a copy of; its own where it stands alone."""
        return self._heads.get(record_id, record_id)

    def cluster(self, canonical_id: str) -> tuple[str, ...]:
        """Ids of a canonical record and all its copies, sorted."""
        return tuple(sorted({canonical_id, *self._copies.get(canonical_id, ())}))

    def sweep(self, queries: Sequence[QueryText], k: int, *, threads: int = 1) -> Iterator[Swept]:
        """For each query the best `k` that `hybrid.search` finds, and both scores of every record from the same pass.

        Args:
            queries: a block of them; with several threads all their scores are held at once.
            k: at least 1.
            threads: how many queries are finished side by side; the answers do not depend on it.

        Raises:
            ValueError: k < 1.
            ModelError: the encoder's files are missing or damaged.
        """
        depth = self.hybrid.depth

        def finish(query: QueryText, product: Product) -> Swept:
            keyword = self.lexical.scores(query)
            found = self.hybrid.fuse([self.lexical.hits(keyword, depth), self.dense.settle(product, depth)], k)
            return Swept(found.positions, product.scores, keyword)

        products = self.dense.products(queries)
        if threads == 1:
            yield from map(finish, queries, products)
        else:
            with ThreadPoolExecutor(threads) as pool:
                yield from pool.map(finish, queries, products)

    def filter_mask(self, conditions: Filter) -> Allowed:
        """Bool (n,), True where a record passes; hand it to a retriever as `allowed`."""
        told = conditions.eyes.further(self.side) if conditions.eyes else {}
        further = {at: tier for record_id, tier in told.items() if (at := self.find(record_id)) is not None}
        return conditions.mask(self.columns, further)

    def positions_of(self, record_ids: Iterable[str]) -> npt.NDArray[np.int64]:
        """int64 (m,), row numbers in the order given; same error as `position`."""
        return np.array([self.position(record_id) for record_id in record_ids], dtype=np.int64)


_NAMES = MappingProxyType({Side.NEED: "需求", Side.ACHIEVEMENT: "成果"})


def _check(side: Side, ordered: Sequence[Record]) -> None:
    for record in ordered:
        if record.side is not side:
            raise RecordError(f"记录“{record.id}”是{_NAMES[record.side]}，不能放进{_NAMES[side]}一侧；请检查输入文件。")
    for before, after in pairwise(ordered):
        if before.id == after.id:
            raise RecordError(f"{_NAMES[side]}编号“{after.id}”出现了两次；请保留一条或改用不同编号。")
