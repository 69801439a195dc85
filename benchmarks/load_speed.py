"""Time and peak memory of reading a large table: `python benchmarks/load_speed.py [ROWS]` (100,000 by default)."""

import csv
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from matcher.corpus.load import load

HEADINGS = (
    "编号 需求名称 需求内容 企业名称 联系人 联系电话 预算资金（万元） 有效期 合作方式 所属地区 "
    "技术领域 关键词 发布日期 备注"
)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    draw = random.Random(1)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "needs.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS.split())
            for i in range(rows):
                body = f"为提高产线效率，需要解决第{i}号工位的温度控制问题。" * 8
                writer.writerow([
                    f"{i:08d}", f"装置{i}的自动化改造", body, f"公司{i % 3000}", "张三", f"138{i:08d}",
                    draw.randint(10, 500), f"2026年{draw.randint(1, 12)}月{draw.randint(1, 28)}日", "委托开发,技术许可",
                    draw.choice(["河南省开封市", "开封", "郑州"]), "新材料", "温度；控制；自动化",
                    f"2025-{draw.randint(1, 12):02d}-01", f"备注{i}",
                ])  # fmt: skip
        size = path.stat().st_size / 1e6
        started = time.perf_counter()
        result = load([path], max_bytes=10**9)
        spent = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(result.needs)} needs, {size:.0f} MB: {spent:.1f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
