"""The work behind `matcher label suggest`: rank, choose what to ask, write the workbook."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

from matcher.cli.choose import open_index
from matcher.cli.console import bar, log
from matcher.cli.reading import read_files
from matcher.config import Settings, load_settings
from matcher.corpus.duplicates import canonical_of, find_duplicates
from matcher.engine import Matcher
from matcher.errors import ConfigError, RecordError
from matcher.index.side import SideIndex
from matcher.rank.ranker import Graded
from matcher.rank.suggest import Option, entropy, suggest
from matcher.rank.verdicts import read_verdicts
from matcher.records import Achievement, Need, Side, Tier
from matcher.report.gradesheet import PairToGrade, write_gradesheet

__all__ = ["run"]

# What a broker would ever see of a list; further down hardly anything is worth the time to grade it.
_DEPTH = 50

_Pair = tuple[str, str]


def run(
    files: Sequence[Path],
    *,
    out: Path,
    index: str | None,
    achievements: Sequence[Path],
    count: int,
    done: Sequence[Path],
) -> None:
    """Propose pairs of these needs with achievements of an index or of files, and write them to be graded.

    Raises:
        ConfigError: `out` is no new .xlsx file, or both an index and files are given.
        RecordError: the files hold no public need.
        MatcherError: as reading, opening and writing say.
    """
    if out.suffix.lower() != ".xlsx":
        raise ConfigError(f"--out 的 {out.name} 不是 .xlsx 文件；待评表带下拉列表，只能写成 .xlsx。")
    if out.exists():
        raise ConfigError(f"{out} 已存在，可能有人正在填写；请换一个文件名，或先移走它。")
    if index is not None and achievements:
        raise ConfigError("--index 和 --achievements 只能给一个；请去掉其中之一。")
    settings = load_settings()
    read = read_files(files, settings, expected=Side.NEED).needs
    copies = canonical_of(find_duplicates(read))
    needs = {need.id: need for need in read if need.visibility <= Tier.PUBLIC and need.id not in copies}
    if not needs:
        raise RecordError(
            f"文件 {'、'.join(map(str, files))} 里没有可公开给评级人看的需求；请确认给的是需求表，且可见范围为公开。"
        )
    known = {
        (row.need_id, row.achievement_id)
        for path in done
        for row in read_verdicts(path, max_bytes=settings.max_file_mb * 1_000_000)[0]
        if row.decided
    }
    matcher = _matcher(index, achievements, settings)
    side = matcher.side(Side.ACHIEVEMENT)
    options = [
        option
        for need, graded in zip(needs, matcher.rank(list(needs.values()), _DEPTH), strict=True)
        for option in _options(need, graded, side, known)
    ]
    chosen = suggest(options, count, none_fits_below=matcher.bar)
    pairs = [_pair(option, needs, side) for option in chosen]
    # Pairs of a need together, within it in an order that tells nothing of the score.
    places = {need_id: place for place, need_id in enumerate(needs)}
    pairs.sort(key=lambda pair: (places[pair.need.id], _shuffled(pair)))
    write_gradesheet(out, pairs)
    log(
        f"已写入 {out}：{len(pairs)} 对，{len({pair.need.id for pair in pairs})} 条需求；"
        "填好后用 matcher train ranker --feedback 交回（完整命令见表中“说明”）。"
    )


def _matcher(index: str | None, achievements: Sequence[Path], settings: Settings) -> Matcher:
    if not achievements:
        return open_index(index, settings)[1]
    found = read_files(achievements, settings, side=Side.ACHIEVEMENT).achievements
    with bar("编码") as show:
        return Matcher.build(achievements=found, settings=settings, progress=show)


def _options(need_id: str, graded: Graded, side: SideIndex, known: Collection[_Pair]) -> list[Option]:
    """The candidates of a need that may be shown and were not graded yet, one a cluster of copies."""
    uncertain = entropy(graded.probs)
    options: list[Option] = []
    seen: set[str] = set()
    for at, place in enumerate(graded.positions):
        record = side.records[place]
        head = side.canonical(record.id)
        if record.visibility > Tier.PUBLIC or head in seen:
            continue
        first = not seen
        seen.add(head)
        if (need_id, head) not in known:
            options.append(
                Option(
                    need_id=need_id,
                    achievement_id=head,
                    title=record.title,
                    uncertainty=float(uncertain[at]),
                    score=float(graded.scores[at]),
                    fit=float(graded.fits[at]),
                    first=first,
                )
            )
    return options


def _pair(option: Option, needs: dict[str, Need], side: SideIndex) -> PairToGrade:
    record = side.records[side.position(option.achievement_id)]
    if not isinstance(record, Achievement):
        raise TypeError(f"{record.id} is not an achievement")
    return PairToGrade(needs[option.need_id], record)


def _shuffled(pair: PairToGrade) -> str:
    return hashlib.sha256(f"{pair.need.id}\0{pair.achievement.id}".encode()).hexdigest()
