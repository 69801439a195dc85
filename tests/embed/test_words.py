"""The word table: its arithmetic, its two files, and what can be wrong with them."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from matcher.embed.words import WordTable
from matcher.errors import ModelError

ROWS = np.array([[1, -2], [127, 0], [-127, 64]], dtype=np.int8)
SCALES = np.array([0.5, 0.1, 0.25], dtype=np.float32)
TABLE = WordTable(ROWS, SCALES)


def npy(array: np.ndarray) -> bytes:
    buffer = BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def read(rows: bytes, scales: bytes, dim: int = 2) -> WordTable:
    return WordTable.read((Path("f/words.npy"), rows), (Path("f/word_scales.npy"), scales), dim=dim)


def test_a_vector_is_its_row_times_its_scale() -> None:
    found = TABLE.vectors(np.array([[0, 2], [2, 1]]))
    # 0.1 has no exact float32: 127 times the nearest one, rounded to float32 again.
    tenth = np.float32(127) * np.float32(0.1)
    assert found.tolist() == [[[0.5, -1.0], [-31.75, 16.0]], [[-31.75, 16.0], [float(tenth), 0.0]]]
    assert found.dtype == np.float32


def test_vectors_have_the_bits_of_an_onnx_graph() -> None:
    """Gather, cast, multiply: what the graphs did while the table lay in them, by onnx's own reference."""
    onnx = pytest.importorskip("onnx", reason="needs the train extra")
    from onnx.reference import ReferenceEvaluator

    graph = onnx.parser.parse_model(
        """<ir_version: 9, opset_import: ["" : 20]>
        words (int8[v, d] rows, float[v, one] scales, int64[n, length] ids) => (float[n, length, d] out) {
            picked = Gather(rows, ids)
            scale = Gather(scales, ids)
            cast = Cast<to = 1>(picked)
            out = Mul(cast, scale)
        }"""
    )
    rng = np.random.default_rng(3)
    rows = rng.integers(-127, 128, size=(200, 24)).astype(np.int8)
    scales = rng.lognormal(-7, 1, size=200).astype(np.float32)
    ids = rng.integers(0, 200, size=(5, 40))
    (expected,) = ReferenceEvaluator(graph).run(None, {"rows": rows, "scales": scales[:, None], "ids": ids})
    assert np.array_equal(WordTable(rows, scales).vectors(ids), expected)


def test_a_table_reads_back_and_gives_equal_bytes() -> None:
    files = TABLE.files()
    assert files == WordTable(np.asfortranarray(ROWS), SCALES.copy()).files()
    assert files == {"words.npy": npy(ROWS), "word_scales.npy": npy(SCALES)}
    back = read(files["words.npy"], files["word_scales.npy"])
    assert back.rows.tolist() == ROWS.tolist()
    assert back.scales.tolist() == SCALES.tolist()
    assert back.dim == 2


def test_a_piece_beyond_the_table_is_said() -> None:
    with pytest.raises(ModelError, match=r"只有 3 行，分词文件却给出编号 3"):
        TABLE.vectors(np.array([[0, 3]]))


@pytest.mark.parametrize(
    ("rows", "scales", "named"),
    [
        (b"", npy(SCALES), r"f/words\.npy 不是"),
        (npy(ROWS)[:-1], npy(SCALES), r"f/words\.npy 不是"),
        (npy(ROWS)[:20], npy(SCALES), r"f/words\.npy 不是"),
        (b"\x93NUMPY" + b"\x07" * 200, npy(SCALES), r"f/words\.npy 不是"),
        (npy(np.array([{}])), npy(SCALES), r"f/words\.npy 不是"),
        (npy(ROWS.astype(np.int16)), npy(SCALES), r"f/words\.npy 是 int16"),
        (npy(ROWS[0]), npy(SCALES), r"f/words\.npy 是 int8 \(2,\)"),
        (npy(ROWS[:, :1]), npy(SCALES), r"f/words\.npy 是 int8 \(3, 1\)"),
        (npy(ROWS), b"x", r"f/word_scales\.npy 不是"),
        (npy(ROWS), npy(SCALES.astype(np.float64)), r"f/word_scales\.npy 是 float64"),
        (npy(ROWS), npy(SCALES[:2]), r"f/word_scales\.npy 是 float32 \(2,\).*\(3,\)"),
        (npy(ROWS), npy(SCALES[:, None]), r"f/word_scales\.npy 是 float32 \(3, 1\)"),
    ],
)
def test_files_of_another_kind_are_named_with_what_to_do(rows: bytes, scales: bytes, named: str) -> None:
    with pytest.raises(ModelError, match=named + ".*请重新安装本软件包，或重新导出模型"):
        read(rows, scales)
