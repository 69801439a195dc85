"""Names and texts of a form become a body, and faults come back beside their fields."""

from starlette.datastructures import FormData

from api.problems import FieldProblem
from api.schemas.record_bodies import NeedBody
from api.web.forms import Form, read_form


def form(*pairs: tuple[str, str]) -> Form:
    return read_form(FormData(list(pairs)))


def test_paths_lists_and_what_is_empty() -> None:
    sent = form(
        ("csrf_token", "x"),
        ("entry.title", " 涂层 "),
        ("entry.region.name", "开封"),
        ("entry.problem", ""),
        ("entry.keywords[]", "石墨；电极\n抗氧化、"),
        ("entry.modes[]", "技术开发"),
        ("entry.modes[]", "技术许可"),
        ("other", "not of the body"),
    )
    assert sent.nested("entry.") == {
        "title": "涂层",
        "region": {"name": "开封"},
        "keywords": ["石墨", "电极", "抗氧化"],
        "modes": ["技术开发", "技术许可"],
    }
    body = sent.read(NeedBody, "entry.")
    assert body is not None
    assert body.region is not None
    # What was not filled in is not sent, so that a default stays one.
    assert "problem" not in body.model_fields_set


def test_faults_stand_beside_their_fields() -> None:
    sent = form(("entry.title", "涂层"), ("entry.keywords[]", "一\n" + "长" * 501), ("entry.budget_high_cny", "五十万"))
    assert sent.read(NeedBody, "entry.") is None
    assert sent.errors["entry.keywords[]"] == "过长，最多 500 个字符"
    assert sent.errors["entry.budget_high_cny"] == "应为数值"
    assert sent.errors[""]
    # Everything typed is still there.
    assert sent.text("entry.budget_high_cny") == "五十万"


def test_what_the_api_says_goes_to_its_field() -> None:
    sent = form(("entry.content.title", "x"))
    sent.refused([FieldProblem(field="body.content.title", message="过短")], "标题过短；请改正。", "entry.")
    assert sent.errors == {"": "标题过短；请改正。", "entry.content.title": "过短"}


def test_showing_what_is_there_and_reading_it_again() -> None:
    body = NeedBody.model_validate(
        {"title": "涂层", "keywords": ["甲", "乙"], "region": {"name": "开封"}, "trl_min": 6}
    )
    again = Form.showing(body, "entry").read(NeedBody, "entry.")
    assert again is not None
    assert again.model_dump() == body.model_dump()


def test_paths_that_contradict_each_other_are_refused() -> None:
    sent = form(("entry.title", "b"), ("entry.title.more", "c"))
    assert sent.read(NeedBody, "entry.") is None
    assert sent.errors["entry.title"] == "应为文本"
