"""gzip bodies unpacked up to a limit, so that a small body cannot become a huge one."""

import zlib

from api.outbound.errors import BadReplyError, TooLargeError

__all__ = ["inflate"]

# Accepts gzip and zlib wrappers alike.
_ANY_WRAPPER = 32 + zlib.MAX_WBITS
# Each further member copies the rest once more: millions of tiny ones would cost hours.
_MOST_MEMBERS = 64


def inflate(data: bytes, *, max_bytes: int, shown: str) -> bytes:
    """Unpack a gzip body of one or more members; never holds more than `max_bytes` + 1 unpacked bytes.

    Raises:
        TooLargeError: it unpacks to more than `max_bytes` bytes.
        BadReplyError: it is not gzip, or ends too early.
    """
    unpacked = bytearray()
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(wbits=_ANY_WRAPPER)
        try:
            unpacked += member.decompress(data, max_bytes - len(unpacked) + 1)
        except zlib.error as error:
            raise BadReplyError(f"{shown} 返回的压缩内容已损坏；请稍后重试，或联系对方。") from error
        if len(unpacked) > max_bytes:
            raise TooLargeError(
                f"{shown} 的内容解压后超过上限 {max_bytes / 10**6:.1f} MB；请对方拆成几个文件，或请管理员提高上限。"
            )
        if not member.eof:
            raise BadReplyError(f"{shown} 返回的压缩内容不完整；请稍后重试，或联系对方。")
        data = member.unused_data
        if not data:
            return bytes(unpacked)
    raise BadReplyError(f"{shown} 返回的压缩内容分段过多；请联系对方改为不压缩。")
