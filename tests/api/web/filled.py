"""What a browser would send of a form that is looked at and not touched, for tests without a browser."""

from html.parser import HTMLParser

__all__ = ["filled"]


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._wanted = form_id
        self._inside = False
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self._wanted
        if self._inside:
            self._field(tag, given.get("name", ""), given)

    def _field(self, tag: str, name: str, given: dict[str, str]) -> None:
        ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
        if tag == "input" and ticked:
            self.found.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area, self.found[name] = name, [""]
        elif tag == "select":
            self._select, self.found[name] = name, [""]
        elif tag == "option" and self._select and "selected" in given:
            self.found[self._select] = [given["value"]]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            # The first new line of a text area is not of its text.
            self.found[self._area] = [self.found[self._area][0].removeprefix("\n")]
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area][0] += data


def filled(html: str, form_id: str) -> dict[str, list[str]]:
    """Names and texts of the form with an id; buttons are not of it."""
    reader = _Form(form_id)
    reader.feed(html)
    return reader.found
