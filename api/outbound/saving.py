"""Fetched bytes → a file with the extension of what they really are, ready for `matcher.corpus.load`."""

from pathlib import Path

from api.outbound.fetched import Fetched
from matcher.corpus.read.sniff import expected_kinds, sniff
from matcher.errors import FileFormatError

__all__ = ["save_fetched"]


def save_fetched(fetched: Fetched, folder: Path) -> Path:
    """Write the body into a folder of the caller's own; a file of the same name is replaced.

    The extension that came with the file is kept where it fits what the bytes are (so `.tsv` and `.jsonl` stay), else
    it is that of the kind found in the bytes.

    Raises:
        FileFormatError: empty, or of a kind that holds no table (a PDF, an archive, a picture …).
        OSError: the folder is not there or full.
    """
    hint = Path(fetched.filename)
    if not fetched.body:
        raise FileFormatError(f"从 {fetched.source} 读到的文件“{hint}”是空的；请确认对方已生成数据后重试。")
    kind = sniff(hint, fetched.body)
    path = folder / (hint.name if kind in expected_kinds(hint) else f"{hint.stem}.{kind}")
    path.write_bytes(fetched.body)
    return path
