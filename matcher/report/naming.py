"""The models behind an answer, as every workbook names them."""

from dataclasses import dataclass

from matcher.engine import Matcher

__all__ = ["ModelNames", "models_named"]


@dataclass(frozen=True, slots=True)
class ModelNames:
    """Ids of encoder and level model; `reranker` also says how many it read, or that none did."""

    encoder: str
    levels: str
    reranker: str


def models_named(matcher: Matcher) -> ModelNames:
    """The models with which a matcher answers."""
    reader = matcher.reranker
    return ModelNames(
        encoder=matcher.encoder_id,
        levels=matcher.model.id,
        reranker=f"{reader.id}，细读了每条最好的 {reader.top} 个" if reader else "未用，没有细读",
    )
