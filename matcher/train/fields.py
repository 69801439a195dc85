"""Train the field classifier: labels that platforms' staff chose, and keywords where nobody chose any.

High-tech fields and industry divisions are learned from records whose columns state them. No platform states the plan's
own fields, so those are learned from records that the keywords of exactly one field claim (weak supervision). In every
scheme the keywords of each class are examples too, so that a class nobody used yet can be predicted.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.corpus.classify import BACKGROUND, WEIGHTS_FILE, Classifier, Head, stated_codes
from matcher.corpus.grams import BUCKETS, Grams, count_grams
from matcher.corpus.schemes import background, categories
from matcher.errors import InputError
from matcher.records import Achievement, Need, Record, Scheme
from matcher.text.fields import title_and_body
from matcher.text.normalize import normalize
from matcher.train.fieldscores import FieldScores, Prediction, accuracy, score_predictions

__all__ = ["Example", "FieldReport", "examples_of", "fit", "train_fields", "weak_plan_code"]

Floats = npt.NDArray[np.float32]

MANIFEST_FILE = "manifest.json"
_FOLDS = 5
_CHUNK = 6
_INVERSE_PENALTY = 10.0
_ITERATIONS = 100
_LEAST_EXAMPLES = 50
_TITLE_WEIGHT = 3.0
_LEAST_CLAIM = 4.0
# Keywords are wrong now and then in ways held-out keywords cannot show; set so that confidence agrees with readers
# (docs/classification.md).
_KEYWORD_NOISE = 0.05
_LEAD = 1.25


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A text with its class; examples of one `group` (records of one title) are never split between folds."""

    grams: Grams
    code: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """What was trained, and cross-validated figures; those of the plan fields are against keywords, not people.

    `keywords_only` is the accuracy of a model taught by names and keywords alone.
    """

    records: int
    examples: Mapping[str, int]
    scores: Mapping[str, FieldScores]
    keywords_only: Mapping[str, float]


def train_fields(achievements: Sequence[Achievement], needs: Sequence[Need], out: Path) -> FieldReport:
    """Train on records and write `weights.npz` and `manifest.json` into a folder.

    Args:
        achievements: with stated industries and technology fields; those without teach the plan fields only.
        needs: likewise; either may be empty.
        out: made if it does not exist; `Classifier.load(out)` opens it.

    Raises:
        InputError: fewer than 50 records state a class of a scheme.
    """
    records: list[Record] = [*achievements, *needs]
    examples = {scheme: examples_of(records, scheme) for scheme in Scheme}
    for scheme, found in examples.items():
        if len(found) < _LEAST_EXAMPLES:
            raise InputError(
                f"训练领域分类器至少需要 {_LEAST_EXAMPLES} 条带有标签的记录，{scheme} 只有 {len(found)} 条；"
                "请补充含“国民经济行业”“技术领域”两列的成果或需求文件。"
            )
    idf = _idf([count_grams(*title_and_body(record, confidential=False)) for record in records])
    scores: dict[str, FieldScores] = {}
    keywords_only: dict[str, float] = {}
    heads: dict[Scheme, Head] = {}
    for scheme, found in examples.items():
        folds = _folds(found, scheme, idf)
        noise = _KEYWORD_NOISE if scheme is Scheme.PLAN else 0.0
        temperature = _temperature(_predict(folds, scheme, idf, 1.0), noise)
        heads[scheme] = replace(fit(found, scheme, idf), temperature=temperature)
        scores[scheme] = score_predictions(_predict(folds, scheme, idf, temperature))
        untaught = _predict([(fit([], scheme, idf), found)], scheme, idf, 1.0)
        keywords_only[scheme] = accuracy(untaught)
    report = FieldReport(
        records=len(records),
        examples={scheme: len(found) for scheme, found in examples.items()},
        scores=scores,
        keywords_only=keywords_only,
    )
    _write(out, idf, heads, report, records)
    return report


def examples_of(records: Sequence[Record], scheme: Scheme) -> list[Example]:
    """Records with a class of the scheme: stated, or for plan fields claimed by the keywords of one field."""
    found: list[Example] = []
    for record in records:
        title, body = title_and_body(record, confidential=False)
        codes = stated_codes(record, scheme)
        code = codes[0] if codes else weak_plan_code(title, body) if scheme is Scheme.PLAN else None
        if code is not None:
            found.append(
                Example(count_grams(title, body), code, "".join(filter(str.isalnum, normalize(title).lower())))
            )
    return found


def weak_plan_code(title: str, body: str) -> str | None:
    """The plan field whose keywords claim a text clearly; None where none does or two compete."""
    head, rest = normalize(title).lower(), normalize(body).lower()[:500]
    claims = {
        code: sum(
            math.sqrt(len(word)) * (_TITLE_WEIGHT * (word in head) + min(rest.count(word), 2) / 2)
            for word in category.keywords
        )
        for code, category in categories(Scheme.PLAN).items()
    }
    ranked = sorted(claims, key=lambda code: -claims[code])
    best, next_best = (claims[code] for code in ranked[:2])
    return ranked[0] if best >= _LEAST_CLAIM and best >= _LEAD * next_best else None


def fit(examples: Sequence[Example], scheme: Scheme, idf: Floats) -> Head:
    """Multinomial logistic regression on examples, keywords and background texts; int8 weights, temperature 1."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    taught = [*examples, *_keyword_examples(scheme)]
    matrix = _matrix([example.grams for example in taught], idf)
    # Buckets that no example uses keep the weight 0 that they would get.
    used = np.unique(matrix.indices)
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=_ITERATIONS, tol=1e-3)
    model.fit(matrix[:, used], [example.code for example in taught])
    coefficients = np.zeros((BUCKETS, len(model.classes_)))
    coefficients[used] = model.coef_.T
    scale = np.maximum(np.abs(coefficients).max(axis=0), 1e-9) / 127
    return Head(
        codes=tuple(str(code) for code in model.classes_),
        weights=np.round(coefficients / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        temperature=1.0,
    )


def _keyword_examples(scheme: Scheme) -> list[Example]:
    """Each class's name, description and keywords, a few words at a time; and the texts that belong nowhere."""
    found: list[Example] = []
    for code, category in categories(scheme).items():
        words = category.keywords
        texts = [f"{category.name} {category.description}"]
        texts += ["、".join(words[at : at + _CHUNK]) for at in range(0, len(words), _CHUNK)]
        found += [Example(count_grams(text), code, "") for text in texts]
    return [*found, *(Example(count_grams(text), BACKGROUND, "") for text in background())]


def _idf(all_grams: Sequence[Grams]) -> Floats:
    seen = np.zeros(BUCKETS)
    for grams in all_grams:
        seen[grams.buckets] += 1
    # Kept in half precision on disk; rounded now so that training and use see the same numbers.
    return (np.log((1 + len(all_grams)) / (1 + seen)) + 1).astype(np.float16).astype(np.float32)


def _matrix(all_grams: Sequence[Grams], idf: Floats) -> Any:
    """Sparse (n, BUCKETS), rows of unit length."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    rows = [grams.values * idf[grams.buckets] for grams in all_grams]
    data = [row / (np.linalg.norm(row) or 1) for row in rows]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([grams.buckets for grams in all_grams])
    return csr_matrix((np.concatenate(data), columns, ends), shape=(len(rows), BUCKETS))


def _folds(examples: Sequence[Example], scheme: Scheme, idf: Floats) -> list[tuple[Head, list[Example]]]:
    """For each fold, a model that saw no record whose title is in it, and its examples."""
    order = sorted({example.group for example in examples}, key=lambda group: sha256(group.encode()).digest())
    fold = {group: at % _FOLDS for at, group in enumerate(order)}
    return [
        (
            fit([example for example in examples if fold[example.group] != held], scheme, idf),
            [example for example in examples if fold[example.group] == held],
        )
        for held in range(_FOLDS)
    ]


def _predict(
    folds: Sequence[tuple[Head, list[Example]]], scheme: Scheme, idf: Floats, temperature: float
) -> list[Prediction]:
    found: list[Prediction] = []
    for head, examples in folds:
        classifier = Classifier(idf, {scheme: replace(head, temperature=temperature)})
        for example in examples:
            chances = classifier.probabilities_of(scheme, example.grams)
            found.append(Prediction(example.code, chances, example.group))
    return found


def _temperature(predictions: Sequence[Prediction], noise: float) -> float:
    """The temperature that makes the held-out examples most likely, from 0.3 to 1.5 in steps of 0.05.

    `noise` is the share of examples whose class is taken to be any of the others.
    """

    def loss(temperature: float) -> float:
        total = 0.0
        for prediction in predictions:
            powers = {code: max(chance, 1e-9) ** (1 / temperature) for code, chance in prediction.chances.items()}
            whole = sum(powers.values())
            others = np.mean([math.log(power / whole) for code, power in powers.items() if code != prediction.truth])
            total -= (1 - noise) * math.log(powers[prediction.truth] / whole) + noise * float(others)
        return total

    return min((round(0.3 + 0.05 * step, 2) for step in range(25)), key=loss)


def _write(
    out: Path, idf: Floats, heads: Mapping[Scheme, Head], report: FieldReport, records: Sequence[Record]
) -> None:
    arrays: dict[str, Any] = {"idf": idf.astype(np.float16)}
    for scheme, head in heads.items():
        arrays[f"{scheme}_codes"] = np.array(head.codes)
        arrays[f"{scheme}_weights"] = head.weights
        arrays[f"{scheme}_scale"] = head.scale
        arrays[f"{scheme}_bias"] = head.bias
        arrays[f"{scheme}_temperature"] = np.float64(head.temperature)
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / WEIGHTS_FILE, **arrays)
    content = sha256("\0".join(f"{record.id}\0{record.title}" for record in records).encode())
    manifest = {
        "features": f"crc32 of character pairs, {BUCKETS} buckets",
        "weights_sha256": sha256((out / WEIGHTS_FILE).read_bytes()).hexdigest(),
        "records_sha256": content.hexdigest(),
        "versions": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "scikit-learn": version("scikit-learn"),
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "report": asdict(report),
    }
    (out / MANIFEST_FILE).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
