"""What is searched for, as the address says it, and back into an address that can be handed on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.datastructures import ImmutableMultiDict

from api.problems import message_of
from api.routes.bodies.subscriptions import SubscriptionBody
from api.schemas.matching import Explain, FiltersBody, SearchBody
from matcher.records import Side

__all__ = ["Asked", "FilterError"]

_MANY = ("plan", "region", "modes")
_ONE = ("trl_from", "trl_to", "stated")
_NAME_CHARS = 60
_IN_BODY = {"region": "regions"}


class FilterError(ValueError):
    """A filter of the address that cannot be used; the message is for people."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. `chosen` are the filters as (name, value), in the order of the address."""

    text: str = ""
    side: Side = Side.ACHIEVEMENT
    chosen: tuple[tuple[str, str], ...] = ()
    cursor: str = ""

    @classmethod
    def of(cls, query: ImmutableMultiDict[str, str]) -> "Asked":
        """From an address's query, or a form's fields; what is not known is left out."""
        pairs = [(name, value.strip()) for name, value in query.multi_items()]
        chosen = dict.fromkeys(pair for pair in pairs if pair[0] in (*_MANY, *_ONE) and pair[1])
        last = {name: value for name, value in chosen if name in _ONE}
        return cls(
            text=query.get("q", "").strip(),
            side=Side.NEED if query.get("side") == Side.NEED else Side.ACHIEVEMENT,
            chosen=tuple(pair for pair in chosen if pair[0] in _MANY or last[pair[0]] == pair[1]),
            cursor=query.get("cursor", ""),
        )

    @property
    def seeks_achievements(self) -> bool:
        """Whether a need is asked with."""
        return self.side is Side.ACHIEVEMENT

    def values(self, name: str) -> tuple[str, ...]:
        """What is chosen of one filter."""
        return tuple(value for key, value in self.chosen if key == name)

    def without(self, name: str, value: str = "") -> "Asked":
        """The same search, from its first page, without one value of a filter, or without the whole filter."""
        kept = tuple(pair for pair in self.chosen if not (pair[0] == name and value in ("", pair[1])))
        return replace(self, chosen=kept, cursor="")

    def filters(self) -> FiltersBody:
        """The filters as the API takes them.

        Raises:
            FilterError: one of them cannot be used.
        """
        lists = {_IN_BODY.get(name, name): list(self.values(name)) for name in _MANY if self.values(name)}
        single = {name: self.values(name)[-1] for name in _ONE if self.values(name)}
        try:
            return FiltersBody.model_validate({**lists, **single})
        except ValidationError as error:
            raise FilterError(message_of(error.errors()[0])) from error

    def body(self, *, limit: int = 10) -> SearchBody:
        """The search as the API takes it. Raises FilterError, also where the text cannot be used."""
        filters = self.filters()
        try:
            return SearchBody(
                text=self.text,
                looks_for=self.side,
                filters=filters,
                limit=limit,
                cursor=self.cursor,
                explain=Explain.WORDS,
            )
        except ValidationError as error:
            raise FilterError(message_of(error.errors()[0])) from error

    def subscription(self) -> SubscriptionBody:
        """A standing search for the same. Raises FilterError as `body` does."""
        filters, name = self.filters(), " ".join(self.text.split())[:_NAME_CHARS]
        try:
            return SubscriptionBody(name=name, text=self.text, looks_for=self.side, filters=filters)
        except ValidationError as error:
            raise FilterError(message_of(error.errors()[0])) from error

    def address(self, path: str = "/search", **more: str) -> str:
        """The address of this search, or of another page about it; without the cursor unless it is in `more`."""
        query = urlencode([pair for pair in (*self._pairs(), *more.items()) if pair[1]])
        return f"{path}?{query}" if query else path

    def hidden(self) -> list[tuple[str, str]]:
        """Names and values of hidden fields that carry the search through a form."""
        return list(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield "q", self.text
        if self.side is Side.NEED:
            yield "side", self.side.value
        yield from self.chosen
