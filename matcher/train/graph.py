"""Builds the int8 ONNX graph of a BERT encoder out of its float weights, from standard operators only.

Linear layers multiply integers: weights are int8 with one scale an output channel; activations are quantised while
running, uint8 with one scale a token (a row), so that no token sees another's range. Two details matter:

- Weights use seven bits (−63…63). The x86 instruction for uint8 × int8 without VNNI adds two products in 16 bits;
  255 × 63 × 2 = 32,130 fits where 255 × 127 × 2 does not. So every processor computes the same integers.
- GELU never goes below −0.17, so its output is shifted by 0.17 and uses all eight bits without a sign; what the shift
  adds to the next layer is a constant and is taken out of that layer's bias.

The word table is not in the graph: several models share one, and its vectors are what comes in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.embed.words import WordTable

__all__ = ["INPUT", "OPSET", "OUTPUT", "EncoderDims", "Weights", "build_graph", "quantise_rows", "word_table"]

Weights = Mapping[str, npt.NDArray[np.float32]]

INPUT = "word_vectors"
OUTPUT = "token_vectors"
# The first with Gelu; onnxruntime reads it since 1.17.
OPSET = 20
_IR_VERSION = 9

_WORDS = "embeddings.word_embeddings.weight"
_WEIGHT_MAX = 63
_EMBEDDING_MAX = 127
_SIGNED_ZERO = 128
_SIGNED_MAX = 127
_UNSIGNED_MAX = 255
_GELU_SHIFT = 0.17


@dataclass(frozen=True, slots=True)
class EncoderDims:
    """What the weights alone do not say."""

    heads: int
    layers: int
    eps: float


@dataclass(frozen=True, slots=True)
class _Quantised:
    """Names of a quantised value: uint8 (rows, cols), its scales float32 (rows, 1), and its zero point."""

    values: str
    scales: str
    zero_point: str


def quantise_rows(
    weight: npt.NDArray[np.float32], largest: int
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Round each row to integers in [−largest, largest].

    Returns:
        int8 (rows, cols) and float32 (rows,), with weight ≈ integers × scales[:, None].
    """
    peaks = np.abs(weight).max(axis=1)
    scales = np.where(peaks > 0, peaks / largest, 1).astype(np.float32)
    return np.rint(weight / scales[:, None]).astype(np.int8), scales


def word_table(weights: Weights) -> WordTable:
    """The words of these weights in eight bits, one scale a word."""
    return WordTable(*quantise_rows(weights[_WORDS], _EMBEDDING_MAX))


def build_graph(weights: Weights, dims: EncoderDims) -> bytes:
    """The serialised graph: `word_vectors` float32 (n, length, hidden) → `token_vectors`, likewise.

    All texts of a batch must have the same length; there is no padding and no mask.
    """
    return _Builder(weights, dims).build()


class _Builder:
    """Adds nodes and constants one by one; every method takes and returns names of values."""

    def __init__(self, weights: Weights, dims: EncoderDims) -> None:
        self._weights = weights
        self._dims = dims
        self._hidden = weights[_WORDS].shape[1]
        self._nodes: list[Any] = []
        self._constants: dict[str, npt.NDArray[Any]] = {}

    def build(self) -> bytes:
        from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

        # (n, length) before and behind the flat (n × length, hidden) form in which all but attention works.
        batch_shape = self._op("Shape", [INPUT], start=0, end=2)
        rows = self._embeddings()
        for layer in range(self._dims.layers):
            rows = self._layer(rows, f"encoder.layer.{layer}.", batch_shape)
        shape = self._op("Concat", [batch_shape, self._ints("hidden", [self._hidden])], axis=0)
        self._op("Reshape", [rows, shape], output=OUTPUT)
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", "length", self._hidden])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", "length", self._hidden])],
            [numpy_helper.from_array(np.ascontiguousarray(a), name) for name, a in self._constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION)
        content: bytes = model.SerializeToString()
        return content

    def _op(self, kind: str, inputs: Sequence[str], *, output: str | None = None, **attributes: Any) -> str:
        from onnx import helper  # noqa: PLC0415

        name = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def _constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self._constants[name] = value
        return name

    def _number(self, value: float) -> str:
        return self._constant(f"number_{value:.9g}", np.array(value, dtype=np.float32))

    def _ints(self, name: str, values: Sequence[int]) -> str:
        return self._constant(name, np.array(values, dtype=np.int64))

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _embeddings(self) -> str:
        # One text has one segment, so its type vector is as constant as the positions are.
        places = (
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        length = self._op("Shape", [INPUT], start=1, end=2)
        zero = self._ints("zero", [0])
        place = self._op("Slice", [self._constant("places", places), zero, length, zero])
        rows = self._op("Reshape", [self._op("Add", [INPUT, place]), self._ints("rows", [-1, self._hidden])])
        return self._norm(rows, "embeddings.LayerNorm")

    def _layer(self, rows: str, name: str, batch_shape: str) -> str:
        attended = self._attention(rows, name + "attention.self.", batch_shape)
        projected = self._linear(self._quantised(attended), name + "attention.output.dense")
        rows = self._norm(self._op("Add", [projected, rows]), name + "attention.output.LayerNorm")
        wide = self._linear(self._quantised(rows), name + "intermediate.dense")
        wide = self._op("Gelu", [wide])
        narrow = self._linear(self._quantised_gelu(wide), name + "output.dense", shifted_by=_GELU_SHIFT)
        return self._norm(self._op("Add", [narrow, rows]), name + "output.LayerNorm")

    def _attention(self, rows: str, name: str, batch_shape: str) -> str:
        per_head = self._hidden // self._dims.heads
        heads = self._op("Concat", [batch_shape, self._ints("heads", [self._dims.heads, per_head])], axis=0)
        quantised = self._quantised(rows)

        def split(part: str, order: list[int]) -> str:
            return self._op("Transpose", [self._op("Reshape", [part, heads])], perm=order)

        query = self._linear(quantised, name + "query", times=per_head**-0.5)
        key = self._linear(quantised, name + "key")
        value = self._linear(quantised, name + "value")
        scores = self._op("MatMul", [split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])])
        mixed = self._op("MatMul", [self._op("Softmax", [scores], axis=-1), split(value, [0, 2, 1, 3])])
        joined = self._op("Transpose", [mixed], perm=[0, 2, 1, 3])
        return self._op("Reshape", [joined, self._ints("rows", [-1, self._hidden])])

    def _norm(self, rows: str, name: str) -> str:
        inputs = [rows, self._weight(name + ".weight"), self._weight(name + ".bias")]
        return self._op("LayerNormalization", inputs, epsilon=self._dims.eps, axis=-1)

    def _quantised(self, rows: str) -> _Quantised:
        """Signed values: the largest magnitude of each row becomes 127 steps from the middle."""
        peak = self._op("ReduceMax", [self._op("Abs", [rows]), self._ints("last", [-1])], keepdims=1)
        return self._quantise(rows, self._op("Mul", [peak, self._number(1 / _SIGNED_MAX)]), _SIGNED_ZERO)

    def _quantised_gelu(self, rows: str) -> _Quantised:
        """Values from −0.17 up, shifted to begin at zero: the largest of each row becomes 255."""
        shifted = self._op("Add", [rows, self._number(_GELU_SHIFT)])
        peak = self._op("ReduceMax", [shifted, self._ints("last", [-1])], keepdims=1)
        return self._quantise(shifted, self._op("Mul", [peak, self._number(1 / _UNSIGNED_MAX)]), 0)

    def _quantise(self, rows: str, scales: str, zero: int) -> _Quantised:
        flat = self._op("Reshape", [scales, self._ints("flat", [-1])])
        zero_point = self._constant(f"zero_point_{zero}", np.array(zero, dtype=np.uint8))
        zeros = self._op("Expand", [zero_point, self._op("Shape", [flat])])
        values = self._op("QuantizeLinear", [rows, flat, zeros], axis=0)
        return _Quantised(values=values, scales=scales, zero_point=zero_point)

    def _linear(self, rows: _Quantised, name: str, *, shifted_by: float = 0, times: float = 1) -> str:
        """(rows − shifted_by) · weightᵀ + bias, all times `times`."""
        integers, scales = quantise_rows(self._weights[name + ".weight"], _WEIGHT_MAX)
        bias = self._weights[name + ".bias"] - shifted_by * scales * integers.sum(axis=1, dtype=np.int64)
        scales, bias = (scales * times).astype(np.float32), (bias * times).astype(np.float32)
        product = self._op("MatMulInteger", [rows.values, self._constant(name + ".int8", integers.T), rows.zero_point])
        scaled = self._op("Mul", [self._float(product), rows.scales])
        scaled = self._op("Mul", [scaled, self._constant(name + ".scale", scales)])
        return self._op("Add", [scaled, self._constant(name + ".bias", bias)])

    def _float(self, value: str) -> str:
        from onnx import TensorProto  # noqa: PLC0415

        return self._op("Cast", [value], to=TensorProto.FLOAT)
