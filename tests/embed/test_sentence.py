"""Any sentence-transformers model: which prefixes it gets, and what is said when it cannot be had."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from matcher.embed.sentence import SentenceEncoder, choose_prefixes
from matcher.errors import ModelError


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, ("query: ", "passage: ")),
        ("intfloat/e5-base-v2", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("/data/E5-large", {}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, ("", "")),
        ("BAAI/bge-small-zh-v1.5", {"query": "", "document": ""}, ("", "")),
        ("the5-th/model", {}, ("", "")),
        ("any/model", {"query": "Q: ", "document": "D: "}, ("Q: ", "D: ")),
        ("any/model", {"query": "Q: ", "passage": "P: "}, ("Q: ", "P: ")),
        ("any/e5-model", {"query": "Q: "}, ("Q: ", "")),
    ],
)
def test_prefixes(name: str, prompts: dict[str, str], expected: tuple[str, str]) -> None:
    assert choose_prefixes(name, prompts) == expected


def test_missing_library_is_said_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"需要 sentence-transformers；请先运行 pip install"):
        SentenceEncoder("some/model").encode_queries(["空分"])


@pytest.mark.slow
def test_unknown_folder_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="needs the train extra")
    name = str(tmp_path / "nothing")
    with pytest.raises(ModelError, match="nothing") as caught:
        SentenceEncoder(name).encode_queries(["空分"])
    assert "MATCHER_ENCODER" in str(caught.value)


@pytest.mark.slow
@pytest.mark.model
def test_prompts_of_the_folder_are_put_before_the_text(float_model: Path, tmp_path: Path) -> None:
    other = tmp_path / "model"
    other.mkdir()
    for path in float_model.iterdir():
        (other / path.name).symlink_to(path)
    settings = other / "config_sentence_transformers.json"
    values = json.loads(settings.read_text(encoding="utf-8"))
    settings.unlink()
    settings.write_text(json.dumps({**values, "prompts": {"query": "问：", "document": ""}}), encoding="utf-8")
    asking = SentenceEncoder(str(other))
    given = asking.encode_queries(["花生脱壳"])
    np.testing.assert_allclose(asking.encode_passages(["问：花生脱壳"]), given, atol=1e-6)
    assert np.abs(asking.encode_passages(["花生脱壳"]) - given).max() > 1e-3
    assert asking.id.split(":")[-1] != SentenceEncoder(str(float_model)).id.split(":")[-1]
