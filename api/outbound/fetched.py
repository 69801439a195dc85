"""What was read from an address or a folder, and what tells next time whether it has changed."""

import hashlib
from dataclasses import dataclass, field

__all__ = ["Fetched", "NotModified", "Validators"]


@dataclass(frozen=True, slots=True)
class Validators:
    """The other side's marks of a version, kept and sent back with the next read; empty where it gave none."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file's bytes.

    Attributes:
        body: as they are, whatever the other side says they are.
        filename: a name without folders, at most 120 characters, never empty; its extension is a hint, no more.
        content_type: what the other side says, for the log; not trusted.
        validators: marks of this version.
        source: scheme, host and port, or the folder's name; never a path or query with a token.
    """

    body: bytes = field(repr=False)
    filename: str
    content_type: str
    validators: Validators
    source: str

    @property
    def sha256(self) -> str:
        """Hex digest of the body: tells a change where the other side gives no validators."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing has changed since the version with these validators."""

    validators: Validators
