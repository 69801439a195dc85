"""Reading a run folder: what is not one, not finished, or not what it was."""

from pathlib import Path

import pytest

from matcher.batch import read_run
from matcher.errors import RunError


def test_a_folder_of_something_else_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"不是匹配结果文件夹.*matcher batch"):
        read_run(tmp_path / "nowhere")


def test_an_unfinished_run_says_how_to_go_on(run, dying, tmp_path: Path) -> None:
    disk, killed = dying
    whole = disk(10**9)
    run(tmp_path / "whole", disk=whole)
    with pytest.raises(killed):
        # The last five operations write the receipt and remove what is no longer needed.
        run(tmp_path / "run", disk=disk(whole.done - 5))
    with pytest.raises(RunError, match=r"还没有完成.*matcher batch 需求\.csv 成果\.csv --out run"):
        read_run(tmp_path / "run")
    (tmp_path / "run" / "work" / "command.txt").unlink()
    with pytest.raises(RunError, match="与开始时相同的命令"):
        read_run(tmp_path / "run")


@pytest.mark.parametrize("name", ["matches.csv", "needs.jsonl", "achievements.jsonl"])
def test_a_changed_or_missing_file_is_named(run, name: str, tmp_path: Path) -> None:
    run(tmp_path / "run")
    path = tmp_path / "run" / name
    content = path.read_bytes()
    path.write_bytes(content.replace("花生".encode(), "豆子".encode(), 1))
    with pytest.raises(RunError, match=rf"{name} 已损坏或被改动"):
        read_run(tmp_path / "run")
    path.unlink()
    with pytest.raises(RunError, match=rf"缺少文件 .*{name}"):
        read_run(tmp_path / "run")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format": 1}', b"\xff\xfe"])
def test_a_damaged_receipt_is_named(run, content: bytes, tmp_path: Path) -> None:
    run(tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_bytes(content)
    with pytest.raises(RunError, match=r"manifest\.json 已损坏"):
        read_run(tmp_path / "run")
    # Nor is it written over.
    with pytest.raises(RunError, match=r"manifest\.json 已损坏"):
        run(tmp_path / "run")


def test_a_receipt_of_another_format_is_refused(run, tmp_path: Path) -> None:
    run(tmp_path / "run")
    path = tmp_path / "run" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2', 1))
    with pytest.raises(RunError, match="格式版本是 2"):
        read_run(tmp_path / "run")
