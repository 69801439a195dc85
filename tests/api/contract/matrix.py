"""The permission matrix as it is written down in `permissions.tsv`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.access.keys import Scope
from api.access.roles import Role

FILE = Path(__file__).with_name("permissions.tsv")
ROLES = tuple(role.value for role in Role)
COLUMNS = ("operation", "target", *ROLES, "scope")
CELLS = frozenset({"ok", "401", "403", "404", "-"})
# `none`: a key never opens it, only a person; `any`: no key is looked at.
SCOPES = frozenset({*(scope.value for scope in Scope), "none", "any"})
READS = {
    "need": "get_need",
    "achievement": "get_achievement",
    "introduction": "get_introduction",
    "showcase": "get_showcase",
    "organisation": "get_organisation",
    "feed": "get_feed",
    "job": "get_job",
    "fair": "get_fair",
}
"""The operation that shows a thing of each kind: whoever may not call it on a thing must not learn of that thing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation on one kind of target."""

    operation: str
    target: str
    cells: Mapping[str, str]
    scope: str

    @property
    def name(self) -> str:
        return f"{self.operation}:{self.target}"


def read_matrix() -> list[Row]:
    """All rows, checked for their form."""
    with FILE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter="\t"))
    assert tuple(lines[0]) == COLUMNS
    rows = [Row(line[0], line[1], dict(zip(ROLES, line[2:8], strict=True)), line[8]) for line in lines[1:]]
    for row in rows:
        assert set(row.cells.values()) <= CELLS, row
        assert row.scope in SCOPES, row
    names = [(row.operation, row.target) for row in rows]
    assert len(set(names)) == len(names), "a row twice"
    return rows
