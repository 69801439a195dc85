"""Exceptions in logs: their words are kept only where no text of a record can be among them."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from api.ops.faults import describe
from matcher.errors import RecordError


def test_a_database_fault_is_its_code() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT missing FROM nowhere WHERE x = :x"), {"x": "客户是某厂"})
    faults = describe(caught.value)
    assert faults[0]["message"] == "OperationalError SQLITE_ERROR"
    assert "某厂" not in str(faults)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(2, "No such file"), "[Errno 2] No such file"),
        (AttributeError("'NoneType' object has no attribute 'x'"), "'NoneType' object has no attribute 'x'"),
        (RecordError("记录“某厂”不可用"), ""),
        (KeyError("某厂"), ""),
    ],
)
def test_words_of_the_program_are_kept(error: Exception, message: str) -> None:
    assert describe(error)[0]["message"] == message


def test_causes_follow_newest_first_and_end() -> None:
    newest = RuntimeError("x")
    newest.__cause__ = OSError("disk")
    assert [fault["kind"] for fault in describe(newest)] == ["builtins.RuntimeError", "builtins.OSError"]
    one = RuntimeError("a")
    one.__cause__ = one
    assert len(describe(one)) == 5
