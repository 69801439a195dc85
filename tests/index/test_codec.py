"""Nothing a record holds is lost or guessed."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import IndexDamagedError, RecordError
from matcher.index.codec import decode_record, encode_record
from matcher.records import (
    Achievement,
    FieldLabel,
    IpItem,
    Need,
    Price,
    PriceKind,
    Provenance,
    Record,
    Region,
    Scheme,
    Side,
    Tier,
    TransferMode,
    TrlBand,
    TrlSource,
)

# Any character, lone surrogates and line separators included: files hold them.
text = st.text(st.characters(), max_size=12)
ids = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
money = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-10, 10**12).map(float)
dates = st.none() | st.dates()
texts = st.lists(text, max_size=3).map(tuple)
modes = st.lists(st.sampled_from(TransferMode), max_size=3).map(tuple)
regions = st.builds(Region, name=text, code=st.sampled_from(["", "41", "410000", "410200", "110000"]))
labels = st.builds(
    FieldLabel,
    scheme=st.sampled_from(Scheme),
    code=text,
    name=text,
    confidence=st.floats(0, 1),
    stated=st.booleans(),
)
shared = {
    "id": ids,
    "title": text,
    "confidential_detail": text,
    "keywords": texts,
    "indicators_text": text,
    "org": text,
    "contact": text,
    "fields": texts,
    "industry_codes": texts,
    "labels": st.lists(labels, max_size=2).map(tuple),
    "region": st.none() | regions,
    "published_on": dates,
    "valid_until": dates,
    "status": text,
    "visibility": st.sampled_from(Tier),
    "extra": st.dictionaries(text, text, max_size=2),
    "provenance": st.none()
    | st.builds(Provenance, file=text, sheet=st.none() | text, row=st.none() | st.integers(1, 10**6)),
}
bands = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(sorted)
achievements = st.builds(
    Achievement,
    **shared,
    summary=text,
    team=texts,
    trl=st.none() | bands.map(lambda band: TrlBand(low=band[0], high=band[1], source=TrlSource.INFERRED, raw="中试")),
    transfer_modes=modes,
    price=st.none() | st.builds(Price, kind=st.sampled_from(PriceKind), low_cny=money, high_cny=money, raw=text),
    ip_items=st.lists(st.builds(IpItem, type=text, number=text), max_size=2).map(tuple),
    last_confirmed_on=dates,
)
needs = st.builds(
    Need,
    **shared,
    problem=text,
    budget_low_cny=money,
    modes=modes,
    trl_min=st.none() | st.integers(1, 9),
    region_scope=st.lists(regions, max_size=2).map(tuple),
    blocked_orgs=texts,
)


def types_of(value: object) -> object:
    """The shape with every type spelled out, since 1 == 1.0 == True."""
    if isinstance(value, tuple):
        return [types_of(part) for part in value]
    if isinstance(value, dict):
        return {key: types_of(part) for key, part in value.items()}
    return type(value)


@given(achievements | needs)
def test_every_record_comes_back_as_it_was(record: Record) -> None:
    line = encode_record(record)
    assert b"\n" not in line
    back = decode_record(line, record.side)
    assert back == record
    for item in fields(record):
        assert types_of(getattr(back, item.name)) == types_of(getattr(record, item.name))


def test_defaults_are_left_out() -> None:
    assert json.loads(encode_record(Need(id="1", title="甲"))) == {"id": "1", "title": "甲"}


def test_whole_amounts_given_as_integers_stay_integers() -> None:
    record = Achievement(id="1", title="甲", price=Price(kind=PriceKind.FIRM, low_cny=500000))
    back = decode_record(encode_record(record), Side.ACHIEVEMENT)
    assert isinstance(back, Achievement)
    assert back.price is not None
    assert type(back.price.low_cny) is int


@pytest.mark.parametrize("amount", [float("nan"), float("inf")])
def test_numbers_that_json_cannot_hold_are_refused(amount: float) -> None:
    with pytest.raises(RecordError, match="N7"):
        encode_record(Need(id="N7", title="甲", budget_low_cny=amount))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'{"id": "1"}',
        b'{"id": 1, "title": "a"}',
        b'{"id": "1", "title": "a", "unheard_of": 1}',
        b'{"id": "1", "title": "a", "modes": "text"}',
        b'{"id": "1", "title": "a", "modes": ["no such mode"]}',
        b'{"id": "1", "title": "a", "published_on": "yesterday"}',
        b'{"id": "1", "title": "a", "trl_min": true}',
        b'{"id": "1", "title": "a", "region": {"name": 1}}',
        b'{"id": "1", "title": "a", "extra": {"k": 1}}',
        b'{"id": null, "title": "a"}',
    ],
)
def test_what_does_not_fit_is_damage(line: bytes) -> None:
    with pytest.raises(IndexDamagedError, match="重新建索引"):
        decode_record(line, Side.NEED)
