"""Local folders."""

import os
from pathlib import Path

import pytest

from api.outbound import Fetched, FolderRefusedError, FolderRules, NotModified, TooLargeError, fetch_file, list_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "feeds"
    (root / "lab").mkdir(parents=True)
    (root / "lab" / "b.csv").write_bytes(b"bb")
    (root / "lab" / "a.csv").write_bytes(b"a")
    (root / "lab" / "note.txt").write_bytes(b"n")
    (root / "lab" / ".hidden.csv").write_bytes(b"h")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.csv").write_bytes(b"secret")
    return root


def test_listing(root: Path) -> None:
    found = list_folder(root / "lab", FolderRules((root,)), pattern="*.csv")
    assert [(file.name, file.size) for file in found] == [("a.csv", 1), ("b.csv", 2)]
    assert found[0].modified_ns == (root / "lab" / "a.csv").stat().st_mtime_ns
    assert list_folder(root, FolderRules((root,))) == ()


def test_reading_and_unchanged(root: Path) -> None:
    rules = FolderRules((root,))
    fetched = fetch_file(root / "lab", "b.csv", rules)
    assert isinstance(fetched, Fetched)
    assert (fetched.body, fetched.filename) == (b"bb", "b.csv")
    assert fetched.validators == list_folder(root / "lab", rules, pattern="b*")[0].validators
    assert fetch_file(root / "lab", "b.csv", rules, validators=fetched.validators) == NotModified(fetched.validators)
    (root / "lab" / "b.csv").write_bytes(b"bbb")
    assert isinstance(fetch_file(root / "lab", "b.csv", rules, validators=fetched.validators), Fetched)


def test_outside_the_roots(root: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "outside", root / ".." / "outside", Path("lab"), tmp_path / "feeds-other", root / "none"):
        with pytest.raises(FolderRefusedError):
            list_folder(folder, FolderRules((root,)))
    with pytest.raises(FolderRefusedError, match="管理员"):
        list_folder(root, FolderRules())


def test_links_lead_nowhere(root: Path, tmp_path: Path) -> None:
    rules = FolderRules((root,))
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "lab" / "link.csv").symlink_to(tmp_path / "outside" / "secret.csv")
    with pytest.raises(FolderRefusedError, match="链接"):
        list_folder(root / "link", rules)
    with pytest.raises(FolderRefusedError):
        fetch_file(root / "link", "secret.csv", rules)
    with pytest.raises(FolderRefusedError):
        fetch_file(root / "lab", "link.csv", rules)
    assert "link.csv" not in {file.name for file in list_folder(root / "lab", rules)}


@pytest.mark.parametrize("name", ["", ".", "..", "../outside/secret.csv", "/etc/passwd", "a\0b", "none.csv"])
def test_names_with_paths(root: Path, name: str) -> None:
    with pytest.raises(FolderRefusedError):
        fetch_file(root / "lab", name, FolderRules((root,)))


def test_only_plain_files(root: Path) -> None:
    os.mkfifo(root / "lab" / "pipe.csv")
    (root / "lab" / "folder.csv").mkdir()
    rules = FolderRules((root,))
    assert [file.name for file in list_folder(root / "lab", rules, pattern="*.csv")] == ["a.csv", "b.csv"]
    for name in ("pipe.csv", "folder.csv"):
        with pytest.raises(FolderRefusedError, match=name):
            fetch_file(root / "lab", name, rules)


def test_limits(root: Path) -> None:
    with pytest.raises(FolderRefusedError, match="超过 1 个"):
        list_folder(root / "lab", FolderRules((root,), max_files=1), pattern="*.csv")
    assert len(list_folder(root / "lab", FolderRules((root,), max_files=2), pattern="*.csv")) == 2
    with pytest.raises(TooLargeError, match="上限"):
        fetch_file(root / "lab", "b.csv", FolderRules((root,), max_bytes=1))


def test_no_descriptor_is_left_open(root: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        fetch_file(root / "lab", "a.csv", FolderRules((root,)))
        with pytest.raises(FolderRefusedError):
            list_folder(root / "lab" / "none", FolderRules((root,)))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
