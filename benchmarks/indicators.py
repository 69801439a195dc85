"""Megabytes of text a second that indicators are extracted from, on one core.

    python benchmarks/indicators.py [FILE …]

Without files it times sentences of every density; with JSON Lines files of `content` it times those.
"""

import json
import random
import sys
import time
from pathlib import Path

from matcher.text.indicators import extract

PLAIN = "本项目围绕复杂工况下装备的可靠运行开展研究，形成成套工艺并在企业推广应用。"
DENSE = "技术指标：抗拉强度≥800MPa，延伸率不低于12%，使用温度-40～120℃，寿命达到3000小时以上；"
NAMES = [
    "抗拉强度",
    "使用温度",
    "涂层厚度",
    "合格率",
    "运行噪声",
    "堆积密度",
    "寿命",
    "流量",
    "粘度",
    "定位误差",
    "功率",
    "绝缘电阻",
]
OWNERS = ["材料", "成品", "膜层", "基体", "密封件", "电池", "主轴", "催化剂", "滤芯", "出水", "刀具", "轴承"]
FORMS = [
    "≥{v}{u}",
    "不低于{v}{u}",
    "{v}{u}以上",
    "控制在{v}～{w}{u}",
    "≤{v}{u}",
    "降至{v}{u}以下",
    "为{v}±{w}{u}",
    "大于{v}{u}",
]
UNITS = ["MPa", "℃", "mm", "%", "dB", "g/cm3", "小时", "m3/h", "mPa·s", "μm", "kW", "Ω"]
MEGABYTE = 1_000_000


def repeated(text: str, size: int = MEGABYTE) -> str:
    return text * (size // len(text.encode()) + 1)


def varied(size: int = MEGABYTE) -> str:
    """Clauses of which every one is an indicator and nearly no two are alike: nothing is met a second time."""
    draw = random.Random(1)  # noqa: S311
    clauses: list[str] = []
    length = 0
    while length < size:
        low = draw.randint(1, 9999) / draw.choice([1, 10, 100])
        bound = draw.choice(FORMS).format(v=low, w=low + draw.randint(1, 50), u=draw.choice(UNITS))
        clauses.append(f"{draw.choice(OWNERS)}{draw.choice(NAMES)}{bound}{'；' if len(clauses) % 4 == 3 else '，'}")
        length += len(clauses[-1].encode())
    return "".join(clauses)


def texts(paths: list[str]) -> dict[str, list[str]]:
    if not paths:
        return {
            "no numbers": [repeated(PLAIN)],
            "one sentence in ten dense": [repeated(PLAIN * 9 + DENSE)],
            "every sentence dense": [repeated(DENSE)],
            "every clause another indicator": [varied()],
            "numbers only": [repeated("12.5 ")],
            "a list of numbers": [repeated("5、")],
            "nothing but 12个": [repeated("12个 ")],
            "nothing but 5mm": [repeated("5mm，")],
        }
    return {
        Path(path).name: [json.loads(line)["content"] for line in Path(path).read_text("utf-8").splitlines() if line]
        for path in paths
    }


def main() -> None:
    extract("热身：强度≥1MPa")
    for name, items in texts(sys.argv[1:]).items():
        size = sum(len(item.encode()) for item in items) / MEGABYTE
        start = time.process_time()
        found = sum(len(extract(item)) for item in items)
        taken = time.process_time() - start
        print(f"{name}: {size:.2f} MB, {found} indicators, {size / taken:.2f} MB/s")


if __name__ == "__main__":
    main()
