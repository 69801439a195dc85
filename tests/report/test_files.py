"""CSV, JSON and the door to all three formats."""

import csv
import dataclasses
import json
from pathlib import Path

import pytest

from matcher.errors import ConfigError, FileFormatError, InputError
from matcher.records import MatchList, OrganisationLead, Side, Tier
from matcher.report import read_leads, write_leads


def test_csv_has_a_row_a_match_and_one_for_a_need_without_any(write) -> None:
    raw = write("leads.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert [(row["需求编号"], row["成果编号"]) for row in rows] == [
        ("001", "a1"), ("001", "a2"), ("001", "a3"), ("001", "a4"), ("002", "a2"), ("003", ""),
    ]  # fmt: skip
    assert (rows[0]["把握"], rows[0]["等级"], rows[0]["名次"]) == ("93.0%", "4 强相关", "1")
    assert rows[5]["等级"] == "无合适成果"


def test_csv_texts_cannot_become_formulas(write) -> None:
    text = write("leads.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    assert rows[1][0] == "'=1+1 换热器泄漏在线监测"
    assert rows[1][rows[0].index("联系方式")] == "'+86 371 2"
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]


def test_json_round_trip_keeps_every_number(write, world) -> None:
    found = read_leads(write("leads.json"))
    assert found.about == world.about
    assert [result.query_id for result in found.results] == ["001", "002", "003"]
    assert found.results[0].matches[:2] == world.results[0].matches[:2]
    assert found.results[0].excluded == world.results[0].excluded
    assert found.results[1:] == world.results[1:]
    assert found.needs["001"] == dataclasses.replace(world.needs["001"], confidential_detail="", extra={})
    assert found.needs["002"] == world.needs["002"]
    assert set(found.achievements) == {"a1", "a2", "a3", "a4", "a5"}


@pytest.mark.parametrize("name", ["leads.csv", "leads.json"])
def test_nothing_confidential_is_written(write, name: str) -> None:
    text = write(name).read_text(encoding="utf-8")
    assert "机密" not in text
    assert "（非公开成果，编号 a3）" in text
    assert "涉及非公开内容" in text


def test_an_organisation_known_only_from_closed_records_is_left_out(write) -> None:
    found = read_leads(write("leads.json"))
    assert [lead.name for lead in found.organisations["001"]] == ["郑州工程大学", "-华北化工学院"]


def test_an_organisation_keeps_only_what_its_public_records_say(world, tmp_path: Path) -> None:
    closed = dataclasses.replace(
        world.achievements["a2"], visibility=Tier.REGISTERED, team=("机密人",), contact="机密电话"
    )
    path = tmp_path / "leads.json"
    lead = OrganisationLead(
        name="郑州工程大学",
        chance=0.9,
        best_level=4,
        record_ids=("a2", "a1"),
        people=("机密人", "李明"),
        contact="机密电话",
    )
    write_leads(
        path,
        world.results,
        needs=world.needs,
        achievements=world.achievements | {"a2": closed},
        organisations={"001": [lead]},
        about=world.about,
    )
    (found,) = read_leads(path).organisations["001"]
    assert (found.record_ids, found.people, found.contact) == (("a1",), ("李明",), "+86 371 2")


@pytest.mark.parametrize("name", ["leads.csv", "leads.json"])
def test_only_public_copies_that_were_given_are_named(world, tmp_path: Path, name: str) -> None:
    best = dataclasses.replace(world.best, duplicates=("copy-public", "copy-closed", "copy-unknown"))
    public = dataclasses.replace(world.achievements["a1"], id="copy-public")
    closed = dataclasses.replace(world.achievements["a1"], id="copy-closed", visibility=Tier.SECRET)
    path = tmp_path / name
    write_leads(
        path,
        (dataclasses.replace(world.results[0], matches=(best,), excluded=(best,)),),
        needs=world.needs,
        achievements=world.achievements | {one.id: one for one in (public, closed)},
        organisations={},
        about=world.about,
    )
    text = path.read_text(encoding="utf-8")
    assert "copy-public" in text
    assert "copy-closed" not in text
    assert "copy-unknown" not in text


def test_json_is_plain_for_other_programs(write) -> None:
    data = json.loads(write("leads.json").read_text(encoding="utf-8"))
    first = data["results"][0]["matches"][0]
    assert (first["achievement_id"], first["fit"], first["gates"][0]["state"]) == ("a1", 0.93, "unknown")


def test_damaged_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leads.json"
    for text in ("", "{}", "[1]"):
        path.write_text(text)
        with pytest.raises(FileFormatError, match=r"leads\.json"):
            read_leads(path)
    with pytest.raises(FileFormatError):
        read_leads(tmp_path / "none.json")


@pytest.mark.parametrize("name", ["leads.docx", "leads", "leads.xls"])
def test_other_suffixes_are_refused(write, name: str) -> None:
    with pytest.raises(ConfigError, match=r"\.xlsx、\.csv、\.json"):
        write(name)


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "json"])
def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(write, tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"taken.{suffix}").mkdir()
    for name in (f"no/such/leads.{suffix}", f"taken.{suffix}"):
        with pytest.raises(ConfigError, match="无法写入"):
            write(name)
    assert [path.name for path in tmp_path.iterdir()] == [f"taken.{suffix}"]


def test_upper_case_suffixes_work(write) -> None:
    assert write("LEADS.CSV").stat().st_size > 0


def test_both_directions_at_once_are_refused(write, world) -> None:
    with pytest.raises(InputError, match="一个方向"):
        write("leads.xlsx", world.results + world.buyers)


def test_a_result_that_names_an_unknown_record_is_refused(world, tmp_path: Path) -> None:
    stray = MatchList(query_id="002", query_side=Side.NEED, matches=(world.match("zz", 1, 1, 0.1, need_id="002"),))
    with pytest.raises(InputError, match="成果 zz"):
        write_leads(
            tmp_path / "leads.csv",
            (stray,),
            needs=world.needs,
            achievements=world.achievements,
            organisations={},
            about=world.about,
        )
