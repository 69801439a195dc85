"""Forms: what a browser sends as names and texts, read into the bodies of the API, and faults back beside the fields.

Names are paths into the body, `content.region.name`. A name that ends with `[]` is a list of texts, chosen or one a
line. What is left empty is left out, so that the body's own default holds.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from api.problems import FieldProblem, message_of

__all__ = ["Form", "read_form"]

B = TypeVar("B", bound=BaseModel)
TOKEN = "csrf_token"  # noqa: S105
_LIST = "[]"
_SEPARATORS = re.compile(r"[\r\n;；、]+")


@dataclass(slots=True)
class Form:
    """A form as it was sent, or as it is first shown; `errors` by name of field, "" for the form as a whole."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def showing(cls, body: BaseModel | Mapping[str, Any], prefix: str = "") -> "Form":
        """A form filled with what is there already: nested values by their paths, lists under `name[]`."""
        data = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
        return cls(values=dict(_flat(data, prefix)))

    def text(self, name: str) -> str:
        """The text of a field, "" where there is none."""
        found = self.values.get(name)
        return found[-1] if found else ""

    def texts(self, name: str) -> list[str]:
        """All texts of a field that may be chosen several times (its name with `[]`)."""
        return list(self.values.get(name, ()))

    @property
    def token(self) -> str:
        """The token against forged forms."""
        return self.text(TOKEN)

    def nested(self, prefix: str = "") -> dict[str, Any]:
        """The body that was filled in, of the fields below `prefix`; without what was left empty."""
        body: dict[str, Any] = {}
        for name, texts in self.values.items():
            if name == TOKEN or not name.startswith(prefix):
                continue
            value: Any = _listed(texts) if name.endswith(_LIST) else texts[-1].strip()
            if value in ("", []):
                continue
            *above, last = name.removeprefix(prefix).removesuffix(_LIST).split(".")
            place = body
            for part in above:
                # Where a stranger sends both `a` and `a.b`, the body does not fit, and says so.
                if not isinstance(place.get(part), dict):
                    place[part] = {}
                place = place[part]
            place[last] = value
        return body

    def read(self, kind: type[B], prefix: str = "", **more: Any) -> B | None:
        """The body, or None where a value cannot be used; then `errors` say which.

        Args:
            kind: of the body.
            prefix: of the names of its fields.
            more: values that are not of the form.
        """
        try:
            return kind.model_validate({**self.nested(prefix), **more})
        except ValidationError as error:
            for fault in error.errors():
                self._refuse(prefix + ".".join(map(str, fault["loc"])), message_of(fault))
            return None

    def refused(self, problems: Iterable[FieldProblem], whole: str, prefix: str = "") -> None:
        """Take over what the API said: beside the field where it is one of the form, and for the form as a whole.

        Args:
            problems: of the answer.
            whole: its sentence.
            prefix: of the names of the body's fields.
        """
        self.errors[""] = whole
        for problem in problems:
            self._refuse(prefix + problem.field.removeprefix("body."), problem.message)

    def _refuse(self, path: str, message: str) -> None:
        # A fault of one item of a list belongs to the list.
        name = re.sub(r"\.\d+(\..*)?$", "", path)
        self.errors.setdefault(f"{name}{_LIST}" if f"{name}{_LIST}" in self.values else name, message)
        self.errors.setdefault("", message)


def read_form(data: FormData) -> Form:
    """A form as it came; files are not of it."""
    values: dict[str, list[str]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    return Form(values)


def _listed(texts: Iterable[str]) -> list[str]:
    return [part for text in texts for raw in _SEPARATORS.split(text) if (part := raw.strip())]


def _flat(data: Any, path: str) -> Iterable[tuple[str, list[str]]]:
    for name, value in data.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            yield from _flat(value, here)
        elif isinstance(value, list):
            if all(isinstance(item, str | int | float) for item in value):
                yield f"{here}{_LIST}", [str(item) for item in value]
        elif value is not None:
            yield here, [str(value)]
