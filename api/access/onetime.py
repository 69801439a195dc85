"""One-time passwords that a person reads off a screen and types: the first administrator's, and invitations."""

import secrets
import unicodedata

__all__ = ["ALPHABET", "new_one_time_password", "normal_one_time_password"]

# No 0/o, 1/i/l; no u, which reads like v.
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
GROUPS = 5
GROUP_LENGTH = 4


def new_one_time_password() -> str:
    """Five groups of four, `k7qm-x4wd-pn9t-c3hr-8vzy`: 30^20, 98 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def normal_one_time_password(typed: str) -> str:
    """As it was made: capitals, full-width letters, other dashes and spaces between the groups are forgiven.

    A text of another length or with other characters comes back as it is, and will match nothing.
    """
    text = unicodedata.normalize("NFKC", typed).lower()
    letters = "".join(char for char in text if not (char.isspace() or unicodedata.category(char) == "Pd"))
    if len(letters) != GROUPS * GROUP_LENGTH or not set(letters) <= set(ALPHABET):
        return typed
    return "-".join(letters[start : start + GROUP_LENGTH] for start in range(0, len(letters), GROUP_LENGTH))
