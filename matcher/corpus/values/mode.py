"""Words for cooperation → contract kinds of 民法典 843."""

import re
from collections.abc import Mapping
from functools import lru_cache

from matcher.corpus.values.plain import plain
from matcher.records import TransferMode

__all__ = ["parse_modes", "render_modes"]

# A share in a company is paid for with a transfer or a licence: which one is open.
_EQUITY = (TransferMode.ASSIGNMENT, TransferMode.LICENCE, TransferMode.EQUITY)
_WORDS_OF: Mapping[tuple[TransferMode, ...], str] = {
    (TransferMode.DEVELOPMENT,): (
        "委托开发 合作开发 技术开发 联合开发 共同开发 委托研发 合作研发 联合研发 共同研发 委托研究 合作研究 联合攻关 "
        "合作攻关 技术攻关 定制开发 定制研发 揭榜挂帅 产学研合作 开发 研发"
    ),
    (TransferMode.ASSIGNMENT,): (
        "完全转让 技术转让 专利转让 专利权转让 所有权转让 成果转让 整体转让 一次性转让 转让 买断 出售 购买"
    ),
    (TransferMode.LICENCE,): (
        "许可转让 专利许可 开放许可 技术许可 普通许可 独占许可 排他许可 独占实施许可 实施许可 许可使用 使用许可 许可 "
        "授权使用 授权"
    ),
    (TransferMode.CONSULTING,): "技术咨询 咨询",
    (TransferMode.SERVICE,): "技术服务 服务",
    _EQUITY: "作价入股 技术入股 作价投资 专利入股 知识产权入股 股权合作 股权投资 入股 参股 合资",
}
_WORDS = {word: modes for modes, words in _WORDS_OF.items() for word in words.split()}
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_REFUSED = re.compile(r"不(?!限)[^,，;；、。]*")
# Buying a machine transfers no technology.
_GOODS = re.compile(r"(?:购买|出售|买断)(?:成套|现成|整套)?(?:设备|装备|产品|样机|仪器|材料|整机|软件)")


@lru_cache(maxsize=20_000)
def parse_modes(text: str) -> tuple[TransferMode, ...]:
    """Read all modes, also of words run together (转让入股许可), in the order of `TransferMode`.

    What names no contract kind (其他, 合作生产, 购买设备, 不限) gives nothing; modes the text refuses are left out.
    """
    cell = _GOODS.sub("", _REFUSED.sub("", plain(text)))
    found = {mode for word in _WORD.findall(cell) for mode in _WORDS[word]}
    return tuple(mode for mode in TransferMode if mode in found)


def render_modes(modes: tuple[TransferMode, ...]) -> str:
    """Write modes so that reading them gives the same ones."""
    return "、".join(modes)
