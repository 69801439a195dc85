import dataclasses
import os

from rich.console import Console

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
    assert "1. 价格面议；成果未写有效期" in text


def test_nothing_fits_is_said_first(world) -> None:
    text = shown(render_matches(world.results[1], world.needs["002"], world.achievements))
    assert text.index("无合适成果") < text.index("氦检漏装置")
    empty = shown(render_matches(world.results[2], world.needs["003"], world.achievements))
    assert empty.splitlines()[1].strip() == "无合适成果。"


def test_the_other_direction(world) -> None:
    text = shown(render_matches(world.buyers[0], world.achievements["a1"], world.needs))
    assert "成果：换热器泄漏监测系统" in text
    assert "东京空分" in text


def test_square_brackets_in_texts_are_not_markup(world) -> None:
    need = dataclasses.replace(world.needs["001"], title="[bold]泄漏[/x]")
    text = shown(render_matches(world.results[0], need, world.achievements))
    assert "[bold]泄漏[/x]" in text
