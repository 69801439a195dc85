"""What the README tells a newcomer is true: its example runs, its commands exist, its pages are there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from matcher.cli import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MATCHER = [sys.executable, "-m", "matcher"]


def all_commands() -> set[str]:
    found = set()
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        found |= {f"{name} {child}" for child in children} if children else {name}
    return found


@pytest.mark.model
def test_the_python_example_runs_as_printed() -> None:
    code = re.search(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert code is not None
    assert 8 <= len([line for line in code.group(1).splitlines() if line.strip()]) <= 12
    done = subprocess.run([sys.executable, "-c", code.group(1)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "共比较 310 项成果" in done.stdout
    assert "石墨电极" in done.stdout


@pytest.mark.model
@pytest.mark.slow
def test_the_readme_s_commands_run(tmp_path: Path) -> None:
    """The lines of 用自己的表格, on the sample under the names they use."""
    block = re.search(r"```bash\n(\.venv/bin/matcher check.*?)```", README, flags=re.DOTALL)
    assert block is not None
    for name, source in (("需求表.csv", "needs.csv"), ("成果表.csv", "achievements.csv")):
        (tmp_path / name).write_bytes((ROOT / "corpora" / "sample" / source).read_bytes())
    lines = [line.split("  #")[0].strip() for line in block.group(1).splitlines() if line.strip()]
    assert len(lines) == 5
    for line in lines:
        # The sample is CSV; the words are the README's otherwise.
        words = re.findall(r'"[^"]*"|\S+', line.replace("表.xlsx", "表.csv"))
        arguments = [word.strip('"') for word in words[1:]]
        done = subprocess.run(
            [*MATCHER, *arguments],
            cwd=tmp_path,
            env={**os.environ, "MATCHER_INDEX_DIR": str(tmp_path / "indexes")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert {"对接清单.xlsx", "企业线索.xlsx"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.model
@pytest.mark.slow
def test_the_demo_shows_three_needs_and_writes_the_workbook(tmp_path: Path) -> None:
    done = subprocess.run(
        [*MATCHER, "demo", "--out", str(tmp_path / "leads.xlsx")],
        cwd=ROOT,
        env={**os.environ, "MATCHER_INDEX_DIR": str(tmp_path / "indexes")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("需求：") == 3
    assert "无合适成果" in done.stdout
    assert "接下来可以试试" in done.stderr
    assert (tmp_path / "leads.xlsx").stat().st_size > 10_000


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    documented = {
        " ".join(word for word in re.split(r"\s", row) if re.fullmatch(r"[a-z]+(-[a-z]+)*", word))
        for row in re.findall(r"^\| `matcher ([^`]+)`", page, flags=re.MULTILINE)
    }
    assert documented == all_commands()


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\((?!http|#)([^)#]+)", README)
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_page_names_what_is_not_there() -> None:
    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", *ROOT.glob("corpora/*/README.md")]
    missing = [
        f"{page.name}: {name}"
        for page in pages
        for name in re.findall(
            r"`((?:docs|tests|benchmarks|notebooks|corpora|matcher)/[\w./-]+\w)`", page.read_text("utf-8")
        )
        if not (ROOT / name).exists()
    ]
    assert missing == []
