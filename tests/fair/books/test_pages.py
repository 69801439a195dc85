"""The pages as HTML: texts stay texts, nothing is loaded, everybody has their meetings."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from matcher.fair.base import PartyKind
from matcher.fair.books.pages import pages


class Seen(HTMLParser):
    """Tags, texts outside styles, and everything that would load something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.text = ""
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._style = tag == "style"
        self.loads += [f"{name}={value}" for name, value in attrs if name in {"src", "href", "data", "srcset"}]

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text += data


@pytest.fixture(scope="module")
def made(show: Any) -> dict[str, str]:
    return pages(show.books)


@pytest.fixture(scope="module")
def seen(made: dict[str, str]) -> dict[str, Seen]:
    return {name: Seen(html) for name, html in made.items()}


def booklets(html: str) -> dict[str, list[str]]:
    """Number of each booklet → codes of its meetings."""
    found = {}
    for part in html.split('<section class="booklet')[1:]:
        (number,) = re.findall(r'<div class="number">(\w+)</div>', part)
        found[number] = sorted(re.findall(r"· (M\d+)</span>", part))
    return found


def booklet_of(html: str, number: str) -> str:
    """The booklet of one participant."""
    (found,) = [
        part for part in html.split('<section class="booklet')[1:] if f'<div class="number">{number}</div>' in part
    ]
    return found


def test_the_kinds_of_pages(made: dict[str, str]) -> None:
    assert list(made) == ["企业手册", "团队手册", "桌牌", "总览"]


@pytest.mark.parametrize(("name", "kind"), [("企业手册", PartyKind.ENTERPRISE), ("团队手册", PartyKind.TEAM)])
def test_everybody_has_exactly_their_meetings(
    made: dict[str, str], expected: Callable[[PartyKind], dict[str, list[str]]], name: str, kind: PartyKind
) -> None:
    assert booklets(made[name]) == expected(kind)


def test_hostile_texts_stay_texts(seen: dict[str, Seen]) -> None:
    for page in seen.values():
        assert "script" not in page.tags
        assert page.tags.count("style") == 1
        assert '示范会</style><script>alert("名")</script>' in page.text
    assert "<script>alert(1)</script>换热器结垢" in seen["企业手册"].text
    assert "换热器在线清洗<b>装置</b>" in seen["企业手册"].text


def test_nothing_is_loaded_from_anywhere(made: dict[str, str], seen: dict[str, Seen]) -> None:
    for name, page in seen.items():
        assert page.loads == []
        assert not {"link", "img", "iframe", "object"} & set(page.tags)
        assert "url(" not in made[name]
        assert "@import" not in made[name]
        assert "default-src 'none'; style-src 'unsafe-inline'" in made[name].replace("&#39;", "'")


def test_nothing_confidential_is_printed(made: dict[str, str]) -> None:
    assert not [name for name, html in made.items() if "机密" in html]


def test_a_booklet_says_why_what_and_asks(seen: dict[str, Seen]) -> None:
    text = seen["企业手册"].text
    assert "相同点：" in text
    assert "除垢率不低于 90%" in text
    # 95 % against at least 90 %, and an efficiency the achievement does not name.
    assert "✓ 满足" in text
    assert "? 未说明" in text
    assert re.search(r"可以问对方\s*\S", text)
    for word in ("有意向", "继续联系", "无意向", "对方未到场", "太早期", "技术开发"):
        assert word in text


def test_each_side_is_asked_what_the_other_leaves_open(seen: dict[str, Seen]) -> None:
    assert "贵方的“换热器除垢剂”" in seen["企业手册"].text
    assert "贵方的“换热器除垢剂”" not in seen["团队手册"].text


def test_a_wish_without_a_graded_pair_is_told(seen: dict[str, Seen]) -> None:
    assert "企业必见，没有经系统评级的配对。" in seen["企业手册"].text


def test_online_meetings_show_their_link(seen: dict[str, Seen]) -> None:
    assert "线上会议：https://meeting.example/123" in seen["企业手册"].text
    assert "线上会议：https://meeting.example/123" in seen["团队手册"].text
    assert "https://meeting.example/123" in seen["桌牌"].text


def test_words_in_common_are_bold(made: dict[str, str]) -> None:
    assert "<b>换热器</b>" in made["企业手册"]
    assert "【" not in Seen(made["企业手册"]).text


def test_a_card_for_each_table(made: dict[str, str], show: Any) -> None:
    cards = made["桌牌"].split('<section class="card">')[1:]
    assert len(cards) == 3
    for card, table in zip(cards, show.plan.problem.tables, strict=True):
        assert card.count('class="free"') == 3 - sum(m.table == table.index for m in show.plan.meetings)


def test_the_chart_holds_every_meeting_once(made: dict[str, str], show: Any) -> None:
    assert made["总览"].count('class="clip2 team"') == len(show.plan.meetings)


def test_a_second_version_says_so(show: Any) -> None:
    again = pages(show.again('[[absent]]\nwho = "丑大学"\n').books)
    assert all("第 2 版" in html for html in again.values())


def test_a_fair_without_meetings(empty: Any) -> None:
    made = pages(empty)
    assert "没有安排会面。" in made["企业手册"]
    assert made["桌牌"].count("空闲") == 9


def test_a_wish_that_names_records_shows_their_titles(show: Any) -> None:
    toml = '[[wish]]\nenterprise = "N3"\nteam = "{team}"\nwish = "必见"\n'
    for team, told in (("A2", True), ("丑大学", False)):
        books = show.first(toml.format(team=team))
        (held,) = [one for one in books.held if one.names[PartyKind.ENTERPRISE] == "丙公司"]
        assert held.candidate.best is None
        assert held.need is not None
        assert held.need.title == "量子终端"
        assert (held.achievement is not None) == told
        page = booklet_of(pages(books)["企业手册"], "E03")
        assert "我方需求" in page
        assert ("对方成果" in page) == told


def test_a_wish_for_a_confidential_record_keeps_its_title(show: Any) -> None:
    made = pages(show.first('[[wish]]\nenterprise = "N3"\nteam = "A4"\nwish = "必见"\n'))
    assert "非公开成果，编号 A4" in booklet_of(made["企业手册"], "E03")
    assert not [name for name, html in made.items() if "机密" in html]


def test_a_closed_table_does_not_count(show: Any) -> None:
    cover = pages(show.first('[[table_closed]]\ntable = "A2"\n'))["总览"]
    # A1 and the table on line.
    assert "<b>2</b>个桌位" in cover
    assert "<b>3</b>个桌位" in pages(show.books)["总览"]
