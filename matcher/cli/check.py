"""`matcher check`."""

from enum import StrEnum
from typing import Annotated

import typer

from matcher.cli import options as o


class Format(StrEnum):
    """How the report is printed."""

    TABLE = "table"
    JSON = "json"


def check(
    files: o.Files,
    side: o.SideOption = None,
    mapping: o.Mapping = None,
    output_format: Annotated[Format, typer.Option("--format", help="table 或 json")] = Format.TABLE,
) -> None:
    """检查表格：列名、填写率、重复发布、读不了的行。

    不建索引。有读不了的行或公式错误时，退出码为 3；读不了的行写成可修改的退回表。
    """
    import json
    import sys

    from matcher.cli.console import output
    from matcher.cli.reading import save_rejected
    from matcher.config import load_settings
    from matcher.corpus.check import as_dict
    from matcher.corpus.check import check as checked
    from matcher.corpus.checkview import render
    from matcher.corpus.mapping import read_mapping
    from matcher.errors import InputError

    report = checked(
        files,
        side=o.record_side(side),
        mapping=read_mapping(mapping) if mapping else None,
        max_bytes=load_settings().max_file_mb * 1_000_000,
    )
    if output_format is Format.JSON:
        sys.stdout.write(json.dumps(as_dict(report), ensure_ascii=False, indent=1) + "\n")
    else:
        output().print(render(report))
    save_rejected(report.loaded, files)
    if report.loaded.rejected or report.formula_errors:
        raise typer.Exit(InputError.exit_code)
