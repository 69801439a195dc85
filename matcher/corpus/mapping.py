"""A user's own mapping of headings to fields: a TOML or JSON file, or a dictionary."""

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from matcher.corpus.columns import FIELD_LABELS, split_field
from matcher.errors import ColumnError, FileFormatError
from matcher.text.normalize import fold_heading

__all__ = ["check_fields", "check_headings", "read_mapping"]


def read_mapping(path: Path) -> dict[str, str]:
    """Read a mapping file: heading → field, at the top level or under `columns`.

    Raises:
        FileFormatError: the file cannot be read, or is no table of texts.
        ColumnError: it names a field that does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"映射文件 {path} 无法读取（{error}）；请检查路径，并存为 UTF-8 文本。") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileFormatError(
            f"映射文件 {path} 的语法不对（{error}）；请按 docs/data-format.md 的例子改正。"
        ) from error
    table = content.get("columns", content) if isinstance(content, dict) else content
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise FileFormatError(f"映射文件 {path} 应是“列名 = 字段名”的表；请按 docs/data-format.md 改正。")
    check_fields(table)
    return table


def check_fields(mapping: Mapping[str, str]) -> None:
    """Check that every field named exists.

    Raises:
        ColumnError: an unknown field, with the nearest known ones.
    """
    for heading, field in mapping.items():
        try:
            split_field(field)
        except KeyError as error:
            known = [*FIELD_LABELS, *FIELD_LABELS.values()]
            raise ColumnError(
                f"映射把列“{heading}”对应到“{field}”，但没有这个字段{_like(field, known)}；"
                f"可用的字段见 docs/data-format.md。"
            ) from error


def check_headings(mapping: Mapping[str, str], headings: Iterable[str]) -> None:
    """Check that every heading named is in one of the tables.

    Raises:
        ColumnError: a heading that no table has, with the nearest ones.
    """
    present = list(dict.fromkeys(headings))
    folded = {fold_heading(heading) for heading in present}
    for heading in mapping:
        if fold_heading(heading) not in folded:
            raise ColumnError(
                f"映射中的列“{heading}”在文件里找不到{_like(heading, present)}；请改成文件里的列名后重试。"
            )


def _like(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"（相近的有：{'、'.join(near)}）" if near else ""
