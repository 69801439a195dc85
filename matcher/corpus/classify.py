"""Which plan field, high-tech field and industry division a record belongs to, each with a confidence.

What a file states is believed; the rest is predicted from the text by a linear model over hashed character pairs
(`grams.py`), trained by `matcher.train.fields` and shipped as small integers. A further class stands for texts off the
subject or without content; the probability it takes is missing from the confidence of every other.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from matcher.corpus.grams import BUCKETS, Grams, count_grams
from matcher.corpus.schemes import categories, platform_field
from matcher.corpus.values.industry import parse_hightech
from matcher.errors import ModelError
from matcher.records import FieldLabel, Record, Scheme
from matcher.text.fields import title_and_body

__all__ = ["BACKGROUND", "WEIGHTS_FILE", "Classifier", "Head", "stated_codes"]

WEIGHTS_FILE = "weights.npz"
BACKGROUND = ""
"""Code of the class for texts that belong nowhere; never given to a record."""

_ENOUGH_GRAMS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The linear model of one scheme.

    codes: classes in order; one is `BACKGROUND`.
    weights: int8 (BUCKETS, len(codes)); multiplied by `scale`, float32 (len(codes),), they are the coefficients.
    bias: float32 (len(codes),).
    temperature: what logits are divided by, so that the confidence is calibrated.
    """

    codes: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    temperature: float

    def logits(self, grams: Grams, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """float32 (len(codes),) for one text whose weighted, unit-length features are `values`."""
        return (values @ self.weights[grams.buckets].astype(np.float32)) * self.scale + self.bias


class Classifier:
    """Labels records; immutable, and safe to share."""

    def __init__(self, idf: npt.NDArray[np.float32], heads: Mapping[Scheme, Head]) -> None:
        """`idf`: float32 (BUCKETS,); `heads`: one for every scheme."""
        self._idf = idf
        self._heads = heads

    @classmethod
    def load(cls, folder: Path | None = None) -> "Classifier":
        """Open the bundled weights, or those in a folder that training wrote.

        Raises:
            ModelError: the file is missing, damaged, or made for other classes or features.
        """
        place = (folder if folder is not None else resources.files("matcher.corpus.taxonomy")) / WEIGHTS_FILE
        try:
            with place.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
                heads = {scheme: _head(stored, scheme) for scheme in Scheme}
                return cls(stored["idf"].astype(np.float32), heads)
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            raise ModelError(
                f"领域分类模型 {place} 缺失或损坏；请重新安装，或用 matcher train fields 重新训练。"
            ) from error

    def probabilities(self, scheme: Scheme, title: str, body: str = "") -> dict[str, float]:
        """Code → probability, in the order of the scheme; they sum to less than 1 by what belongs nowhere."""
        return self.probabilities_of(scheme, count_grams(title, body))

    def probabilities_of(self, scheme: Scheme, grams: Grams) -> dict[str, float]:
        """The same for a text whose features were counted already."""
        head = self._heads[scheme]
        values = grams.values * self._idf[grams.buckets]
        length = float(np.linalg.norm(values))
        logits = head.logits(grams, values / length if length else values) / head.temperature
        shares = np.exp(logits - logits.max())
        # A handful of characters cannot settle a class, however telling they look.
        enough = 1 - math.exp(-grams.count / _ENOUGH_GRAMS)
        shares *= enough / shares.sum()
        found = dict(zip(head.codes, shares.tolist(), strict=True))
        return {code: found.get(code, 0.0) for code in categories(scheme)}

    def label(self, records: Sequence[Record]) -> list[tuple[FieldLabel, ...]]:
        """The labels of each record in order: at least one for each scheme, plan field first.

        Stated classes have confidence 1; where only industry sections are stated (制造业), the division is predicted
        among theirs.
        """
        return [tuple(self._labels(record)) for record in records]

    def _labels(self, record: Record) -> Iterator[FieldLabel]:
        title, body = title_and_body(record, confidential=False)
        for scheme in Scheme:
            known = categories(scheme)
            codes = stated_codes(record, scheme)
            for code in codes:
                yield FieldLabel(scheme=scheme, code=code, name=known[code].name, confidence=1.0, stated=True)
            if codes:
                continue
            chances = self.probabilities(scheme, title, body)
            if scheme is Scheme.INDUSTRY:
                chances = _within(chances, {code for code in record.industry_codes if len(code) == 1})
            best = max(chances, key=lambda code: chances[code])
            yield FieldLabel(
                scheme=scheme, code=best, name=known[best].name, confidence=round(chances[best], 4), stated=False
            )


def stated_codes(record: Record, scheme: Scheme) -> tuple[str, ...]:
    """The classes a record's own columns name, in their order; empty where none parses."""
    known = categories(scheme)
    if scheme is Scheme.INDUSTRY:
        codes = [code[:3] for code in record.industry_codes]
    elif scheme is Scheme.HIGHTECH:
        codes = [_hightech_code(text) for text in record.fields]
    else:
        names = {category.name: code for code, category in known.items()}
        codes = [names.get(text.strip(), "") for text in record.fields]
    return tuple(dict.fromkeys(code for code in codes if code in known))


def _hightech_code(stated: str) -> str:
    name = parse_hightech(stated)
    found = (code for code, category in categories(Scheme.HIGHTECH).items() if category.name == name)
    return next(found, None) or platform_field(stated.strip()) or ""


def _within(chances: Mapping[str, float], sections: set[str]) -> dict[str, float]:
    """Given one of the sections, what each of its divisions has; the total stays what it was."""
    inside = {code: chance for code, chance in chances.items() if not sections or code[0] in sections}
    total = sum(inside.values())
    whole = sum(chances.values())
    return {code: chance * whole / total for code, chance in inside.items()} if total else dict(chances)


def _head(stored: Mapping[str, npt.NDArray[np.generic]], scheme: Scheme) -> Head:
    codes = tuple(str(code) for code in stored[f"{scheme}_codes"])
    weights = stored[f"{scheme}_weights"]
    if weights.shape != (BUCKETS, len(codes)) or not set(codes) <= {*categories(scheme), BACKGROUND}:
        raise ValueError(f"weights of {scheme} are for other classes or features")
    return Head(
        codes=codes,
        weights=weights.astype(np.int8),
        scale=stored[f"{scheme}_scale"].astype(np.float32),
        bias=stored[f"{scheme}_bias"].astype(np.float32),
        temperature=float(stored[f"{scheme}_temperature"].item()),
    )
