"""The five things a technical text can tell, and one place where it tells one of them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Aspect", "AspectKind"]


class AspectKind(StrEnum):
    """材料: made of · 方法: how · 功效: to what effect · 产品: the thing itself · 应用: where it is used."""

    MATERIAL = "材料"
    METHOD = "方法"
    EFFECT = "功效"
    PRODUCT = "产品"
    USE = "应用"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One mention; `text == original[start:end]`, never empty."""

    kind: AspectKind
    text: str
    start: int
    end: int
