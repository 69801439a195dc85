"""What is rendered is found again: every unit family, every comparator, any value; and no text breaks the rules."""

from dataclasses import dataclass
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text.indicators import Direction, Indicator, IndicatorKind, Op, extract
from matcher.text.indicators.fold import fold
from matcher.text.indicators.units import parse_unit

# A parameter and a unit of every family, as they stand together in technical texts.
MEASURES = [
    ("涂层厚度", "mm"),
    ("孔道直径", "微米"),
    ("换热面积", "㎡"),
    ("有效容积", "立方米"),
    ("试样重量", "g"),
    ("载重量", "吨"),
    ("响应时间", "ms"),
    ("使用寿命", "小时"),
    ("使用寿命", "年"),
    ("烧结温度", "℃"),
    ("烧结温度", "度"),
    ("工作电压", "kV"),
    ("放电电流", "mA"),
    ("额定功率", "kW"),
    ("绝缘电阻", "MΩ"),
    ("采样频率", "MHz"),
    ("抗拉强度", "MPa"),
    ("进口压力", "bar"),
    ("剥离力", "N"),
    ("输出扭矩", "N·m"),
    ("冲击能量", "J"),
    ("耗电量", "kWh"),
    ("运行噪声", "dB(A)"),
    ("主轴转速", "r/min"),
    ("转角误差", "°"),
    ("浆料粘度", "mPa·s"),
    ("堆积密度", "g/cm3"),
    ("氨氮浓度", "mg/L"),
    ("粉尘浓度", "mg/m³"),
    ("线速度", "m/s"),
    ("循环水流量", "m3/h"),
    ("振击动量", "kg·m/s"),
    ("导热系数", "W/(m·K)"),
    ("能量密度", "Wh/kg"),
    ("克容量", "mAh/g"),
    ("吨产品电耗", "kWh/t"),
    ("比表面积", "m2/g"),
    ("活菌数", "CFU/mL"),
    ("敲击率", "次/分"),
    ("抛磨效率", "只/h"),
    ("处理能力", "吨/小时"),
    ("作业效率", "公顷/小时"),
    ("药剂成本", "元/吨"),
    ("含水率", "%"),
    ("盐分含量", "‰"),
    ("氯离子含量", "ppm"),
    ("传输速率", "Gbps"),
    ("镜头像素", "像素"),
    ("识别帧率", "帧/秒"),
    ("采集通道", "通道"),
    ("充放电循环", "次"),
    ("放电倍率", "C"),
    ("粉体细度", "目"),
    ("防腐等级", "级"),
    ("基体硬度", "HRC"),
    ("出水浊度", "NTU"),
    ("导线截面积", "平方毫米"),
    ("样品物质的量", "mmol"),
    ("灯具光强", "cd"),
    ("工作电流", "kA"),
    ("静态功耗", "mW"),
    ("视在功率", "kVA"),
    ("电池容量", "mAh"),
    ("输出电容", "μF"),
    ("线圈电感", "mH"),
    ("输出电导", "mS"),
    ("磁感应强度", "mT"),
    ("剩磁", "kGs"),
    ("矫顽力", "kOe"),
    ("光子能量", "keV"),
    ("光通量", "lm"),
    ("桌面照度", "lx"),
    ("屏幕亮度", "nit"),
    ("样品活度", "Bq"),
    ("年剂量", "mSv"),
    ("辐照剂量", "kGy"),
    ("接收电平", "dBm"),
    ("天线增益", "dBi"),
    ("相位噪声", "dBc/Hz"),
    ("谐波抑制", "dBc"),
    ("运动粘度", "cSt"),
    ("熔融指数", "g/10min"),
    ("涂层面密度", "g/m2"),
    ("透湿量", "g/m2·24h"),
    ("钢管线密度", "kg/m"),
    ("纤维线密度", "dtex"),
    ("断裂强度", "cN/dtex"),
    ("重金属含量", "mg/kg"),
    ("产品酸值", "mgKOH/g"),
    ("离心加速度", "m/s2"),
    ("烘干处理量", "kg/h"),
    ("剥离强度", "N/m"),
    ("拉拔力", "kN/m"),
    ("冲击强度", "kJ/m2"),
    ("断裂韧性", "MPa·m1/2"),
    ("阀门漏率", "Pa·m3/s"),
    ("百公里油耗", "L/100km"),
    ("传热系数", "W/(m2·K)"),
    ("比热容", "J/(kg·K)"),
    ("热膨胀系数", "/K"),
    ("热流密度", "W/m2"),
    ("比功率", "W/kg"),
    ("体积能量密度", "Wh/L"),
    ("电流密度", "mA/cm2"),
    ("击穿场强", "kV/mm"),
    ("薄膜电阻率", "Ω·cm"),
    ("溶液电导率", "S/cm"),
    ("位错密度", "cm-2"),
    ("载流子浓度", "cm-3"),
    ("光谱分辨率", "cm-1"),
    ("盐酸浓度", "mol/L"),
    ("储存空间", "GB"),
    ("报文长度", "字节"),
    ("采样位数", "位"),
    ("打印分辨率", "dpi"),
    ("机械臂自由度", "自由度"),
    ("浓缩倍数", "倍"),
    ("灵敏度差距", "个数量级"),
    ("准确率差距", "个百分点"),
    ("表面硬度", "HRA"),
    ("铜件硬度", "HRB"),
    ("铸件硬度", "HB"),
    ("镀层硬度", "HV"),
    ("胶料硬度", "HS"),
    ("蛋白分子量", "kDa"),
    ("产品效价", "IU"),
    ("活菌总数", "CFU"),
    ("注入剂量", "ions"),
    ("病毒载量", "copies"),
    ("金属杂质", "ppb"),
    ("额定容积", "L"),
]
# Canonical units that no clause of the form name–bound–value–unit spells: pH and IP stand before the value, a kelvin is
# settled to ℃, a thousand points is told by its word, and money, people and things need more than a name.
WITHOUT_A_MEASURE = {"pH", "IP", "kelvin", "Kpts", "degree", "元", "人", "个", "C", "Wb"}


@dataclass(frozen=True)
class Form:
    """One way to write a bound: `{v}` and `{w}` are values with the unit behind the last, `{name}` the parameter."""

    text: str
    op: Op
    direction: Direction | None = None
    op2: Op | None = None


UP, DOWN = Direction.INCREASE, Direction.DECREASE
FORMS = [
    Form("{name}≥{v}", Op.AT_LEAST),
    Form("{name}≤{v}", Op.AT_MOST),
    Form("{name}＞{v}", Op.MORE),
    Form("{name}<{v}", Op.LESS),
    Form("{name}>={v}", Op.AT_LEAST),
    Form("{name}：≤{v}", Op.AT_MOST),
    Form("{name}不低于{v}", Op.AT_LEAST),
    Form("{name}不小于 {v}", Op.AT_LEAST),
    Form("{name}不得少于{v}", Op.AT_LEAST),
    Form("{name}至少{v}", Op.AT_LEAST),
    Form("{name}不超过{v}", Op.AT_MOST),
    Form("{name}不应大于{v}", Op.AT_MOST),
    Form("{name}大于{v}", Op.MORE),
    Form("{name}高于{v}", Op.MORE),
    Form("{name}小于{v}", Op.LESS),
    Form("{name}低于{v}", Op.LESS),
    Form("{name}达到{v}", Op.AT_LEAST),
    Form("{name}达到{v}以上", Op.AT_LEAST),
    Form("{name}在{v}以上", Op.AT_LEAST),
    Form("{name}{v}及以上", Op.AT_LEAST),
    Form("{name}{v}以下", Op.AT_MOST),
    Form("{name}控制在{v}以内", Op.AT_MOST),
    Form("{name}降至{v}", Op.AT_MOST),
    Form("{name}降低到{v}以下", Op.AT_MOST),
    Form("{name}提高到{v}", Op.AT_LEAST),
    Form("{name}约{v}", Op.ABOUT),
    Form("{name}为{v}左右", Op.ABOUT),
    Form("{name}达到{v}-{w}", Op.RANGE),
    Form("{name}：{v}～{w}", Op.RANGE),
    Form("{name}为{v}至{w}", Op.RANGE),
    Form("{name}在（{v}~{w}）{unit}范围内", Op.RANGE),
]
CHANGES = [
    Form("{name}提高{v}以上", Op.CHANGE, UP, Op.AT_LEAST),
    Form("{name}提升{v}", Op.CHANGE, UP, Op.EQUAL),
    Form("{name}降低{v}以上", Op.CHANGE, DOWN, Op.AT_LEAST),
    Form("{name}较现有工艺减少{v}", Op.CHANGE, DOWN, Op.EQUAL),
    Form("{name}缩短不少于{v}", Op.CHANGE, DOWN, Op.AT_LEAST),
]
PRE = ["要求", "技术指标：", "（2）", "项目目标是使", ""]
POST = ["。", "；", "，并通过检测。", "\n", ""]


def number(value: float) -> str:
    return f"{value:.10g}"


def render(form: Form, name: str, unit: str, low: float, high: float) -> str:
    """The clause that states a bound of `name`."""
    if "{unit}" in form.text:
        return form.text.format(name=name, v=number(low), w=number(high), unit=unit)
    last = "w" if "{w}" in form.text else "v"
    return form.text.format(name=name, v=number(low) + (unit if last == "v" else ""), w=number(high) + unit)


def expected_bounds(form: Form, low: float, high: float) -> tuple[float | None, float | None]:
    op = form.op2 or form.op
    if op is Op.RANGE:
        return low, high
    if op in {Op.AT_LEAST, Op.MORE}:
        return low, None
    return (None, low) if op in {Op.AT_MOST, Op.LESS} else (low, low)


def only(found: tuple[Indicator, ...], text: str) -> Indicator:
    assert len(found) == 1, (text, found)
    return found[0]


values = st.one_of(
    st.integers(1, 1800).map(float),
    st.decimals("0.01", "900", places=2).map(float),
)


@pytest.mark.parametrize(("name", "unit"), MEASURES, ids=lambda item: item)
@settings(max_examples=25, deadline=None)
@given(
    form=st.sampled_from(FORMS), pair=st.tuples(values, values), pre=st.sampled_from(PRE), post=st.sampled_from(POST)
)
def test_a_rendered_bound_is_found_again(*, name, unit, form, pair, pre, post):
    low, high = min(pair), round(max(pair) + 1, 2)
    text = pre + render(form, name, unit, low, high) + post
    found = only(extract(text), text)
    assert (found.op, found.direction) == (form.op, form.direction), text
    assert (found.low, found.high) == expected_bounds(form, low, high), text
    assert found.unit == unit, text
    assert found.parameter.startswith(name), text
    assert found.text == text[found.start : found.end]
    assert name in found.text


def test_every_canonical_unit_has_a_measure():
    rows = resources.files("matcher.text.indicators").joinpath("dimensions.tsv").read_text("utf-8").splitlines()
    canonical = {row.split("\t")[0] for row in rows if row and not row.startswith("#")}
    covered = {unit.canonical for _, spelling in MEASURES if (unit := parse_unit(fold(spelling))) is not None}
    settled = {item.canonical_unit for name, unit in MEASURES for item in extract(f"要求{name}≥3{unit}")}
    assert canonical - WITHOUT_A_MEASURE <= covered | settled


def _spellings() -> list[tuple[str, str]]:
    rows = resources.files("matcher.text.indicators").joinpath("comparators.tsv").read_text("utf-8").splitlines()
    opposite = {"not <": ">=", "not >": "<="}
    found = []
    for row in rows:
        if not row.startswith("#"):
            op, words = row.split("\t")
            found += [
                (opposite.get(op, op or "="), ("不" if op in opposite else "") + word) for word in words.split(" ")
            ]
    # 高出5mm is a change, and 不足5mm tells what is so today.
    return [(op, word) for op, word in found if word not in {"高出", "不高出", "不足"}]


@pytest.mark.parametrize(("op", "word"), _spellings())
def test_every_comparator_is_read(op, word):
    (item,) = extract(f"要求涂层厚度{word}5mm。")
    assert (item.op.value, item.direction) == (op, None)
    assert (item.low, item.high) == {">": (5, None), ">=": (5, None), "<": (None, 5), "<=": (None, 5)}.get(op, (5, 5))


@pytest.mark.parametrize(
    ("word", "op"),
    [
        ("以上", ">="),
        ("及以上", ">="),
        ("之上", ">="),
        ("以下", "<="),
        ("或以下", "<="),
        ("以内", "<="),
        ("之内", "<="),
        ("内", "<="),
        ("左右", "~"),
        ("上下", "~"),
    ],
)
def test_every_comparator_behind_a_value_is_read(word, op):
    (item,) = extract(f"要求涂层厚度5mm{word}。")
    assert item.op.value == op


@settings(max_examples=200, deadline=None)
@given(
    form=st.sampled_from(CHANGES),
    name=st.sampled_from(["生产效率", "吨钢能耗", "使用寿命", "制造成本"]),
    value=values,
    unit=st.sampled_from(["%", "倍", "个百分点"]),
    pre=st.sampled_from(PRE),
    post=st.sampled_from(POST),
)
def test_a_rendered_change_is_found_again(*, form, name, value, unit, pre, post):
    text = pre + render(form, name, unit, value, value) + post
    found = only(extract(text), text)
    assert (found.op, found.direction, found.op2) == (form.op, form.direction, form.op2), text
    assert (found.low, found.high) == expected_bounds(form, value, value), text
    assert found.parameter == name, text


@settings(max_examples=100, deadline=None)
@given(nominal=st.integers(1, 500), size=st.decimals("0.01", "0.99", places=2).map(float), spaced=st.booleans())
def test_tolerances_are_ranges(nominal, size, spaced):
    gap = " " if spaced else ""
    about = only(extract(f"要求轴径{nominal}{gap}±{gap}{number(size)}mm。"), "")
    assert about.op is Op.RANGE
    assert about.low == pytest.approx(nominal - size)
    assert about.high == pytest.approx(nominal + size)
    around = only(extract(f"要求厚度误差控制在±{number(size)}mm以内。"), "")
    assert (around.op, around.low, around.high) == (Op.RANGE, -size, size)


# Pieces that real texts are made of, in any order, to reach states that no sentence reaches.
pieces = st.lists(
    st.sampled_from(
        [
            *"0123456789.,，。；：（）()%-~±≥≤><×/\n 　",
            "mm",
            "℃",
            "万",
            "亿",
            "千",
            "三千",
            "由",
            "提高到",
            "降低",
            "以上",
            "目前",
            "目标：",
            "双85",
            "10的-6次方",
            "①",
            "㎡",
            "\u3000",
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(pieces, st.text(max_size=80)), achieved=st.booleans())
def test_any_text_gives_verbatim_spans_in_order(text, achieved):
    found = extract(text, achieved=achieved)
    for item in found:
        assert 0 <= item.start < item.end <= len(text)
        assert item.text == text[item.start : item.end]
        assert item.low is not None or item.high is not None
        assert (item.op is Op.CHANGE) == (item.direction is not None) == (item.op2 is not None)
        assert (item.kind is IndicatorKind.TARGET) <= (not achieved)
    assert [item.end for item in found] == sorted(item.end for item in found)
    assert found == extract(text, achieved=achieved)
