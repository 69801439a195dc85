"""One side of an index as files: written once, opened memory-mapped.

::

    records.jsonl   one record a line, all fields
    table.json      ids, and the distinct values of the filter columns
    table.npz       where each record's line starts, passages, filter columns
    vectors.npy     float32, one row a passage
    bm25/           the lexical index (absent where no record has a word)
    reuse.npz, reuse.json   content keys and words, read only by the next update
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Encoder, Vectors
from matcher.errors import IndexDamagedError
from matcher.index.codec import decode_record, encode_record
from matcher.index.columns import NUMBER_COLUMNS, TEXT_COLUMNS, Columns, TextColumn
from matcher.index.dense import Dense
from matcher.index.disk import Disk
from matcher.index.lexical import Lexical
from matcher.index.passages import Passages
from matcher.index.side import SideData, SideIndex
from matcher.index.tokens import KnownWords, TokenTable
from matcher.index.vectors import Keys, KnownVectors
from matcher.records import Record, Side

__all__ = [
    "RECORDS",
    "RecordLines",
    "load_keys",
    "load_lines",
    "load_reuse",
    "load_side",
    "load_tokens",
    "load_vectors",
    "save_side",
    "term_count",
]

RECORDS = "records.jsonl"
_TABLE, _ARRAYS, _VECTORS = "table.json", "table.npz", "vectors.npy"
_BM25, _REUSE, _REUSE_WORDS = "bm25", "reuse.npz", "reuse.json"


class RecordLines(Sequence[Record]):
    """Records decoded when asked for, so that opening an index reads none."""

    def __init__(self, path: Path, offsets: npt.NDArray[np.int64], side: Side) -> None:
        """`offsets`: int64 (n + 1,), where each line starts, then the size of the file."""
        self._offsets = offsets
        self._side = side
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r") if len(offsets) > 1 else np.zeros(0, np.uint8)

    def __len__(self) -> int:
        """Number of records."""
        return len(self._offsets) - 1

    def line(self, index: int) -> bytes:
        """The JSON of one record."""
        return bytes(self._bytes[self._offsets[index] : self._offsets[index + 1]]).rstrip(b"\n")

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        return decode_record(self.line(at), self._side)


def save_side(data: SideData, folder: Path, disk: Disk) -> None:
    """Write one side into a new folder.

    Raises:
        OSError: the medium is full or not writable.
        RecordError: a record holds a number that JSON cannot.
    """
    disk.make_folder(folder)
    lines = [encode_record(record) + b"\n" for record in data.records]
    with disk.create(folder / RECORDS) as file:
        file.writelines(lines)
    arrays: dict[str, npt.NDArray[Any]] = {
        "offsets": np.cumsum([0, *map(len, lines)], dtype=np.int64),
        "passage_records": data.passages.records,
        "passage_starts": data.passages.starts,
        "passage_ends": data.passages.ends,
        **{f"number_{name}": column for name, column in data.columns.numbers.items()},
    }
    for name, text in data.columns.texts.items():
        arrays[f"rows_{name}"], arrays[f"codes_{name}"] = text.rows, text.codes
    with disk.create(folder / _ARRAYS) as file:
        np.savez(file, allow_pickle=False, **arrays)
    values = {name: text.values for name, text in data.columns.texts.items()}
    _write_json(disk, folder / _TABLE, {"ids": data.ids, "values": values})
    with disk.create(folder / _VECTORS) as file:
        np.save(file, data.vectors, allow_pickle=False)
    lexical = Lexical.build(data.tokens)
    lexical.save(folder / _BM25)
    if (folder / _BM25).is_dir():
        for path in sorted((folder / _BM25).iterdir()):
            disk.sync(path)
        disk.sync(folder / _BM25)
    with disk.create(folder / _REUSE) as file:
        np.savez(
            file,
            allow_pickle=False,
            contents=data.contents,
            keys=data.keys,
            token_ids=data.tokens.ids,
            token_offsets=data.tokens.offsets,
        )
    _write_json(disk, folder / _REUSE_WORDS, {"words": data.tokens.vocabulary})
    disk.sync(folder)


def load_side(folder: Path, side: Side, encoder: Encoder, *, window_chars: int, query_windows: int) -> SideIndex:
    """Open what `save_side` wrote. Everything is opened now, so that the folder may be removed while it serves.

    Raises:
        IndexDamagedError: the files are missing or do not fit together.
    """
    try:
        arrays = _arrays(folder / _ARRAYS)
        table = json.loads((folder / _TABLE).read_bytes())
        ids = tuple(table["ids"])
        passages = Passages(arrays["passage_records"], arrays["passage_starts"], arrays["passage_ends"])
        vectors = np.load(folder / _VECTORS, mmap_mode="r" if len(passages) else None, allow_pickle=False)
        dense = Dense(passages, vectors, encoder, window_chars=window_chars, query_windows=query_windows)
        lexical = Lexical.load(folder / _BM25, len(ids))
        records = RecordLines(folder / RECORDS, arrays["offsets"], side)
        columns = _columns(table["values"], arrays, records)
        return SideIndex(side, records=records, ids=ids, columns=columns, lexical=lexical, dense=dense)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(folder, error) from error


def _columns(
    values: Mapping[str, list[str]], arrays: Mapping[str, npt.NDArray[Any]], records: Sequence[Record]
) -> Columns:
    """The saved columns; all are made anew, from every record, where an earlier release did not save one of them."""
    if not (values.keys() >= TEXT_COLUMNS.keys() and arrays.keys() >= {f"number_{name}" for name in NUMBER_COLUMNS}):
        return Columns.of(list(records))
    texts = {
        name: TextColumn(tuple(values[name]), arrays[f"rows_{name}"], arrays[f"codes_{name}"], len(records))
        for name in TEXT_COLUMNS
    }
    return Columns(len(records), texts, {name: arrays[f"number_{name}"] for name in NUMBER_COLUMNS})


def load_lines(folder: Path, side: Side) -> RecordLines:
    """Only the records of a saved side.

    Raises:
        IndexDamagedError: the files are missing or do not fit together.
    """
    try:
        return RecordLines(folder / RECORDS, _arrays(folder / _ARRAYS)["offsets"], side)
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(folder, error) from error


def load_reuse(folder: Path, known: KnownVectors | None, words: KnownWords | None) -> None:
    """Learn vectors and words from a saved side; None for what cannot be taken over.

    Raises:
        IndexDamagedError: the files are missing or do not fit together.
    """
    try:
        arrays = _arrays(folder / _REUSE)
        if known is not None and len(arrays["keys"]):
            known.add(arrays["keys"], np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False))
        if words is not None:
            words.add(arrays["contents"], _tokens(folder, arrays["token_ids"], arrays["token_offsets"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(folder, error) from error


def load_tokens(folder: Path) -> TokenTable:
    """The words of a saved side.

    Raises:
        IndexDamagedError: the files are missing or do not fit together.
    """
    try:
        return _tokens(folder, *_members(folder / _REUSE, "token_ids", "token_offsets"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, error) from error


def load_keys(folder: Path) -> Keys:
    """The key of each passage of a saved side: uint8 (m, 16).

    Raises:
        IndexDamagedError: the files are missing or do not fit together.
    """
    try:
        return _members(folder / _REUSE, "keys")[0]
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(folder, error) from error


def load_vectors(folder: Path) -> Vectors:
    """The vector of each passage of a saved side: float32 (m, d), memory-mapped.

    Raises:
        IndexDamagedError: the file is missing or not an array.
    """
    try:
        vectors: Vectors = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error
    return vectors


def term_count(folder: Path) -> int:
    """How many terms the records of a saved side have together, without reading them.

    Raises:
        IndexDamagedError: the files are missing or do not fit together.
    """
    try:
        return int(_members(folder / _REUSE, "token_offsets")[0][-1])
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise _damaged(folder, error) from error


def _arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _members(path: Path, *names: str) -> list[npt.NDArray[Any]]:
    """Some arrays of an archive; the others are not read."""
    with np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in names]


def _tokens(folder: Path, ids: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64]) -> TokenTable:
    return TokenTable(tuple(json.loads((folder / _REUSE_WORDS).read_bytes())["words"]), ids, offsets)


def _write_json(disk: Disk, path: Path, value: object) -> None:
    with disk.create(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _damaged(folder: Path, error: Exception) -> IndexDamagedError:
    return IndexDamagedError(f"索引文件夹 {folder} 无法打开（{error}）；请重新建索引，或从备份恢复。")
