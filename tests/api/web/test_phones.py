"""Which digits of a contact line are dialled."""

import pytest

from api.web.pages.introductions.phones import dialled


@pytest.mark.parametrize(
    ("contact", "numbers"),
    [
        ("薛厂长，138-0000-5540", ["13800005540"]),
        ("+86 13800005540", ["13800005540"]),
        ("办公室 0371-00001105；手机13800005540", ["037100001105", "13800005540"]),
        ("(0371)00001105", ["037100001105"]),
        ("400-800-1234", ["4008001234"]),
        ("１３８００００５５４０", ["13800005540"]),
        # Neither an identity number nor a mailbox is a telephone.
        ("410202199001011234", []),
        ("a@b.cn，微信 abc", []),
        ("", []),
    ],
)
def test_numbers(contact: str, numbers: list[str]) -> None:
    pieces = list(dialled(contact))
    assert [number for _, number in pieces if number] == numbers
    # Nothing of the line is lost or doubled.
    assert "".join(text for text, _ in pieces) == contact
