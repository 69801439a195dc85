"""`matcher demo`: the whole way on the sample data."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.errors import FileFormatError

_TOP = 5
# One plain, one from the fields, one for which nothing fits.
_SHOWN = ("XQ-0007", "XQ-0024", "XQ-0046")


def demo(
    data: Annotated[Path, typer.Option("--data", help="示例数据文件夹", file_okay=False)] = Path("corpora/sample"),
    out: Annotated[Path, typer.Option("--out", help="结果文件", dir_okay=False)] = Path("leads.xlsx"),
) -> None:
    """用自带的示例数据走一遍，写出 leads.xlsx。"""
    from dataclasses import replace

    from matcher.cli import indexing, matching
    from matcher.cli.choose import open_index
    from matcher.cli.console import log, output, tracked
    from matcher.cli.reading import read_files
    from matcher.config import load_settings
    from matcher.records import Side
    from matcher.report import render_matches

    files = [data / "needs.csv", data / "achievements.csv"]
    for path in files:
        if not path.is_file():
            raise FileFormatError(f"找不到示例数据 {path}；请在项目根目录运行，或用 --data 指定示例文件夹。")
    settings = load_settings()
    indexing.run(files, name="sample")
    name, matcher = open_index("sample", settings)
    needs = read_files(files[:1], settings, side=Side.NEED).needs
    found = list(tracked(matcher.match_many(needs), "正在匹配", len(needs)))
    queries = {need.id: need for need in needs}
    answers = {answer.query_id: answer for answer in found}
    chosen = [i for i in _SHOWN if i in answers] or list(answers)[: len(_SHOWN)]
    for shown in (replace(answers[i], matches=answers[i].matches[:_TOP]) for i in chosen):
        output().print(render_matches(shown, queries[shown.query_id], matcher.partners(shown)), "")
    matching.save(out, found, needs, matcher, name=name, files=files, rejected=0)
    log(_NEXT.format(out=out))


_NEXT = """
接下来可以试试：
  1. 用 Excel 或 WPS 打开 {out}：“需求一览”“匹配清单”在前，怎么读在最后一页“使用说明”。
  2. 用自己的话找成果：.venv/bin/matcher search "花生脱壳时破损太多" --index sample
  3. 检查自己的表格：  .venv/bin/matcher check 需求表.xlsx 成果表.xlsx
  4. 用自己的表格匹配：.venv/bin/matcher index 需求表.xlsx 成果表.xlsx --into 本县
                      .venv/bin/matcher match 需求表.xlsx --index 本县 --out 对接清单.xlsx
  5. 反过来，为成果找企业：.venv/bin/matcher leads 成果表.xlsx --index 本县 --out 企业线索.xlsx
  6. 在“反馈”列填上合适 / 不合适，交回去：.venv/bin/matcher match 需求表.xlsx --index 本县 --feedback 对接清单.xlsx
                      --out 新清单.xlsx
说明见 README.md 与 docs/。"""
