"""The last sheet: how to read the workbook, what the colours mean, which index made it, and what is not known."""

from collections.abc import Iterator

from xlsxwriter.workbook import Workbook

from matcher.records import LEVELS, Achievement, Need, Record, Side
from matcher.report.base import Leads, RunInfo
from matcher.report.cells import lines_needed
from matcher.report.columns import Kind
from matcher.report.wording import wording
from matcher.report.workbook.grid import write_text
from matcher.report.workbook.style import Styles

__all__ = ["write_guide"]

_WIDTHS = (22.0, 110.0)
_LINE_PT = 14.0

_Line = tuple[str, str]


def write_guide(book: Workbook, styles: Styles, leads: Leads) -> None:
    """Write the sheet 使用说明."""
    sheet = book.add_worksheet("使用说明")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0
    for title, lines in (
        ("本次结果", list(_summary(leads))),
        ("怎么看", list(_reading(leads))),
        ("等级与颜色", [(f"{info.level} {info.name}", info.meaning) for info in LEVELS]),
        ("还不知道的", list(_unknown(leads))),
        ("由谁生成", list(_origin(leads.about))),
    ):
        sheet.merge_range(row, 0, row, 1, title, styles.heading())
        sheet.set_row(row, 22.0)
        for number, (name, text) in enumerate(lines, start=1):
            level = number if title == "等级与颜色" else 0
            write_text(sheet, row + number, 0, name, styles.cell(Kind.LEVEL if level else Kind.TEXT, level=level))
            write_text(sheet, row + number, 1, text, styles.cell(Kind.TEXT))
            tallest = max(lines_needed(cell, width - 1.0) for cell, width in zip((name, text), _WIDTHS, strict=True))
            sheet.set_row(row + number, tallest * _LINE_PT + 5.0)
        row += len(lines) + 2
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _summary(leads: Leads) -> Iterator[_Line]:
    words = wording(leads.side)
    best = [max((m.level for m in result.matches), default=0) for result in leads.results if not result.none_fits]
    none = len(leads.results) - sum(level > 0 for level in best)
    yield f"{words.query}", f"{len(leads.results)} 条，共列出 {sum(map(len, leads.results))} 条匹配"
    for info in reversed(LEVELS[1:]):
        yield f"最佳为{info.name}", f"{best.count(info.level)} 条{words.query}"
    yield words.none_fits, f"{none} 条{words.query}（没有候选有把握达到“较强相关”，不必逐条联系）"


def _reading(leads: Leads) -> Iterator[_Line]:
    words = wording(leads.side)
    yield f"{words.query}一览", f"先看“最佳{words.partner}”和“下一步”；点“看匹配”跳到它的匹配清单。"
    yield "匹配清单", "每行一条匹配，可按等级、把握、单位筛选。红色粗体是两边对上的词；原句逐字摘自原表，没有改写。"
    yield words.organisations, f"同一{words.partner_org}的{words.partner}合在一起看：先给排在前面的打电话。"
    yield (
        "未通过硬条件",
        (
            "地区、成熟度、预算、有效期、回避单位中有一项明确不符的候选（可由设置改变）。合作方式不符只在“为什么”里注明，"
            "因为常可商量；“没写”不算不符，只列为待核实。用 --feedback 给出过反馈的，已反馈为不合适的也列在这里。"
        ),
    )
    yield "把握", "这一对达到“较强相关”或以上的概率，由历史评级校准；不是承诺，80% 大约每五条错一条。"
    use = (
        "填好的表用 matcher match --feedback 交回，不合适的不再列入，其余随之调整。"
        if leads.side is Side.NEED
        else "填好的表用 matcher leads --feedback 交回，不合适的不再列入，评过的按所评。"
    )
    yield "反馈", f"请在“反馈”选合适 / 不合适 / 待定，不合适时选原因；请勿改动编号两列。{use}"
    yield "公开范围", "只写公开字段；保密详情、非公开记录的内容和未识别的列不写入。联系方式照原表抄录。"


def _unknown(leads: Leads) -> Iterator[_Line]:
    """How many partners leave out what a caller needs, most frequent first."""
    words = wording(leads.side)
    ids = {pair.partner.id for result in leads.results for pair in leads.pairs(result)}
    partners = [leads.partners[i] for i in sorted(ids)]
    gaps = {name: sum(name in _gaps(record) for record in partners) for name in ("联系方式", *_asked(leads))}
    for name, count in sorted(gaps.items(), key=lambda item: -item[1]):
        if count:
            yield (
                f"未写{name}",
                f"列出的 {len(partners)} 条{words.partner}中有 {count} 条（{count / len(partners):.0%}）",
            )
    if not any(gaps.values()):
        yield "资料", f"列出的{words.partner}没有缺项" if partners else "没有列出匹配"


def _asked(leads: Leads) -> tuple[str, ...]:
    if wording(leads.side).partner == "成果":
        return ("完成单位", "简介", "成熟度", "合作方式", "具体价格")
    return ("企业", "需求内容", "技术指标", "预算", "合作方式")


def _gaps(record: Record) -> set[str]:
    known: dict[str, object] = {"联系方式": record.contact}
    if isinstance(record, Achievement):
        known |= {"完成单位": record.org, "简介": record.summary, "成熟度": record.trl}
        known |= {"合作方式": record.transfer_modes, "具体价格": record.price and record.price.low_cny}
    if isinstance(record, Need):
        known |= {"企业": record.org, "需求内容": record.problem, "技术指标": record.indicators_text}
        known |= {"预算": record.budget_high_cny, "合作方式": record.modes}
    return {name for name, value in known.items() if not value}


def _origin(about: RunInfo) -> Iterator[_Line]:
    yield "索引", f"{about.index_name}（版本 {about.index_version}）"
    yield "编码器", about.encoder
    if about.levels:
        yield "分级模型", about.levels
    if about.reranker:
        yield "重排模型", about.reranker
    yield "生成时间", about.created.strftime("%Y-%m-%d %H:%M")
    yield "输入文件", "\n".join(about.files) or "—"
    for name, count in about.counts.items():
        yield name, f"{count} 条"
    for name, count in about.excluded.items():
        yield f"未参与：{name}", f"{count} 条"
    yield "设置指纹", about.settings_hash or "—"
    for note in about.notes:
        yield "备注", note
