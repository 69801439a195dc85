"""What the values of an .xlsx do not tell: failed formulas, hidden rows and columns, the extent.

The XML of a sheet is scanned for these few tags only; a full parse of every cell takes several times as long as
reading the values.
"""

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from matcher.corpus.read.cells import UNCALCULATED
from matcher.corpus.read.sheet import SheetDetails

__all__ = ["xlsx_details"]

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_CELL_REFERENCE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_FAILED = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>.*?<(?:\w+:)?v>([^<]*)<', re.DOTALL)
# A formula without a type and without a value; a formula whose result is an empty text has the type `str`.
_NOT_CALCULATED = re.compile(
    rb"<(?:\w+:)?c\b((?:(?!\bt=)[^>])*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ATTRIBUTE = re.compile(rb'\b(r|hidden|min|max)="([^"]*)"')
# Room for a declared number of entries is taken at once; a false one of ten digits would end the process.
_DECLARED_COUNT = re.compile(rb'<[^<>]*\b(?:count|uniqueCount)="([0-9]{7,})"')
_LAST_COLUMN = 16_384


def xlsx_details(archive: ZipFile, workbook: str) -> Iterator[SheetDetails]:
    """Give the details of every sheet, in the order of the workbook.

    Raises:
        KeyError, ValueError: parts that the workbook names are missing, malformed, or declare more than they hold.
    """
    for name in archive.namelist():
        if name.endswith(".xml"):
            _refuse_false_counts(archive.read(name))
    targets = {
        attributes["Id"]: normpath(join(dirname(workbook), attributes["Target"])).lstrip("/")
        for attributes in _elements(archive.read(_relations(workbook)), "Relationship")
    }
    names = {name.lower(): name for name in archive.namelist()}
    for sheet in _elements(archive.read(workbook), "sheet"):
        part = names.get(targets[sheet["id"]].lower())
        yield SheetDetails() if part is None else _scan(archive.read(part))


def _refuse_false_counts(xml: bytes) -> None:
    for match in _DECLARED_COUNT.finditer(xml):
        if int(match[1]) > len(xml):
            raise ValueError(f"{int(match[1])} entries declared in {len(xml)} bytes")


def _relations(part: str) -> str:
    return join(dirname(part), "_rels", basename(part) + ".rels")


def _elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    """Attributes of each element of that local name; prefixes are dropped."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser = ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except (ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error
    return found


def _scan(xml: bytes) -> SheetDetails:
    height = 0
    hidden_rows = set()
    for match in _ROW.finditer(xml):
        attributes = _attributes(match[1])
        height = int(attributes.get("r", height + 1))
        if attributes.get("hidden") in {"1", "true"}:
            hidden_rows.add(height - 1)
    references = _CELL_REFERENCE.findall(xml)
    letters = {name for name, _ in references}
    hidden_columns: set[int] = set()
    for match in _COLUMN.finditer(xml):
        attributes = _attributes(match[1])
        if attributes.get("hidden") in {"1", "true"}:
            low, high = int(attributes["min"]), int(attributes["max"])
            hidden_columns.update(range(low - 1, min(high, _LAST_COLUMN)))
    errors = {}
    if b't="e"' in xml:
        errors.update({_position(xml, match): match[2].decode() for match in _FAILED.finditer(xml)})
    if b"<f" in xml or b":f>" in xml:
        errors.update({_position(xml, match): UNCALCULATED for match in _NOT_CALCULATED.finditer(xml)})
    return SheetDetails(
        height=max(height, max((int(number) for _, number in references), default=0)),
        width=max((_column(name) + 1 for name in letters), default=0),
        errors=errors,
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(hidden_columns),
    )


def _attributes(text: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(text)}


def _position(xml: bytes, cell: re.Match[bytes]) -> tuple[int, int]:
    reference = _CELL_REFERENCE.search(cell[1])
    if reference is not None:
        return int(reference[2]) - 1, _column(reference[1])
    # Some writers leave references out; cells then follow one another.
    rows = list(_ROW.finditer(xml, 0, cell.start()))
    number = int(_attributes(rows[-1][1]).get("r", len(rows)))
    return number - 1, len(re.findall(rb"<(?:\w+:)?c\b", xml[rows[-1].end() : cell.start()]))


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
