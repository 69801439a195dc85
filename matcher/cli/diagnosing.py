"""The work behind `matcher diagnose`: read, check, show or write."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from matcher.cli.choose import open_index
from matcher.cli.console import log, output, tracked
from matcher.cli.reading import read_files, unused
from matcher.config import load_settings
from matcher.diagnose import Diagnosis, NeedClass, diagnose_many
from matcher.diagnose.view import render_diagnoses
from matcher.diagnose.write import write_diagnoses
from matcher.errors import ConfigError, RecordError
from matcher.records import Need, Side, Tier
from matcher.report import check_target

__all__ = ["run"]

# More rows than this on a terminal nobody reads.
_SHOWN = 20


def run(files: Sequence[Path], *, index: str | None, out: Path | None, mapping: Path | None) -> None:
    """Check every public need in the files.

    Raises:
        ConfigError: `out` is of another kind, cannot be written, or is an input file.
        RecordError: the files hold no public need.
        MatcherError: as reading and opening say.
    """
    if out is not None:
        check_target(out)
        if out.resolve() in {path.resolve() for path in (*files, *([mapping] if mapping else []))}:
            raise ConfigError(f"--out 写的 {out} 就是输入文件，会把它盖掉；请换一个文件名。")
    settings = load_settings()
    read = read_files(files, settings, expected=Side.NEED, mapping=mapping).needs
    needs = [need for need in read if need.visibility <= Tier.PUBLIC]
    if len(needs) < len(read):
        log(f"提示：{len(read) - len(needs)} 条非公开需求没有体检。")
    if not needs:
        raise RecordError(
            f"文件 {'、'.join(map(str, files))} 里没有可以公开体检的需求；请确认给的是需求表，且可见范围为公开，"
            "或先用 matcher check 查看表头识别结果。"
        )
    matcher = None if index is None else open_index(index, settings)[1]
    found = list(tracked(diagnose_many(needs, matcher=matcher), "正在体检", len(needs)))
    counts = Counter(diagnosis.need_class for diagnosis in found)
    told = "，".join(f"{name} {counts[name]} 条" for name in NeedClass if counts[name])
    if matcher is not None:
        log(_from_corpus(str(index), found))
    if out is None:
        output().print(render_diagnoses(found[:_SHOWN]))
        more = f"只显示了前 {_SHOWN} 条，全部请用 --out 体检.xlsx 写成表格。" if len(found) > _SHOWN else ""
        log(f"共 {len(found)} 条：{told}。{more}")
        return
    _save(out, needs, found)
    log(f"已写入 {out}：{len(found)} 条需求，{told}。填好黄色的格子后，可直接当需求表使用。")


def _from_corpus(index: str, found: Sequence[Diagnosis]) -> str:
    suggested = sum(bool(diagnosis.terms) for diagnosis in found)
    asked = sum(diagnosis.from_corpus for diagnosis in found)
    said = f"索引“{index}”：{suggested} 条需求得到建议用词，{asked} 个问题来自库中成果。"
    if suggested or asked:
        return said
    return said + "库里没有足够接近、用词又不同的成果时不作建议，体检结果与不用索引时相同。"


def _save(out: Path, needs: Sequence[Need], found: Sequence[Diagnosis]) -> None:
    if out.suffix.lower() == ".xlsx" and out.exists():
        # Somebody may have filled in the yellow cells.
        older = unused(out.with_name(f"{out.stem}-旧{out.suffix}"))
        out.rename(older)
        log(f"原来的 {out} 已改名为 {older.name} 保留。")
    write_diagnoses(out, needs, found)
