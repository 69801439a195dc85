"""Which words of a spreadsheet to write again.

A column that was read only in part is kept in `extra` under its heading. Written again beside the value that was read
from it, the two could disagree. So such a column stands for its field where reading it gives the field's value; where
the field was changed since, it gets a heading that says so.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from matcher.corpus.assemble import Assembled, RowAssembler
from matcher.corpus.columns import recognise
from matcher.corpus.read import Row
from matcher.records import Record, Side

__all__ = ["with_extra"]

_OUTDATED = "（原表，已更改）旧值"
_ATTRIBUTES: Mapping[Side, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Side.NEED: {
            "body": ("problem",),
            "budget": ("budget_low_cny", "budget_high_cny"),
            "price": ("budget_low_cny", "budget_high_cny"),
            "trl": ("trl_min",),
            "industry": ("industry_codes",),
        },
        Side.ACHIEVEMENT: {
            "body": ("summary",),
            "modes": ("transfer_modes",),
            "industry": ("industry_codes",),
        },
    }
)


def with_extra(side: Side, cells: Mapping[str, str], record: Record) -> dict[str, str]:
    """The cells of a record's known fields, by heading, together with those of its `extra`.

    Args:
        side: of the table.
        cells: what is known, under headings that the reader knows.
        record: all of it.
    """
    found = dict(cells)
    for heading, text in record.extra.items():
        field = _field(heading)
        rivals = [other for other in cells if other != heading and _field(other) == field]
        if heading not in cells and not rivals:
            found[heading] = text
        elif _says_the_same(side, heading, text, field, record):
            found |= dict.fromkeys(rivals, "")
            found[heading] = text
        else:
            found[heading + _OUTDATED] = text
    return found


@lru_cache(maxsize=4096)
def _field(heading: str) -> str:
    return recognise([heading], {})[0].field


def _says_the_same(side: Side, heading: str, text: str, field: str, record: Record) -> bool:
    """Whether a row with nothing but a title and this cell is read as what the record has in the field."""
    headings = ("名称", heading)
    columns = recognise(headings, {})
    result = RowAssembler(side=side, columns=columns, file="", sheet=None).assemble(
        Row(number=1, cells=(record.title, text))
    )
    if not isinstance(result, Assembled):
        return False
    names = _ATTRIBUTES[side].get(field, (field,))
    return all(_plain(getattr(result.record, name, None)) == _plain(getattr(record, name, None)) for name in names)


def _plain(value: object) -> object:
    """A price or a band of readiness without the words it was written in."""
    raw = getattr(value, "raw", None)
    return (
        value
        if raw is None
        else (*(getattr(value, name) for name in getattr(value, "__slots__", ()) if name != "raw"),)
    )
