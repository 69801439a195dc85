"""The report as JSON: every match with all its numbers, to be read again by this package or by others."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from matcher.errors import FileFormatError
from matcher.report.base import Leads

__all__ = ["read_leads", "write_json"]


def write_json(path: Path, leads: Leads) -> None:
    """Write results, the records they name, organisations and origin.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_bytes(TypeAdapter(Leads).dump_json(leads, indent=1) + b"\n")


def read_leads(path: Path) -> Leads:
    """Read what `write_leads` wrote to a .json file.

    Raises:
        FileFormatError: the file is missing or was not written by this package.
    """
    try:
        return TypeAdapter(Leads).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise FileFormatError(
            f"{path} 不是可读的匹配结果；请给出 matcher match … --out 结果.json 写出的文件。"
        ) from error
