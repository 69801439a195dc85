"""The five values of 分类评价."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["VALUES"]

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "scientific": "科学价值",
        "technical": "技术价值",
        "economic": "经济价值",
        "social": "社会价值",
        "cultural": "文化价值",
    }
)
"""Column → Chinese name; scores are whole numbers from 0 to 100."""
