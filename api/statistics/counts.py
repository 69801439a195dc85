"""A class, its Chinese name, and how many there are of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Count", "counted"]


class Labelled(Protocol):
    """A member of an enumeration with Chinese names."""

    @property
    def value(self) -> str:
        """Its code."""
        ...

    @property
    def label(self) -> str:
        """Its Chinese name."""
        ...


@dataclass(frozen=True, slots=True)
class Count:
    """`count` ≥ 0."""

    code: str
    label: str
    count: int


def counted(classes: Iterable[Labelled], found: Mapping[str, int]) -> tuple[Count, ...]:
    """All classes in their order, also those of which there are none."""
    return tuple(Count(item.value, item.label, found.get(item.value, 0)) for item in classes)
