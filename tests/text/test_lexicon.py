from importlib import resources

import jieba
import pytest

from matcher.text.normalize import normalize
from matcher.text.segment import stop_words, words


def _entries(name: str) -> list[str]:
    text = resources.files("matcher.text").joinpath("lexicon", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["domain_words.txt", "stop_words.txt"])
def test_entries_are_spelled_as_the_text_will_be(name: str) -> None:
    entries = _entries(name)
    assert [word for word in entries if word != normalize(word).lower() or " " in word] == []
    assert len(entries) == len(set(entries))


def test_no_word_is_both_kept_and_dropped() -> None:
    assert set(_entries("domain_words.txt")) & stop_words() == set()


def test_domain_words_are_those_the_segmenter_does_not_know() -> None:
    plain = jieba.Tokenizer()
    plain.initialize()
    known = [word for word in _entries("domain_words.txt") if plain.FREQ.get(word, 0)]
    assert known == []


def test_domain_words_are_kept_whole() -> None:
    lost = [word for word in _entries("domain_words.txt") if word not in words(word)]
    assert lost == []


def test_terms_in_a_sentence_are_kept_whole() -> None:
    found = words("我们希望用聚羧酸减水剂和气凝胶改善空分装置的保温，并检测籽粒的湿面筋。")
    assert {"气凝胶", "空分装置", "湿面筋"} <= set(found)
    assert not {"我们", "希望", "改善", "的"} & set(found)
