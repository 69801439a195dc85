"""Names to encoders."""

from pathlib import Path

import pytest

import matcher.embed
from matcher.embed.bundled import BundledEncoder
from matcher.embed.hashing import HashingEncoder
from matcher.embed.load import load_encoder
from matcher.embed.sentence import SentenceEncoder


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("in-use", BundledEncoder),
        ("bundled", BundledEncoder),
        ("hashing", HashingEncoder),
        ("some-org/some-model", SentenceEncoder),
        ("./models/mine", SentenceEncoder),
        ("Bundled", SentenceEncoder),
    ],
)
def test_name_decides_the_kind(name: str, kind: type) -> None:
    assert type(load_encoder(name, threads=1, batch_size=8)) is kind


def test_an_exported_folder_is_known_by_its_manifest() -> None:
    folder = Path(matcher.embed.__file__).parent / "model"
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, BundledEncoder)
    assert encoder.id == load_encoder("bundled").id
