"""Colours, fonts and cell formats of the workbook."""

from types import MappingProxyType
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from matcher.report.columns import Kind

__all__ = ["BOOK_OPTIONS", "LEVEL_COLOURS", "NONE_FITS_COLOURS", "Styles"]

FONT = "微软雅黑"
FONT_SIZE = 10

BOOK_OPTIONS = MappingProxyType(
    {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
    }
)
"""For `xlsxwriter.Workbook`: a cell holds what stands in the data, whatever it looks like."""

LEVEL_COLOURS = {
    1: ("#E7E6E6", "#595959"),
    2: ("#FFF2CC", "#7F6000"),
    3: ("#C6E0B4", "#274E13"),
    4: ("#2E7D32", "#FFFFFF"),
}
"""Level → fill and text; the level's number and name always stand beside, for those who do not see colours."""

NONE_FITS_COLOURS = ("#F8CBAD", "#833C0B")

_GRID = "#D0D7DE"
_GROUP = "#1F4E78"
_ALIGN = {Kind.LEVEL: "center", Kind.PERCENT: "center", Kind.NUMBER: "center", Kind.ANSWER: "center"}


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        """Make formats in this workbook."""
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def make(self, **properties: Any) -> Format:
        """A format with the house font and these xlsxwriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": FONT, "font_size": FONT_SIZE, **properties})
        return self._made[key]

    def heading(self) -> Format:
        """The first row of a table."""
        return self.make(
            bold=True, font_color="#FFFFFF", bg_color="#1F4E78", border=1, border_color=_GRID, align="center",
            valign="vcenter", text_wrap=True,
        )  # fmt: skip

    def cell(self, kind: Kind, *, level: int = 0, opens_group: bool = False, quoted: bool = False) -> Format:
        """A cell of a table.

        Args:
            kind: what the column holds.
            level: the level whose colour it takes, −1 for “nothing fits”, 0 for none.
            opens_group: draw a strong line above.
            quoted: keep the text a text even when someone edits the cell.
        """
        properties: dict[str, Any] = {
            "valign": "vcenter" if kind in _ALIGN else "top",
            "align": _ALIGN.get(kind, "left"),
            "text_wrap": True,
            "border": 1,
            "border_color": _GRID,
        }
        if opens_group:
            properties |= {"top": 2, "top_color": _GROUP}
        if level:
            fill, text = NONE_FITS_COLOURS if level < 0 else LEVEL_COLOURS[level]
            properties |= {"bg_color": fill, "font_color": text, "bold": True}
        elif kind is Kind.NAME:
            properties |= {"bold": opens_group}
        elif kind in {Kind.ANSWER, Kind.WRITTEN}:
            properties |= {"bg_color": "#FFFBE6"}
        elif kind is Kind.ID:
            properties |= {"font_color": "#7F7F7F", "font_size": 8}
        if kind is Kind.PERCENT:
            properties |= {"num_format": "0%"}
        if quoted:
            properties |= {"quote_prefix": True}
        return self.make(**properties)

    def link(self, *, opens_group: bool) -> Format:
        """A cell that leads elsewhere in the workbook."""
        properties: dict[str, Any] = {
            "valign": "top",
            "text_wrap": True,
            "border": 1,
            "border_color": _GRID,
            "font_color": "#0563C1",
            "underline": 1,
        }
        if opens_group:
            properties |= {"top": 2, "top_color": _GROUP}
        return self.make(**properties)

    def marked(self) -> Format:
        """Matched words inside a sentence."""
        return self.make(bold=True, font_color="#C00000")
