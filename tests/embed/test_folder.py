"""Whose file is read: the folder's own, else the package's if it is the very same."""

from pathlib import Path

import pytest

from matcher.embed import folder as folder_module
from matcher.embed.folder import SHARED_FILES, ModelFolder
from matcher.embed.manifest import mark_of
from matcher.errors import ModelError

MARKS = {name: mark_of(name.encode()) for name in ("model.onnx", *SHARED_FILES)}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with every file; what a file holds is its own name."""
    folder = tmp_path / "package"
    folder.mkdir()
    for name in MARKS:
        (folder / name).write_bytes(name.encode())
    monkeypatch.setattr(folder_module, "BUNDLED_FOLDER", folder)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> ModelFolder:
    (tmp_path / "model").mkdir()
    return ModelFolder(tmp_path / "model", MARKS)


@pytest.mark.parametrize("name", SHARED_FILES)
def test_the_packages_file_serves_only_as_it_is_marked(place: ModelFolder, package: Path, name: str) -> None:
    assert place.read(name) == name.encode()
    assert place.find(name) == package / name
    (package / name).write_bytes(b"other")
    with pytest.raises(ModelError, match=f"没有 {name}，随包编码器的 .*不同；请把它原来的 {name} 放回"):
        place.read(name)
    (package / name).unlink()
    with pytest.raises(ModelError, match=f"没有 {name}，读不到.*请重新安装"):
        place.read(name)
    # With a file of its own the package does not matter.
    (place.path / name).write_bytes(name.encode())
    assert place.read(name) == name.encode()
    assert place.find(name) == place.path / name


@pytest.mark.parametrize("name", SHARED_FILES)
def test_a_damaged_file_of_its_own_is_not_passed_over(place: ModelFolder, package: Path, name: str) -> None:
    assert (package / name).is_file()
    (place.path / name).write_bytes(b"damaged")
    with pytest.raises(ModelError, match=f"model/{name} 与 manifest.json 登记的哈希不符"):
        place.read(name)


def test_a_graph_is_never_the_packages(place: ModelFolder, package: Path) -> None:
    assert (package / "model.onnx").is_file()
    with pytest.raises(ModelError, match=r"读不到模型文件 .*model/model\.onnx"):
        place.read("model.onnx")
