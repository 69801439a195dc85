import dataclasses
import os

from rich.console import Console

from matcher.records import Tier
from matcher.report import render_matches


def shown(renderable) -> str:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        console = Console(width=140, record=True, file=nowhere)
        console.print(renderable)
        return console.export_text()


def test_a_table_and_what_to_ask(world) -> None:
    text = shown(render_matches(world.results[0], world.needs["001"], world.achievements))
    assert "需求：=1+1 换热器泄漏在线监测" in text
    row = next(line for line in text.splitlines() if "强相关" in line)
    for part in ("1", "4 强相关", "93%", "换热器泄漏监测系统", "郑州工程大学", "共同要点：换热器、泄漏"):
        assert part in row
    assert "另有 1 条未通过硬条件" in text
    # Marked words are bold, not bracketed.
    assert "前 1 名逐条说明" in text
    assert "1. 相同点：对象 换热器" in text
    assert "待核实：实测误报率是多少？" in text


def test_nothing_fits_is_said_first(world) -> None:
    text = shown(render_matches(world.results[1], world.needs["002"], world.achievements))
    assert text.index("无合适成果") < text.index("氦检漏装置")
    empty = shown(render_matches(world.results[2], world.needs["003"], world.achievements))
    assert empty.splitlines()[1].strip() == "无合适成果。"


def test_the_other_direction(world) -> None:
    text = shown(render_matches(world.buyers[0], world.achievements["a1"], world.needs))
    assert "成果：换热器泄漏监测系统" in text
    assert "东京空分" in text


def test_a_closed_partner_is_shown_by_its_id_only(world) -> None:
    text = shown(render_matches(world.results[0], world.needs["001"], world.achievements))
    assert "机密" not in text
    assert "（非公开成果，编号 a3）" in text.replace("\n", "")
    assert text.count("涉及非公开内容，理由从略") == 2


def test_a_closed_partner_that_was_excluded_is_not_named(world) -> None:
    closed = dataclasses.replace(world.achievements["a5"], visibility=Tier.SECRET)
    result = dataclasses.replace(world.results[0], matches=())
    text = shown(render_matches(result, world.needs["001"], world.achievements | {"a5": closed}))
    assert "“（非公开成果，编号 a5）”" in text
    assert "昂贵" not in text
    assert "900 万" not in text


def test_a_closed_query_shows_neither_its_title_nor_reasons_or_questions(world) -> None:
    closed = dataclasses.replace(world.needs["001"], visibility=Tier.SECRET)
    text = shown(render_matches(world.results[0], closed, world.achievements))
    assert "需求：（非公开需求，编号 001）" in text
    for words in ("在线监测", "共同要点", "价格面议", "误报率"):
        assert words not in text


def test_square_brackets_in_texts_are_not_markup(world) -> None:
    need = dataclasses.replace(world.needs["001"], title="[bold]泄漏[/x]")
    text = shown(render_matches(world.results[0], need, world.achievements))
    assert "[bold]泄漏[/x]" in text
