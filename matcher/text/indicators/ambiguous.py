"""Spellings that mean different units in different company: 度, C, K, 周, 次, T, 分, 点."""

import re
from dataclasses import replace

from matcher.text.indicators.units import NO_UNIT, Unit, parse_unit

__all__ = ["is_ambiguous", "settle"]

_HEAT = r"温|热|冷|冻|烧|烫|零下|熔|沸|凝|煅|焙|烘|蒸|退火|淬火|燃点|室内|环境"
# spelling → (what must stand nearby, what it means), first match wins; nothing matching means no unit at all.
_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "度": ((_HEAT, "℃"), (r"角|转|倾|旋|弯|视场|方位|摆|坡|仰|俯|偏", "°"), (r"电|耗", "kWh")),
    "C": ((r"充|放|倍率|循环|电池|1C", "C-rate"), (_HEAT, "℃")),
    "CC": ((r"充|放|倍率|循环|电池", "C-rate"),),
    "CD": ((r"充|放|倍率|循环|电池", "C-rate"),),
    "周": ((r"循环|容量保持|次数", "cycle"), (r"", "周")),
    "次": ((r"循环|充放电", "cycle"), (r"", "次")),
    "圈": ((r"循环|容量保持", "cycle"),),
    "K": ((r"温差|温升|温降|过热度|过冷度", "℃"), (r"色温", "colour"), (_HEAT, "kelvin"), (r"", "Kpts")),
    "g": ((r"加速度|过载|重力", "gn"), (r"", "g")),
    "kg/cm2": ((r"压|强度", "kgf/cm2"), (r"", "kg/cm2")),
    "kg/cm²": ((r"压|强度", "kgf/cm2"), (r"", "kg/cm2")),
    "公斤/平方厘米": ((r"压|强度", "kgf/cm2"), (r"", "kg/cm2")),
    "分": ((r"时间|时长|历时|周期|反应|保温|响应", "min"),),
    "时": ((r"时间|时长|历时|连续|保温|反应", "h"),),
    "″": ((r"角|精度|定位|转|偏", "″"),),
    "′": ((r"角|精度|定位|转|偏", "′"),),
    "间": ((r"房|客", "间"),),
    "目": ((r"", "目"),),
    "方": ((r"水|气|土|砼|混凝|木|容|体积|沙|砂", "m3"),),
    "路": ((r"视频|通道|输入|输出|信号|并发|采集|摄像|接入", "路"),),
    "S": ((r"电导", "S"), (r"时间|响应|延时|秒", "s")),
    "U": ((r"酶|活|效价|单位", "IU"),),
    "T": ((r"磁|场强", "Tesla"), (r"吨|重|载|吊|产|处理|量|压", "t")),
    "F": ((r"电容", "F"),),
    "a": ((r"产|处理|寿命|年", "a"),),
    "丝": ((r"精度|误差|厚|公差|间隙|跳动", "丝"),),
    "斤": ((r"", "斤"),),
    "埃": ((r"", "埃"),),
    "巴": ((r"压", "bar"),),
    "卡": ((r"热", "cal"),),
    "尺": ((r"", "尺"),),
    "v": ((r"电", "V"),),
    "l": ((r"容|体积|升", "L"),),
    "μ": ((r"厚|径|粒|精度|过滤", "μm"),),
}


def is_ambiguous(unit: Unit) -> bool:
    """Whether the spelling needs its surroundings to mean a unit."""
    return unit.text in _RULES


def settle(unit: Unit, nearby: str) -> Unit:
    """The unit that an ambiguous spelling means beside these words; NO_UNIT where none fits."""
    rules = _RULES.get(unit.text)
    if rules is None:
        return unit
    for words, meaning in rules:
        if re.search(words, nearby):
            # A colour is told in kelvin, every other absolute temperature in degrees.
            found = parse_unit("kelvin" if meaning == "colour" else meaning)
            if found is not None:
                offset = -273.15 if meaning == "kelvin" else 0.0
                canonical = "degC" if meaning == "kelvin" else found.canonical
                return replace(found, text=unit.text, canonical=canonical, offset=offset)
    return NO_UNIT
