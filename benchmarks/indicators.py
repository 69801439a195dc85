"""Megabytes of text a second that indicators are extracted from, on one core.

    python benchmarks/indicators.py [FILE …]

Without files it times sentences of every density; with JSON Lines files of `content` it times those.
"""

import json
import sys
import time
from pathlib import Path

from matcher.text.indicators import extract

PLAIN = "本项目围绕复杂工况下装备的可靠运行开展研究，形成成套工艺并在企业推广应用。"
DENSE = "技术指标：抗拉强度≥800MPa，延伸率不低于12%，使用温度-40～120℃，寿命达到3000小时以上；"
MEGABYTE = 1_000_000


def repeated(text: str, size: int = MEGABYTE) -> str:
    return text * (size // len(text.encode()) + 1)


def texts(paths: list[str]) -> dict[str, list[str]]:
    if not paths:
        return {
            "no numbers": [repeated(PLAIN)],
            "one sentence in ten dense": [repeated(PLAIN * 9 + DENSE)],
            "every sentence dense": [repeated(DENSE)],
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
