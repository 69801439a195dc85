"""What can go wrong between this service and another machine or a folder.

::

    InputError
    └── OutboundError              base of all below
        ├── AddressRefusedError    the rules do not allow this address or request
        ├── FolderRefusedError     the rules do not allow this folder or file, or it is not there
        ├── UnreachableError       no such name, no connection, a bad certificate, or too slow
        ├── BadReplyError          the other side answered, but with nothing that can be used
        ├── TooLargeError          more bytes than allowed
        ├── WebhookSecretError     a signing secret that cannot be used
        └── SignatureRefusedError  a signature that is missing, wrong or too old

Messages name scheme, host and port. They never name a path or query (they may hold a token), a resolved address (it
would tell what an internal name points to) or anything the other side wrote.
"""

from matcher.errors import InputError

__all__ = [
    "AddressRefusedError",
    "BadReplyError",
    "FolderRefusedError",
    "OutboundError",
    "SignatureRefusedError",
    "TooLargeError",
    "UnreachableError",
    "WebhookSecretError",
]


class OutboundError(InputError):
    """Base of what can go wrong with another machine or a folder."""


class AddressRefusedError(OutboundError):
    """The rules do not allow this address to be called, or this request to be sent."""


class FolderRefusedError(OutboundError):
    """The rules do not allow this folder or file to be read, or it is not there."""


class UnreachableError(OutboundError):
    """No such name, no connection, a certificate that does not fit, or too slow (then `timed_out`)."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


class BadReplyError(OutboundError):
    """The other side answered with nothing that can be used; `status` is its HTTP status, where one was read."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class TooLargeError(OutboundError):
    """More bytes than allowed, on the way or after decompression."""


class WebhookSecretError(OutboundError):
    """A signing secret that cannot be used."""


class SignatureRefusedError(OutboundError):
    """A signature that is missing, wrong or too old."""
