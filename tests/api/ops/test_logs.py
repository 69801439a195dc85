"""What stands in a log line, and what never does."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from api.access.keys import new_key
from api.ops.logs import set_up_logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logs("info", process="web", file=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_each_line_is_an_object_with_its_process_and_request(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abcd1234"):
        structlog.get_logger("x").info("imported", rows=3)
    logging.getLogger("uvicorn.error").warning("slow %s", "client")
    first, second = lines()
    assert (first["event"], first["rows"], first["request_id"], first["process"]) == ("imported", 3, "abcd1234", "web")
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["level"], second["process"]) == ("slow client", "warning", "web")


def test_keys_are_hidden_wherever_they_stand(lines: Lines) -> None:
    key = new_key()
    structlog.get_logger("x").info(f"with {key.text}", header=key.text, deep={"a": [key.text]})
    logging.getLogger("y").warning("got %s", key.text)
    text = json.dumps(lines())
    assert key.text not in text
    assert key.text.rpartition("_")[2] not in text
    assert text.count(key.id) == 4


def test_a_fault_is_where_it_was_without_its_words(lines: Lines) -> None:
    try:
        int("客户是某厂")
    except ValueError:
        structlog.get_logger("x").exception("fault")
        logging.getLogger("y").exception("fault")
    for line in lines():
        assert line["fault"][0]["kind"] == "builtins.ValueError"
        assert "test_a_fault_is_where_it_was" in line["fault"][0]["frames"][-1]
        assert "某厂" not in json.dumps(line, ensure_ascii=False)
    assert len(lines()) == 2


def test_the_level_counts_also_for_loggers_with_a_level_of_their_own(lines: Lines) -> None:
    logging.getLogger("talkative").setLevel(logging.DEBUG)
    logging.getLogger("talkative").debug("detail")
    structlog.get_logger("x").debug("detail")
    assert lines() == []
