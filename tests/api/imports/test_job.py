"""Importing the same rows again, mended, changed, and under another file's name."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.db.base import new_id
from api.db.tables import Job, RecordRow
from api.imports.exporting import own_records, write_records
from api.jobs.child import perform
from api.jobs.claims import claim
from api.work.kinds import KINDS
from matcher.corpus.load import load
from matcher.records import Need, Side
from tests.api.introductions.pairs import caller_of
from tests.api.world import World

SAMPLE = Path(__file__).parents[3] / "corpora" / "sample"
HEAD = "成果编号,成果名称,成果简介\n"
ROW = "C-1,铝合金压铸工艺,真空压铸减少气孔\n"


def imported(world: World, files: Mapping[str, str | bytes], who: str = "institution", **given: Any) -> Job:
    person = world.people[who]
    job_id = new_id()
    folder = world.service.uploads / job_id
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    asked = {
        "files": sorted(files), "side": "auto", "owner_id": person.organisation_id, "publish": False, "mapping": {}
    }  # fmt: skip
    with world.service.database.work() as session:
        session.add(Job(id=job_id, kind="import", account_id=person.account_id, parameters=asked | given))
        session.flush()
        claim(session, job_id)
    perform(world.service, job_id, KINDS)
    with world.service.database.reading() as session:
        return session.get_one(Job, job_id)


def counts(job: Job) -> tuple[int, int, int, int]:
    assert job.state == "done", job.message
    result = job.result
    return result["created"], result["changed"], result["unchanged"], result["rejected"]


def rows(world: World) -> dict[str, RecordRow]:
    with world.service.database.reading() as session:
        return {row.external_id: row for row in session.scalars(select(RecordRow))}


def test_the_sample_is_entered_as_the_command_line_reads_it(world: World) -> None:
    files = {name: (SAMPLE / name).read_text(encoding="utf-8-sig") for name in ("needs.csv", "achievements.csv")}
    expected = load([SAMPLE / name for name in files], max_bytes=1_000_000)
    total = len(expected.needs) + len(expected.achievements)
    job = imported(world, files, publish=True)
    assert counts(job) == (total, 0, 0, len(expected.rejected))
    assert (job.done, job.total) == (total, total)
    tiers = {record.id: int(record.visibility) for record in (*expected.needs, *expected.achievements)}
    assert {number: row.visibility for number, row in rows(world).items()} == tiers
    # The same again, from files of other names.
    again = imported(world, {f"新-{name}": text for name, text in files.items()}, publish=True)
    assert counts(again) == (0, 0, total, len(expected.rejected))
    assert {row.version for row in rows(world).values()} == {1}


def test_changed_rows_change_and_drafts_are_published_when_asked(world: World) -> None:
    two = ROW + "C-2,石墨提纯方法,高温提纯\n"
    assert counts(imported(world, {"成果.csv": HEAD + two})) == (2, 0, 0, 0)
    changed = two.replace("高温提纯", "高温提纯到五个九")
    assert counts(imported(world, {"成果.csv": HEAD + changed})) == (0, 1, 1, 0)
    assert {number: row.state for number, row in rows(world).items()} == {"C-1": "draft", "C-2": "draft"}
    assert counts(imported(world, {"成果.csv": HEAD + changed}, publish=True)) == (0, 2, 0, 0)
    assert {number: row.state for number, row in rows(world).items()} == {"C-1": "published", "C-2": "published"}


def test_where_there_is_review_a_change_is_looked_at(make_world: Any) -> None:
    world = make_world(review=True)
    imported(world, {"成果.csv": HEAD + ROW}, publish=True)
    assert rows(world)["C-1"].state == "review"
    with world.service.database.work() as session:
        session.scalars(select(RecordRow)).one().state = "published"
    imported(world, {"成果.csv": HEAD + ROW.replace("气孔", "缩孔")})
    assert rows(world)["C-1"].state == "review"


def test_rejected_rows_come_back_to_be_mended(world: World) -> None:
    long_id = "X" * 201
    job = imported(world, {"成果.csv": HEAD + ROW + f"{long_id},另一种工艺,减少气孔\n"})
    assert counts(job) == (1, 0, 0, 1)
    path = world.service.results / job.id / "rejected.xlsx"
    mended = load([path], max_bytes=1_000_000)
    assert [record.title for record in mended.achievements] == ["另一种工艺"]


def test_a_state_secret_is_neither_kept_nor_repeated(world: World) -> None:
    job = imported(world, {"成果.csv": HEAD + ROW + "C-9,某型材料,内容见机密★附件涂层\n"})
    assert counts(job) == (1, 0, 0, 1)
    assert set(rows(world)) == {"C-1"}
    for path in (world.service.results / job.id).iterdir():
        assert "附件涂层".encode() not in path.read_bytes()


def test_an_import_goes_on_after_its_last_transaction(world: World) -> None:
    """The second run is told what the first had saved; counts are those of both."""
    two = HEAD + ROW + "C-2,石墨提纯方法,高温提纯\n"
    first = imported(world, {"成果.csv": two})
    with world.service.database.work() as session:
        job = session.get_one(Job, first.id)
        job.state, job.result = "waiting", {"done": 1, "counts": {"created": 1}, "refused": []}
        # What the first run is said not to have reached.
        row = session.scalars(select(RecordRow).where(RecordRow.external_id == "C-2")).one()
        row.external_id = "C-0"
    with world.service.database.work() as session:
        claim(session, first.id)
    perform(world.service, first.id, KINDS)
    with world.service.database.reading() as session:
        assert counts(session.get_one(Job, first.id)) == (2, 0, 0, 0)
    assert set(rows(world)) == {"C-0", "C-1", "C-2"}


def test_an_organisation_that_was_closed_meanwhile_gets_nothing(world: World) -> None:
    job = imported(world, {"成果.csv": HEAD + ROW}, owner_id="0" * 26)
    assert (job.state, "已停用" in job.message) == ("failed", True)


@pytest.mark.parametrize("name", ["坏.xlsx", "坏.csv"])
def test_a_file_that_cannot_be_read_fails_with_its_sentence(world: World, name: str) -> None:
    job = imported(world, {name: "没有,标题\n1,2\n"})
    assert job.state == "failed"
    assert name in job.message
    assert "/" not in job.message


def test_a_text_longer_than_a_cell_is_never_replaced_by_what_a_workbook_holds_of_it(
    world: World, tmp_path: Path
) -> None:
    whole = "气孔" * 20_000
    head = "需求编号,需求名称,需求内容,备注\n"
    assert counts(imported(world, {"需求.csv": f"{head}X-1,压铸,{whole},{whole}\nX-2,铸造,砂眼,\n"})) == (2, 0, 0, 0)

    def stored() -> dict[str, Need]:
        with world.service.database.reading() as session:
            found = own_records(session, caller_of(world, "institution"), Side.NEED)
        return {number: record for number, record in found if isinstance(record, Need)}

    def written(records: Mapping[str, Need]) -> dict[str, bytes]:
        path = tmp_path / "own.xlsx"
        write_records(path, Side.NEED, list(records.items()))
        return {path.name: path.read_bytes()}

    # The workbook as it was exported changes nothing; what stands beside the cut text may be changed.
    assert counts(imported(world, written(stored()))) == (0, 0, 2, 0)
    cut = next(need for need in load([tmp_path / "own.xlsx"], max_bytes=1_000_000).needs if need.id == "X-1")
    assert len(cut.problem) == 32_767
    assert cut.problem.endswith("……（原文共 40000 字，超出单元格上限，此处截断）")
    assert counts(imported(world, written({"X-1": replace(cut, contact="王工")}))) == (0, 1, 0, 0)
    kept = stored()["X-1"]
    assert (kept.problem, kept.extra["备注"], kept.contact) == (whole, whole, "王工")
    # Worked on, or of a record that is not there or says something else, it is refused: where, why, what to do.
    worked_on = replace(cut, problem="高压" + cut.problem[2:])
    others = {"X-1": worked_on, "X-2": replace(cut, title="铸造"), "X-9": replace(cut, problem="裂纹")}
    job = imported(world, written(others))
    assert counts(job) == (0, 0, 0, 3)
    report = json.loads((world.service.results / job.id / "report.json").read_text(encoding="utf-8"))
    assert [row["row"] for row in report["rejected"]] == [2, 3, 4]
    assert [row["reason"].split("一栏")[0] for row in report["rejected"]] == ["“内容”", "“内容”", "“备注”"]
    assert all("请在网页上修改这条记录" in row["reason"] for row in report["rejected"])
    assert {number: need.problem for number, need in stored().items()} == {"X-1": whole, "X-2": "砂眼"}
    # Without the note it is what somebody wanted to keep.
    short = replace(cut, problem=cut.problem[:100], extra={})
    assert counts(imported(world, written({"X-1": short}))) == (0, 1, 0, 0)
    assert stored()["X-1"].problem == "气孔" * 50
