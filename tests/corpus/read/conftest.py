"""A small table of known headings and the call under test."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.corpus.read import Table, read_tables

HEADINGS = """
成果名称 成果名稱 成果简介 成果簡介 需求名称 需求名稱 需求内容 完成单位 技术领域 联系人 联系人姓名 联系电话 电话
合作方式 合作价格 价格 编号 发布日期 id name title context
"""
KNOWN = frozenset(HEADINGS.split())

Read = Callable[[Path], tuple[Table, ...]]


def is_heading(text: str) -> bool:
    """Compare as the next stage does, in small: without spaces, stars and brackets."""
    return re.sub(r"[\s*]|[（(].*", "", text) in KNOWN


@pytest.fixture
def read() -> Read:
    """Read with the headings above and a limit of 4 MB."""
    return lambda path: read_tables(path, is_heading=is_heading, max_bytes=4 << 20)
