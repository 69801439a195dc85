"""The file of a backup: what it says is what it holds."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from api.errors import InvalidError
from api.ops.archive import MANIFEST, Manifest, Writing, open_archive


def make(folder: Path, **changes: object) -> Path:
    """A backup of one database file and one upload."""
    (folder / "db").write_bytes(b"database")
    (folder / "up").write_bytes(b"spreadsheet")
    target = folder / "b.zip"
    with zipfile.ZipFile(target, "w") as archive:
        writing = Writing(archive)
        writing.add(folder / "db", "database.sqlite", packed=False)
        writing.add(folder / "up", "uploads/a/x.csv")
        values = {"created_at": "2026-01-01", "program": "0", "database": "sqlite", "revision": "0001"}
        writing.finish(Manifest.model_validate({**values, "parts": tuple(writing.parts), **changes}))
    return target


def rewrite(path: Path, member: str, data: bytes | None) -> None:
    """Replace, add or (None) leave out one member."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = data  # type: ignore[assignment]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)


def test_what_was_added_is_verified_and_comes_out(tmp_path: Path) -> None:
    with open_archive(make(tmp_path)) as archive:
        archive.verify()
        assert [(part.name, part.size) for part in archive.manifest.parts] == [
            ("database.sqlite", 8),
            ("uploads/a/x.csv", 11),
        ]
        assert archive.manifest.parts[1].sha256 == hashlib.sha256(b"spreadsheet").hexdigest()
        archive.extract("uploads/a/x.csv", tmp_path / "new" / "x.csv")
    assert (tmp_path / "new" / "x.csv").read_bytes() == b"spreadsheet"


@pytest.mark.parametrize(
    ("member", "data"),
    [
        ("database.sqlite", b"datavase"),
        ("uploads/a/x.csv", None),
        ("uploads/more.csv", b"x"),
    ],
)
def test_a_change_is_noticed(tmp_path: Path, member: str, data: bytes | None) -> None:
    path = make(tmp_path)
    rewrite(path, member, data)
    with open_archive(path) as archive, pytest.raises(InvalidError, match="不完整或已损坏"):
        archive.verify()


def test_a_flipped_bit_on_the_medium_is_noticed(tmp_path: Path) -> None:
    path = make(tmp_path)
    content = bytearray(path.read_bytes())
    content[content.index(b"database", 50)] ^= 1
    path.write_bytes(content)
    with open_archive(path) as archive, pytest.raises(InvalidError, match="不完整或已损坏"):
        archive.verify()


@pytest.mark.parametrize("name", ["../evil", "/evil", "uploads/../../evil", "index/x", "uploads"])
def test_a_part_that_would_be_written_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = make(tmp_path)
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    part = {"name": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    rewrite(path, name, b"x")
    rewrite(path, MANIFEST, json.dumps({**manifest, "parts": [*manifest["parts"], part]}).encode())
    with open_archive(path) as archive, pytest.raises(InvalidError):
        archive.verify()


def test_what_is_no_backup_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a", "b")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(make(tmp_path).read_bytes()[:-40])
    for name in ("missing", "text", "other.zip", "cut.zip"):
        with pytest.raises(InvalidError), open_archive(tmp_path / name):
            pass


def test_a_manifest_of_another_format_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path)
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    rewrite(path, MANIFEST, json.dumps({**manifest, "format": 2}).encode())
    with pytest.raises(InvalidError, match="升级程序"), open_archive(path):
        pass
