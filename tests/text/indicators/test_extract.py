"""Indicators as they are written: comparators on either side, ranges, lists, damaged units, and what names them."""

import pytest

from matcher.text.indicators import Direction, Indicator, IndicatorKind, Op, extract


def short(item: Indicator) -> tuple[str, str, float | None, float | None, str]:
    return item.parameter, item.op.value, item.low, item.high, item.unit


def found(text: str, *, achieved: bool = False) -> list[tuple[str, str, float | None, float | None, str]]:
    return [short(item) for item in extract(text, achieved=achieved)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("成品合格率≥67%", ("成品合格率", ">=", 67, None, "%")),
        ("单件重量不低于500g", ("单件重量", ">=", 500, None, "g")),
        ("材料屈服强度500MPa以上", ("材料屈服强度", ">=", 500, None, "MPa")),
        ("渗碳层深度达到4-6mm", ("渗碳层深度", "range", 4, 6, "mm")),
        ("出水氟含量降至300ppm以下", ("出水氟含量", "<=", None, 300, "ppm")),
        ("装配间隙控制在±0.02mm", ("装配间隙", "range", -0.02, 0.02, "mm")),
        ("药剂成本3～5万元/吨", ("药剂成本", "range", 30000, 50000, "元/吨")),
        ("喷孔φ0.5", ("直径", "=", 0.5, 0.5, "mm")),
        ("泄漏率达到10的-6次方", ("泄漏率", ">=", 1e-6, None, "")),
        ("菌落总数≤1×10^4CFU/g", ("菌落总数", "<=", None, 1e4, "CFU/g")),
        ("密封件寿命三千小时", ("密封件寿命", "=", 3000, 3000, "小时")),
        ("储存温度低于零下40℃", ("储存温度", "<", None, -40, "℃")),
        ("产品水分低于百分之五", ("产品水分", "<", None, 5, "%")),
        ("土壤含盐量小于5‰", ("土壤含盐量", "<", None, 5, "‰")),
        ("触点寿命不少于10万次", ("触点寿命", ">=", 100000, None, "次")),
        ("打击力度达到800-1500kg?m/s", ("打击力度", "range", 800, 1500, "kg?m/s")),
        ("运行噪音dB(A)：≤80", ("运行噪音", "<=", None, 80, "dB(A)")),
        ("球团粒度（mm）：8-16", ("球团粒度", "range", 8, 16, "mm")),
        ("表层硬度≥HRC50", ("表层硬度", ">=", 50, None, "HRC")),
        ("表层硬度≥50HRC", ("表层硬度", ">=", 50, None, "HRC")),
        ("内壁硬度200≤HB＜260", ("内壁硬度", "range", 200, 260, "HB")),
        ("引线电阻在（3.1～3.6）Ω内", ("引线电阻", "range", 3.1, 3.6, "Ω")),
        ("轴径10±0.5mm", ("轴径", "range", 9.5, 10.5, "mm")),
        ("介质温度-40~85℃", ("介质温度", "range", -40, 85, "℃")),
        ("日处理量１２０吨以上", ("日处理量", ">=", 120, None, "吨")),
        ("误码率小于10-6。", ("误码率", "<", None, 1e-6, "")),
        ("溶液pH值6～9", ("溶液pH值", "range", 6, 9, "pH")),
        ("流速为每秒2米左右", ("流速", "~", 2, 2, "米/秒")),
        ("耐热1,200度以上", ("耐热", ">=", 1200, None, "度")),
        ("注入剂量达到2×1015ions/cm2", ("注入剂量", ">=", 2e15, None, "ions/cm2")),
    ],
)
def test_one_constraint(text, expected):
    assert found("要求" + text) == [expected]


@pytest.mark.parametrize(
    ("text", "parameter", "direction", "op2", "low", "high"),
    [
        ("生产效率提高30%以上", "生产效率", "increase", ">=", 30, None),
        ("单位能耗比现有设备降低至少15%", "单位能耗", "decrease", ">=", 15, None),
        ("舱内噪声降低3dB(A)以上", "舱内噪声", "decrease", ">=", 3, None),
        ("刀具寿命提高两倍以上", "刀具寿命", "increase", ">=", 2, None),
        ("产量增加10%-20%", "产量", "increase", "range", 10, 20),
        ("减少焊缝变形量50%以上", "焊缝变形量", "decrease", ">=", 50, None),
    ],
)
def test_a_change_says_by_how_much(*, text, parameter, direction, op2, low, high):
    (item,) = extract(f"要求{text}。")
    assert (item.op, item.parameter, item.direction, item.op2) == (
        Op.CHANGE,
        parameter,
        Direction(direction),
        Op(op2),
    )
    assert (item.low, item.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "share"),
    [("缩短1/5", 20), ("降低1/4以上", 25), ("减少三分之一", 100 / 3), ("控制在1/4以内", 25)],
)
def test_a_fraction_is_a_share(text, share):
    (item,) = extract(f"要求换模时间{text}。")
    assert (item.low if item.low is not None else item.high) == pytest.approx(share)
    assert (item.canonical_unit, item.text) == ("%", f"换模时间{text}")


@pytest.mark.parametrize("text", ["电源50/60Hz", "接口1/2英寸", "配比1/3", "第1/4页"])
def test_a_stroke_is_no_fraction_elsewhere(text):
    assert all(item.unit != "%" for item in extract(f"要求{text}。"))


@pytest.mark.parametrize(
    ("text", "canonical", "value"),
    [
        ("绕组温升不超过60K", "degC", 60),
        ("炉膛温度不超过300K", "degC", 26.85),
        ("光源色温不超过5000K", "kelvin", 5000),
        ("振动加速度不超过5g", "m/s2", 49.03325),
        ("单件重量不超过5g", "kg", 0.005),
        ("容器压力不超过10kg/cm2", "MPa", 0.980665),
        ("出水pH不超过9", "pH", 9),
        ("出水酸碱度不超过9", "pH", 9),
        ("输入电压不超过DC24V", "V", 24),
        ("单台造价不超过3万元", "元", 30000),
    ],
)
def test_the_words_around_settle_the_unit(text, canonical, value):
    (item,) = extract(f"要求{text}。")
    assert (item.canonical_unit, item.canonical_high) == (canonical, pytest.approx(value))


def test_from_a_to_b_has_one_target():
    assert found("要求吨水药耗由75%降至12%") == [("吨水药耗", "<=", None, 12, "%")]
    assert found("拟将锅炉出力由290t/h提升至330t/h") == [("锅炉出力", ">=", 330, None, "t/h")]
    assert found("厚度从5mm逐步减到3.2mm")[0][1:4] == ("<=", None, 3.2)


def test_several_constraints_of_one_clause():
    text = "目标：拉丝直径小于40μm，断裂强度大于1.2GPa，单盘长度8km以上；伸长率≥3%、含氧量≤50ppm。"
    assert found(text) == [
        ("拉丝直径", "<", None, 40, "μm"),
        ("断裂强度", ">", 1.2, None, "GPa"),
        ("单盘长度", ">=", 8, None, "km"),
        ("伸长率", ">=", 3, None, "%"),
        ("含氧量", "<=", None, 50, "ppm"),
    ]


def test_lists_share_unit_name_and_comparator():
    assert found("采样频率分别为10MHz和40MHz") == [
        ("采样频率", "=", 10, 10, "MHz"),
        ("采样频率", "=", 40, 40, "MHz"),
    ]
    assert found("电源频率50/60Hz") == [("电源频率", "=", 50, 50, "Hz"), ("电源频率", "=", 60, 60, "Hz")]
    assert [item[1:4] for item in found("要求膜厚达到3μm或5μm以上")] == [(">=", 3, None), (">=", 5, None)]
    assert [item[2] for item in found("外形尺寸200×300×50mm")] == [200, 300, 50]


def test_double_85_is_two_conditions():
    first, second = extract("通过双85试验")
    assert (first.low, first.canonical_unit, second.low, second.canonical_unit) == (85, "degC", 85, "%")
    assert {first.kind, second.kind} == {IndicatorKind.CONDITION}
    assert first.text == second.text == "双85"


def test_conditions_are_told_from_targets():
    kinds = {
        item.parameter: item.kind.value for item in extract("要求：在120℃条件下，粘接强度≥8MPa；适用于直径2～5m的罐体")
    }
    assert kinds == {"温度": "condition", "粘接强度": "target", "直径": "condition"}


def test_what_an_achievement_has_is_a_property():
    (item,) = extract("目前样机转换效率达到97%", achieved=True)
    assert (item.kind, item.low) == (IndicatorKind.PROPERTY, 97)
    assert extract("目前样机转换效率达到97%") == ()


def test_spans_point_into_the_original():
    text = "二、技术指標：\r\n（1）熱處理溫度≧１２００℃；\t（2）比表面积≥３㎡/g。"
    items = extract(text)
    assert [item.text for item in items] == ["熱處理溫度≧１２００℃", "比表面积≥３㎡/g"]
    assert all(text[item.start : item.end] == item.text for item in items)
    assert [item.parameter for item in items] == ["热处理温度", "比表面积"]


def test_values_come_in_the_canonical_unit():
    (item,) = extract("要求壁厚不超过3.2厘米")
    assert (item.unit, item.canonical_unit, item.canonical_low, item.canonical_high) == ("厘米", "mm", None, 32)
    (item,) = extract("要求工作温度达到300K")
    assert (item.canonical_unit, item.canonical_low) == ("degC", 26.85)


def test_traits_in_a_name_count_once():
    text = "研制八通道采集卡。要求八通道采集卡支持热插拔，每个采集卡为16位，16位采集卡可级联。"
    assert [item[2:5] for item in found(text)] == [(8, 8, "通道"), (16, 16, "位")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("相位噪声为-115dBc/Hz", -115),
        ("相位噪声-115dBc/Hz", -115),
        ("杂散抑制-60dBc", -60),
        ("线收缩率为-0.5%", -0.5),
        ("管材-5mm", 5),
    ],
)
def test_a_dash_is_a_sign_where_the_value_can_be_negative_or_a_word_introduces_it(text, value):
    (item,) = extract(text, achieved=True)
    assert item.low == value


def kinds(text: str, **options: bool) -> list[tuple[str, str]]:
    return [(item.kind.value, item.text) for item in extract(text, **options)]


def test_equivalent_dose_is_no_condition():
    assert kinds("要求剂量当量为1mSv") == [("target", "剂量当量为1mSv")]


def test_what_an_achievement_works_at_is_a_property():
    text = "工作温度1350℃，工作压力2.5MPa"
    assert [kind for kind, _ in kinds(text, achieved=True)] == ["property", "property"]
    assert kinds("在工作温度1350℃时，抗压强度50MPa", achieved=True)[0][0] == "condition"
    assert kinds("要求工作温度≥1200℃") == [("target", "工作温度≥1200℃")]
    assert [kind for kind, _ in kinds(f"样管{text}")] == ["condition", "condition"]


def test_every_entry_of_a_list_of_figures_is_asked_for():
    text = "1、抗拉强度800MPa；2、工作温度1200℃；3、供电电压220V；4、吨水运行成本≤30元"
    assert [kind for kind, _ in kinds(text, listed=True)] == ["target"] * 4
    text = "压差6～18MPa工况下连续运行≥8000h；距阀1m处噪声≤85dB(A)；清除率≥190mL/min（血流速200mL/min）"
    assert kinds(text, listed=True) == [
        ("condition", "压差6～18MPa"),
        ("target", "工况下连续运行≥8000h"),
        ("condition", "距阀1m"),
        ("target", "噪声≤85dB(A)"),
        ("target", "清除率≥190mL/min"),
        ("condition", "血流速200mL/min"),
    ]


def test_a_value_repeated_in_another_unit_counts_once():
    assert kinds("耐压10bar（1MPa），寿命3年（26280小时）", achieved=True) == [
        ("property", "耐压10bar"),
        ("property", "寿命3年"),
    ]
    assert len(extract("耐压10bar（3MPa）", achieved=True)) == 2


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("蛋白含量（干基）≥68%", "蛋白含量"),
        ("杂盐产率控制在进盐量的8%以内", "杂盐产率"),
        ("出稿时间由三天缩短到两小时以内", "出稿时间"),
        ("把几千升的釜换成持液量不到十升的反应器", "持液量"),
        ("菌落总数一直在800CFU/g以下", "菌落总数"),
        ("反应温度波动±3℃", "反应温度波动"),
        ("纯工作小时生产率≥0.35hm²/h", "纯工作小时生产率"),
    ],
)
def test_the_name_is_the_quantity_alone(text, parameter):
    (item,) = extract(text, achieved=True)
    assert item.parameter == parameter


def test_a_change_that_names_only_its_yardstick_is_of_the_value_before():
    first, second = extract("吨料电耗不高于7500kWh，较旧炉降低40%以上", achieved=True)
    assert (second.op, second.parameter) == (Op.CHANGE, first.parameter)
    _, second = extract("摩擦系数≥0.36，较铸铁盘减重55%", achieved=True)
    assert second.parameter != "摩擦系数"


@pytest.mark.parametrize(
    ("text", "op2", "low", "high"),
    [
        ("能耗降低到原来的70%", "=", 30, 30),
        ("能耗降至原来的70%以下", ">=", 30, None),
        ("能耗缩短至改造前的四分之一以内", ">=", 75, None),
    ],
)
def test_what_is_left_tells_what_is_gone(text, op2, low, high):
    (item,) = extract(f"要求{text}。")
    assert (item.direction, item.op2, item.low, item.high) == (Direction.DECREASE, Op(op2), low, high)
    assert item.parameter == "能耗"


def test_less_than_an_increase_is_no_value():
    (item,) = extract("吨水成本增加不到0.12元", achieved=True)
    assert (item.direction, item.op2, item.high) == (Direction.INCREASE, Op.LESS, 0.12)


@pytest.mark.parametrize("word", ["须", "必须", "必需", "务必", "应", "需"])
def test_what_is_insisted_on_is_no_part_of_the_name(word: str) -> None:
    (found,) = extract(f"破损率{word}不高于1%。")
    assert (found.parameter, found.op, found.high) == ("破损率", Op.AT_MOST, 1.0)


@pytest.mark.parametrize(
    ("text", "parameter", "low", "unit"),
    [
        ("寿命≥60炉次", "寿命", 60, "炉次"),
        ("寿命不低于60炉", "寿命", 60, "炉"),
        ("可反复使用80炉次以上", "反复使用次数", 80, "炉次"),
        ("重复使用≥30次", "重复使用次数", 30, "次"),
        ("炉龄达到80炉次", "炉龄", 80, "炉次"),
    ],
)
def test_heats_of_a_furnace_are_times_of_use(text, parameter, low, unit):
    (item,) = extract(f"要求{text}。")
    assert (item.parameter, item.low, item.high, item.unit, item.canonical_unit) == (parameter, low, None, unit, "次")
    assert item.text.removesuffix("以上").endswith(unit)


@pytest.mark.parametrize("verb", ["找到能", "寻找", "寻求能", "要找到"])
def test_looking_for_something_is_no_part_of_its_name(verb):
    (item,) = extract(f"{verb}耐温度1200℃以上的材料")
    assert (item.parameter, item.text) == ("耐温度", "耐温度1200℃以上")
