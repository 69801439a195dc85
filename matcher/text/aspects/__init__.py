"""What a text talks about: material, method, effect, product, use, each as a stretch of the original."""

from matcher.text.aspects.base import Aspect, AspectKind
from matcher.text.aspects.find import aspects

__all__ = ["Aspect", "AspectKind", "aspects"]
