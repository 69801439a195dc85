"""Wrong options and arguments are answered in whole Chinese sentences."""

import sys
from pathlib import Path

import pytest

from matcher.cli import main


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("search", "x", "--top", "0"), "选项 --top 的值“0”不可用，应在 1 到 1000 之间"),
        (("search", "x", "--top", "many"), "选项 --top 的值“many”不可用，应是整数，且在 1 到 1000 之间"),
        (("search", "x", "--rerank", "201"), "选项 --rerank 的值“201”不可用，应在 0 到 200 之间"),
        (("models", "unpack", "out", "--latin-pieces", "-1"), "选项 --latin-pieces 的值“-1”不可用，应不小于 0"),
        (("serve", "--port", "70000"), "选项 --port 的值“70000”不可用，应在 0 到 65535 之间"),
        (("models", "rollback", "--kind", "x"), "选项 --kind 的值“x”不可用，只能是 encoder、reranker、ranker"),
        (("check", "n.csv", "--mapping", "."), "选项 --mapping 的“.”是文件夹，这里要文件"),
        (("search", "x", "--nothing"), "没有 --nothing 这个选项，相近的有 --on"),
        (("train", "rankr"), "没有 rankr 这个命令，相近的有 ranker、reranker"),
        (("search", "x", "--top"), "选项 --top 后面要写上值"),
        (("search",), "没有给出参数“需求”"),
        (("search", "x", "y"), "多写了“y”"),
        (("xyzzy",), "没有 xyzzy 这个命令"),
        (("models",), "没有写明命令，可用的命令见上"),
    ],
)
def test_what_was_wrong_is_told_in_chinese(
    arguments: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["matcher", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert (
        capsys.readouterr().err
        == f"错误：命令或选项不可用（{told}）；请用 matcher --help 或 matcher 命令 --help 查看写法。\n"
    )
