"""The gap map: fields as the index has them, what nobody can serve, and only what the caller may know of."""

import csv
import io
from importlib import resources
from typing import Any

import openpyxl

from tests.api.statistics.entered import URL, get, look
from tests.api.world import World

# Fields that the owners state themselves, so that no classifier has a say: F3 and G5 of the plan.
MATERIALS, TRANSPORT = "前沿新材料", "现代交通"


def _gaps(found: dict[str, Any]) -> dict[str, tuple[int, int, int, int, float | None]]:
    """needs, achievements, unserved, ungraded, share by code, of the fields that have anything."""
    rows = {row["code"]: row for row in found["fields"]}
    values = {
        code: (row["needs"], row["achievements"], row["unserved"], row["ungraded"], row["share"])
        for code, row in rows.items()
    }
    return {code: value for code, value in values.items() if any(value)}


def _entered(world: World) -> None:
    served, poor, hopeless = (world.need(fields=[MATERIALS])["id"] for _ in range(3))
    both = world.need(fields=[MATERIALS, TRANSPORT], visibility=3)["id"]
    world.need(fields=[TRANSPORT])
    world.need(fields=[TRANSPORT], visibility=4)
    world.need(fields=[TRANSPORT], publish=False)
    for fields, visibility in (([MATERIALS], 1), ([MATERIALS, TRANSPORT], 2), ([TRANSPORT], 4)):
        world.achievement(fields=fields, visibility=visibility)
    world.index()
    for need_id, best in ((served, 3), (poor, 2), (hopeless, 0)):
        look(world, need_id, best, "F3")
    look(world, both, 1, "F3", "G5")


def test_supply_and_demand(world: World) -> None:
    _entered(world)
    found = get(world, "gap-map")
    # F3: 4 needs, of which 3 below level 3. G5: one of the two needs below level 3, the other not looked at yet.
    assert _gaps(found) == {"F3": (4, 2, 3, 0, 0.75), "G5": (2, 1, 1, 1, 1.0)}
    # Each record once; what is for its owner alone or a draft is nowhere.
    total = found["total"]
    assert (total["needs"], total["achievements"], total["unserved"], total["ungraded"]) == (5, 2, 3, 1)
    assert total["share"] == 0.75
    assert (found["without_field"]["needs"], found["without_field"]["achievements"]) == (0, 0)


def test_what_the_index_does_not_hold_yet_has_no_field(world: World) -> None:
    world.need(fields=[MATERIALS])
    world.achievement(fields=[MATERIALS])
    found = get(world, "gap-map")
    assert _gaps(found) == {}
    without = found["without_field"]
    assert (without["needs"], without["achievements"], without["unserved"], without["share"]) == (1, 1, 0, None)
    assert found["total"]["needs"] == 1
    text = resources.files("matcher.corpus.taxonomy").joinpath("plan.tsv").read_text(encoding="utf-8")
    plan = [tuple(line.split("\t")[:3]) for line in text.splitlines()[1:]]
    assert [(row["code"], row["name"], row["group"]) for row in found["fields"]] == plan
    assert len(plan) == 19


def test_files(world: World) -> None:
    _entered(world)
    answer = world.client.get(f"{URL}/gap-map", params={"format": "csv"}, headers=world["administrator"])
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][1:5] == ["规划领域", "类别", "需求", "成果"]
    assert rows[3] == ["F3", MATERIALS, "未来产业", "4", "2", "3", "0", "75.0%"]
    assert [row[1] for row in rows[-2:]] == ["未归入领域", "合计"]
    answer = world.client.get(f"{URL}/gap-map", params={"format": "xlsx"}, headers=world["administrator"])
    sheet = list(openpyxl.load_workbook(io.BytesIO(answer.content))["供需缺口"].values)
    assert sheet[3] == ("F3", MATERIALS, "未来产业", 4, 2, 3, 0, 0.75)
    assert len(sheet) == len(rows) == 22
