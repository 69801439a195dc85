"""Which browser is taken, what is said without one, and what a real one prints."""

import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest

from matcher.errors import ConfigError
from matcher.fair.books.browser import BrowserError, find_browser, print_pdf
from matcher.fair.books.write import write_books

A4 = (595, 842)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def real() -> Path:
    """The browser of this machine; tests marked `browser` need one."""
    browser = find_browser("auto")
    assert browser is not None, "install chromium and fonts-noto-cjk, or leave these tests out: -m 'not browser'"
    return browser


def test_none_prints_nothing() -> None:
    assert find_browser("none") is None


def test_one_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"MATCHER_BROWSER 指定的浏览器 /no/such/browser 不存在"):
        find_browser("/no/such/browser")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the browser")
def test_the_path_is_searched_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("msedge", "google-chrome"):
        script(tmp_path / name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser("auto") == tmp_path / "google-chrome"
    assert find_browser("msedge") == tmp_path / "msedge"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the browser")
def test_one_that_fails_says_so(tmp_path: Path) -> None:
    failing = script(tmp_path / "chrome", "echo 没有显示器 >&2; exit 3")
    with pytest.raises(BrowserError, match=r"没有打印出 a\.html（没有显示器）"):
        print_pdf(failing, tmp_path / "a.html", tmp_path / "a.pdf", "20251101080000")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the browser")
def test_pages_stay_when_the_browser_fails(show: Any, tmp_path: Path) -> None:
    (tmp_path / "桌牌.pdf").write_bytes(b"of an earlier plan")
    written = write_books(tmp_path, show.books, browser=script(tmp_path / "chrome", "exit 3"))
    assert "结束码 3" in written.unprinted
    assert (tmp_path / "网页" / "桌牌.html").is_file()
    assert not (tmp_path / "桌牌.pdf").exists()


def test_without_a_browser_the_pages_are_written_and_the_way_is_told(show: Any, tmp_path: Path) -> None:
    written = write_books(tmp_path, show.books, browser=None)
    assert "sudo apt-get install chromium fonts-noto-cjk" in written.unprinted
    assert sorted(path.name for path in (tmp_path / "网页").iterdir()) == sorted(
        f"{name}.html" for name in ("企业手册", "团队手册", "桌牌", "总览")
    )
    assert not list(tmp_path.glob("*.pdf"))
    assert write_books(tmp_path, show.books, browser=None, wanted=False).unprinted == ""


def test_a_workbook_somebody_wrote_into_is_kept(show: Any, tmp_path: Path) -> None:
    assert write_books(tmp_path, show.books, browser=None).kept == ()
    assert write_books(tmp_path, show.books, browser=None).kept == ()
    (tmp_path / "结果登记.xlsx").write_bytes(b"filled in")
    assert write_books(tmp_path, show.books, browser=None).kept == (tmp_path / "结果登记-旧.xlsx",)
    assert (tmp_path / "结果登记-旧.xlsx").read_bytes() == b"filled in"


@pytest.fixture(scope="module")
def printed(show: Any, real: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pypdf.PdfReader]:
    folder = tmp_path_factory.mktemp("printed")
    assert write_books(folder, show.books, browser=real).unprinted == ""
    return {path.stem: pypdf.PdfReader(path) for path in folder.glob("*.pdf")}


@pytest.mark.browser
def test_every_page_is_a4(printed: dict[str, pypdf.PdfReader]) -> None:
    assert sorted(printed) == sorted(["企业手册", "团队手册", "桌牌", "总览"])
    for name, reader in printed.items():
        sizes = {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages}
        assert sizes == {A4[::-1] if name == "总览" else A4}


@pytest.mark.browser
def test_each_booklet_begins_a_page(printed: dict[str, pypdf.PdfReader], show: Any) -> None:
    # Pages on which a booklet's head stands: one for each enterprise with a meeting, the first of them page 1.
    starts = [at for at, page in enumerate(printed["企业手册"].pages) if "请提前 5 分钟到桌" in page.extract_text()]
    assert len(starts) == 2
    assert starts[0] == 0


@pytest.mark.browser
def test_a_card_is_one_page(printed: dict[str, pypdf.PdfReader]) -> None:
    assert len(printed["桌牌"].pages) == 3
    # Cover, one chart, two lists.
    assert len(printed["总览"].pages) == 4


@pytest.mark.browser
def test_hostile_titles_are_printed_as_they_stand(printed: dict[str, pypdf.PdfReader]) -> None:
    text = "".join(page.extract_text() for page in printed["企业手册"].pages)
    assert "<script>alert(1)</script>" in "".join(text.split())


def scales(page: pypdf.PageObject) -> set[float]:
    """Points a pixel at which the texts of a page are set: the browser shrinks a page on which anything is too wide."""
    found: set[float] = set()

    def look(text: str, cm: list[float], _tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            found.add(round(cm[0], 3))

    page.extract_text(visitor_text=look)
    return found


@pytest.mark.browser
def test_no_text_is_too_wide_for_its_page(printed: dict[str, pypdf.PdfReader]) -> None:
    # 96 pixels are an inch of 72 points.
    assert {scale for reader in printed.values() for page in reader.pages for scale in scales(page)} == {0.75}


@pytest.mark.browser
def test_a_text_that_is_too_wide_would_be_seen(real: Path, tmp_path: Path, long_title: str) -> None:
    page = tmp_path / "a.html"
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8><p style='white-space: nowrap'>{long_title}", encoding="utf-8")
    print_pdf(real, page, tmp_path / "a.pdf", "20251101080000")
    assert max(scales(pypdf.PdfReader(tmp_path / "a.pdf").pages[0])) < 0.75


@pytest.mark.browser
def test_the_same_plan_gives_the_same_pdf(show: Any, real: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write_books(folder, show.books, browser=real)
    names = sorted(path.name for path in (tmp_path / "a").glob("*.pdf"))
    assert len(names) == 4
    assert [(tmp_path / "a" / n).read_bytes() for n in names] == [(tmp_path / "b" / n).read_bytes() for n in names]
