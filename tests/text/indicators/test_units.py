"""Spellings, compound units and conversions; expected factors are plain arithmetic."""

import pytest

from matcher.text.indicators.fold import fold
from matcher.text.indicators.units import NO_UNIT, parse_unit, read_unit, starts_unit


@pytest.mark.parametrize(
    ("spelling", "canonical", "value"),
    [
        ("cm", "mm", 10),
        ("km", "mm", 1_000_000),
        ("㎡", "m2", 1),
        ("cm²", "m2", 1e-4),
        ("min", "h", 1 / 60),
        ("年", "h", 8760),
        ("GPa", "MPa", 1000),
        ("Mpa", "MPa", 1),
        ("N/mm2", "MPa", 1),
        ("kPa", "MPa", 0.001),
        ("KW", "kW", 1),
        ("GHz", "Hz", 1e9),
        ("℃", "degC", 1),
        ("MeV", "keV", 1000),
        ("‰", "%", 0.1),
        ("kg/m³", "g/cm3", 0.001),
        ("克/立方厘米", "g/cm3", 1),
        ("L/min", "m3/h", 0.06),
        ("吨/小时", "t/h", 1),
        ("kg·m/s", "kg·m/s", 1),
        ("kg?m/s", "kg·m/s", 1),
        ("CFU/mL", "CFU/mL", 1),
        ("次/分", "次/min", 1),
        ("dB(A)", "dB", 1),
        ("mAh/g", "mAh/g", 1),
        ("Wh/kg", "Wh/kg", 1),
        ("kJ/kg", "Wh/kg", 1000 / 3600),
        ("W/(m·K)", "W/(m·K)", 1),
        ("W/m·K", "W/(m·K)", 1),
        ("J/(kg·K)", "J/(kg·K)", 1),
        ("元/吨", "元/t", 1),
        ("ions/cm2", "ions/cm2", 1),
        ("cm-2", "cm-2", 1),
        ("℃/min", "degC/min", 1),
        ("mg/100g", "mg/100g", 1),
        ("r/min", "rpm", 1),
        ("Ω·m", "Ω·cm", 100),
        ("MS/m", "S/cm", 10_000),
        ("kGs", "T", 0.1),
        ("kOe", "kA/m", 250 / 3.141592653589793),
        ("nit", "cd/m2", 1),
        ("dtex", "kg/m", 1e-7),
        ("MPa·m^1/2", "MPa·m^0.5", 1),
        ("kgf/mm2", "MPa", 9.80665),
        ("J/cm2", "kJ/m2", 10),
        ("g/m2·24h", "g/(m2·d)", 1),
        ("ppm/K", "1/K", 1e-6),
        ("W/m﹒k", "W/(m·K)", 1),
        ("升/百公里", "L/100km", 1),
    ],
)
def test_one_of_a_unit_in_its_canonical_unit(spelling, canonical, value):
    unit = parse_unit(fold(spelling))
    assert unit is not None
    assert (unit.canonical, unit.canonical_value(1)) == (canonical, pytest.approx(value))


def test_every_canonical_name_is_a_spelling_of_its_own_dimension():
    for spelling in ("GPa", "℃", "mAh/g", "次/分", "CFU/mL", "W/(m·K)", "元/吨", "ions/cm2", "像素", "个数量级"):
        unit = parse_unit(spelling)
        assert unit is not None
        again = parse_unit(unit.canonical)
        assert again is not None
        assert (again.dimension, again.si) == (unit.dimension, pytest.approx(unit.si / unit.factor))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("mm厚", "厚"),
        ("MPa级", "级"),
        ("m3/h。", "。"),
        ("V/110V", "/110V"),
        ("℃/24h", "/24h"),
        ("m-3米", "-3米"),
        ("kg，", "，"),
    ],
)
def test_a_unit_ends_where_it_should(text, rest):
    found = read_unit(text, 0)
    assert found is not None
    assert text[found[1] :] == rest


@pytest.mark.parametrize("text", ["Mo材质", "目前", "分别为", "D打印", "时间", "", "？", "Abc"])
def test_what_is_no_unit(text):
    assert read_unit(text, 0) is None


def test_a_strength_is_no_temperature():
    strength, heat = parse_unit("MPa"), parse_unit("℃")
    assert strength is not None
    assert heat is not None
    assert strength.dimension != heat.dimension
    assert heat.dimension != NO_UNIT.dimension


def test_longer_words_that_begin_a_unit():
    assert starts_unit("千瓦", 0)
    assert not starts_unit("千余", 0)
