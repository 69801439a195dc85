"""Every command on small real files with the toy encoder, through the same door as a user."""

import csv
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest

NEEDS = [
    ["需求名称", "需求内容", "需求单位", "预算资金（万元）"],
    ["石墨电极抗氧化涂层", "电极侧面氧化严重，想找一种涂层。", "甲公司", "50"],
    ["花生脱壳破损率高", "脱壳机破损多，籽仁卖不上价。", "乙公司", ""],
]
ACHIEVEMENTS = [
    ["成果名称", "成果简介", "完成单位", "合作方式", "交易价格", "所属地区"],
    ["石墨电极抗氧化涂层技术", "喷涂铝基涂层，电极抗氧化。", "丙大学", "技术转让", "面议", "河南省开封市"],
    ["花生低损伤脱壳机", "柔性脱壳，破损少。", "丁研究院", "技术许可", "30-80万", "山东省"],
]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def run(folder: Path, *arguments: str, encoder: str = "hashing") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"MATCHER_ENCODER": encoder, "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(folder)},
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    write(folder / "needs.csv", NEEDS)
    write(folder / "achievements.csv", ACHIEVEMENTS)
    done = run(folder, "index", "needs.csv", "achievements.csv", "--into", "试")
    assert done.returncode == 0, done.stderr
    assert "2 条需求、2 条成果" in done.stderr
    return folder


def test_search_shows_the_partner_first(place: Path) -> None:
    done = run(place, "search", "石墨电极氧化", "--top", "1")
    assert done.returncode == 0, done.stderr
    assert "石墨电极抗氧化涂层技术" in done.stdout
    assert "花生" not in done.stdout


def test_filters_narrow_the_search(place: Path) -> None:
    done = run(place, "search", "石墨电极氧化", "--region", "山东", "--stated")
    assert "花生低损伤脱壳机" in done.stdout
    assert "抗氧化涂层技术" not in done.stdout


def test_match_writes_a_workbook_csv_and_json(place: Path) -> None:
    for name in ("leads.xlsx", "leads.csv", "leads.json"):
        done = run(place, "match", "needs.csv", "--index", "试", "--out", name)
        assert done.returncode == 0, done.stderr
        assert f"已写入 {name}：2 条查询" in done.stderr
    sheets = openpyxl.load_workbook(place / "leads.xlsx").sheetnames
    assert sheets[:3] == ["需求一览", "匹配清单", "单位与团队"]
    assert "石墨电极抗氧化涂层技术" in (place / "leads.csv").read_text(encoding="utf-8-sig")
    json.loads((place / "leads.json").read_text(encoding="utf-8"))


def test_leads_find_enterprises(place: Path) -> None:
    done = run(place, "leads", "achievements.csv", "--index", "试", "--top", "1")
    assert done.returncode == 0, done.stderr
    assert "甲公司" in done.stdout
    assert "乙公司" in done.stdout


def test_the_same_run_gives_the_same_bytes(place: Path) -> None:
    for name in ("one.csv", "two.csv"):
        run(place, "match", "needs.csv", "--index", "试", "--out", name, "--on", "2025-01-01")
    assert (place / "one.csv").read_bytes() == (place / "two.csv").read_bytes()


def test_update_encodes_only_what_changed(place: Path, tmp_path: Path) -> None:
    for name in ("needs.csv", "achievements.csv"):
        (tmp_path / name).write_bytes((place / name).read_bytes())
    run(tmp_path, "index", "needs.csv", "achievements.csv", "--into", "a")
    write(tmp_path / "needs.csv", [*NEEDS, ["菊花茶烘干变色", "", "戊公司", ""]])
    done = run(tmp_path, "index", "needs.csv", "--into", "a", "--update")
    assert "需求：新增 1，替换 0，删除 0，未变 2。" in done.stderr
    assert "本次新编码 1 段文本" in done.stderr
    write(tmp_path / "needs.csv", NEEDS[:2])
    done = run(tmp_path, "index", "needs.csv", "--into", "a", "--update", "--sync")
    assert "需求：新增 0，替换 0，删除 2，未变 1。" in done.stderr


def test_check_reports_and_returns_bad_rows_to_mend(place: Path, tmp_path: Path) -> None:
    rows = [["编号", "需求名称", "需求内容"], ["1", "甲", "内容一"], ["1", "乙", "内容二"]]
    write(tmp_path / "bad.csv", rows)
    done = run(tmp_path, "check", "bad.csv")
    assert done.returncode == 3
    assert "需求内容" in done.stdout
    assert "bad.rejected.xlsx" in done.stderr
    mended = openpyxl.load_workbook(tmp_path / "bad.rejected.xlsx")
    sheet = mended.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("编号") + 1
    sheet.cell(row=2, column=column).value = "2"
    mended.save(tmp_path / "mended.xlsx")
    assert run(tmp_path, "check", "mended.xlsx").returncode == 0
    report = json.loads(run(place, "check", "needs.csv", "--format", "json").stdout)
    assert report


def test_evaluate_prints_the_agreed_json(place: Path) -> None:
    judged = "need_id\tachievement_id\tlevel\n" + "".join(
        f"{need}\t{achievement}\t{level}\n"
        for need, achievement, level in (("1", "1", 4), ("1", "2", 1), ("2", "1", 1), ("2", "2", 3))
    )
    (place / "j.tsv").write_text(judged, encoding="utf-8")
    numbered = [
        [["编号", *rows[0]], *([str(at), *row] for at, row in enumerate(rows[1:], 1))] for rows in (NEEDS, ACHIEVEMENTS)
    ]
    write(place / "n.csv", numbered[0])
    write(place / "a.csv", numbered[1])
    files = ("--needs", "n.csv", "--achievements", "a.csv", "--judgements", "j.tsv")
    for mode in ("pairs", "corpus"):
        done = run(place, "evaluate", *files, "--mode", mode, "--format", "json")
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert (document["needs"], document["pairs"]) == (2, 4)
        assert document["metrics"]["ndcg@10"]["value"] == 1.0
        assert set(document["metrics"]["mrr"]) == {"value", "low", "high"}
    assert "倒数排名融合" in run(place, "evaluate", *files, "--variants").stdout


def test_what_somebody_is_working_on_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "bad.csv", [["编号", "需求名称"], ["1", "甲"], ["1", "乙"]])
    for _ in range(2):
        assert run(tmp_path, "check", "bad.csv").returncode == 3
    assert {"bad.rejected.xlsx", "bad.rejected-2.xlsx"} <= {path.name for path in tmp_path.iterdir()}
    write(tmp_path / "needs.csv", NEEDS)
    write(tmp_path / "achievements.csv", ACHIEVEMENTS)
    run(tmp_path, "index", "needs.csv", "achievements.csv")
    run(tmp_path, "match", "needs.csv", "--out", "leads.xlsx")
    first = (tmp_path / "leads.xlsx").read_bytes()
    assert "leads-旧.xlsx" in run(tmp_path, "match", "needs.csv", "--out", "leads.xlsx").stderr
    assert (tmp_path / "leads-旧.xlsx").read_bytes() == first


def test_replacing_an_index_says_what_it_dropped(tmp_path: Path) -> None:
    write(tmp_path / "needs.csv", NEEDS)
    run(tmp_path, "index", "needs.csv")
    write(tmp_path / "needs.csv", NEEDS[:2])
    assert "1 条记录已被替换掉" in run(tmp_path, "index", "needs.csv").stderr


def test_models_show_names_what_is_in_use(place: Path) -> None:
    done = run(place, "models", "show")
    assert done.returncode == 0
    assert "编码器：hashing" in done.stdout
    assert "分级模型：" in done.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, f"tech-transfer-matcher {version('tech-transfer-matcher')}\n")


def test_levels_can_be_fitted_on_one_s_own_grades(tmp_path: Path) -> None:
    things = ["石墨电极", "花生脱壳", "冷箱泄漏", "菊花烘干", "磨辊耐磨", "大蒜播种"]
    write(
        tmp_path / "n.csv",
        [["编号", "需求名称", "需求内容"], *([f"N{i}", f"{t}问题", f"{t}不好办。"] for i, t in enumerate(things))],
    )
    write(
        tmp_path / "a.csv",
        [["编号", "成果名称", "成果简介"], *([f"A{i}", f"{t}技术", f"{t}很好用。"] for i, t in enumerate(things))],
    )
    rows = [f"N{i}\tA{j}\t{4 if i == j else 1}" for i in range(6) for j in range(6)]
    (tmp_path / "j.tsv").write_text("\n".join(["need_id\tachievement_id\tlevel", *rows]), encoding="utf-8")
    files = ("--needs", "n.csv", "--achievements", "a.csv", "--judgements", "j.tsv")
    done = run(tmp_path, "train", "ranker", *files, "--out", "levels.json")
    assert done.returncode == 0, done.stderr
    assert "6 条需求 36 对" in done.stderr
    model = json.loads((tmp_path / "levels.json").read_text(encoding="utf-8"))
    assert model["weights"][0] > 0
    assert run(tmp_path, "train", "ranker", *files, *files[:2], "--out", "x.json").returncode == 2


def test_indicators_are_found_and_measured(tmp_path: Path) -> None:
    text = "要求堆积密度不低于1.80g/cm3，目前能耗为5kWh。"
    marked = {
        "id": "1",
        "content": text,
        "indicators": [
            {
                "span": "不低于1.80g/cm3", "parameter": "堆积密度", "op": ">=", "low": 1.8, "high": None,
                "unit": "g/cm3", "canonical_unit": "g/cm3", "value_in_canonical": [1.8, None], "kind": "target",
            }
        ],
    }  # fmt: skip
    (tmp_path / "t.jsonl").write_text(json.dumps(marked, ensure_ascii=False) + "\n", encoding="utf-8")
    found = json.loads(run(tmp_path, "indicators", "--input", "t.jsonl", "--format", "jsonl").stdout)
    (item,) = found["indicators"]
    assert (item["parameter"], item["op"], item["low"]) == ("堆积密度", ">=", 1.8)
    scored = run(tmp_path, "evaluate-indicators", "--input", "t.jsonl")
    assert "F1 1.000" in scored.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("check", "nothing.xlsx"), 3, "nothing.xlsx"),
        (("match", "needs.csv", "--index", "别的"), 5, "别的"),
        (("match", "achievements.csv"), 3, "没有可用的需求"),
        (("match", "needs.csv", "--out", "leads.doc"), 2, "leads.doc"),
        (("search", " "), 2, "不能为空"),
        (("search", "x", "--trl", "7-3"), 2, "--trl"),
        (("search", "x", "--region", "火星"), 2, "火星"),
        (("search", "x", "--top", "0"), 2, "--top"),
        (("search", "x", "--nothing"), 2, "--nothing"),
        (("match", "needs.csv", "--out", "needs.csv"), 2, "就是输入文件"),
        (("match", "needs.csv", "--out", "no/such/folder.xlsx"), 2, "文件夹不存在"),
        (("search", "x", "--mode", "白送"), 2, "白送"),
        (("search", "x", "--field", "炼丹"), 2, "炼丹"),
        (("search", "x", "--on", "昨天"), 2, "昨天"),
        (("index",), 2, "没有给出文件"),
        (("index", "needs.csv", "--into", "../x"), 2, "../x"),
        (("index", "needs.csv", "--into", "没有", "--update"), 5, "没有"),
        (("check", "needs.csv", "--side", "both"), 2, "both"),
    ],
)
def test_mistakes_get_one_sentence_and_a_code(place: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run(place, *arguments)
    assert done.returncode == code, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert said in last
    assert "Traceback" not in done.stderr


def test_a_bad_setting_is_named(place: Path) -> None:
    done = run(place, "search", "石墨", encoder="")
    assert done.returncode == 2
    assert "MATCHER_ENCODER" in done.stderr


def test_ctrl_c_is_answered_with_one_sentence(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from matcher.cli import indexing, main\n"
        "def interrupted(*_, **__):\n"
        "    raise KeyboardInterrupt\n"
        "indexing.run = interrupted\n"
        "sys.argv = ['matcher', 'index', 'needs.csv']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 130
    assert done.stderr == "已中断；已完成的部分不会丢失，重新执行同一命令即可继续。\n"
