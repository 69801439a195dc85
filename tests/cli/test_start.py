"""The command line starts light: what is heavy loads when a command needs it."""

import subprocess
import sys
from pathlib import Path

import matcher

HEAVY = {"torch", "faiss", "sentence_transformers", "onnxruntime", "sklearn", "scipy", "numpy", "jieba", "xlsxwriter"}


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded_after("import matcher")


def test_building_the_command_line_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded_after("import matcher.cli")


def test_the_engine_loads_neither_torch_nor_faiss() -> None:
    found = loaded_after("from matcher import Matcher, Need, load, save_index")
    assert "matcher.engine" in found
    assert not {"torch", "faiss", "sentence_transformers", "onnxruntime"} & found


def test_public_names_are_sorted_and_real() -> None:
    assert matcher.__all__ == sorted(matcher.__all__)
    assert all(getattr(matcher, name) is not None for name in matcher.__all__)


def test_the_stub_says_the_same() -> None:
    stub = Path(matcher.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert all(f"import {name} as {name}\n" in stub for name in matcher.__all__)
