"""Which of the source's 250,002 pieces Chinese technical text needs, and the tokenizer over those kept."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["build_tokenizer", "choose_pieces"]

# The first four pieces are <s>, <pad>, </s> and <unk>; their ids are part of the network.
_SPECIAL = 4
_UNKNOWN_ID = 3
# What the network was taught to expect before every text; cut otherwise, a prefix is noise.
_PREFIX_PIECES = frozenset({"▁que", "ry", "▁passage", ":"})
_SPACE = "▁"
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Han, ASCII, CJK punctuation, full-width forms, general punctuation to arrows and shapes, Greek, Latin-1 signs.
_WRITTEN = re.compile(
    rf"{_SPACE}?[\u0020-\u007e\u00a0-\u00ff\u0370-\u03ff\u2000-\u2bff\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]*"
)
_NUMBER = re.compile(r"[0-9.%~\-+/:,]+")


def choose_pieces(pieces: Sequence[str], n_latin_pieces: int) -> npt.NDArray[np.int64]:
    """Ids of the pieces to keep, ascending.

    Kept are the special pieces, those of the two prefixes, all with a Han character, single characters, numbers, and of
    the other pieces in ASCII the first `n_latin_pieces`: the source lists frequent pieces first.
    """
    keep: list[int] = []
    latin = 0
    for at, piece in enumerate(pieces):
        if at < _SPECIAL or piece in _PREFIX_PIECES:
            keep.append(at)
        elif _WRITTEN.fullmatch(piece):
            body = piece.removeprefix(_SPACE)
            if _HAN.search(body) or len(body) <= 1 or _NUMBER.fullmatch(body):
                keep.append(at)
            elif body.isascii() and latin < n_latin_pieces:
                keep.append(at)
                latin += 1
    return np.array(keep, dtype=np.int64)


def build_tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> Any:
    """A `tokenizers.Tokenizer` that cuts as the source does: NFKC, `▁` for spaces, best unigram path, `<s> … </s>`."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors  # noqa: PLC0415

    vocabulary = list(zip(pieces, map(float, scores), strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=_UNKNOWN_ID, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(list(pieces[:_SPECIAL]))
    return tokenizer
