"""Speed of the int8 encoders of the package against float32 torch, side by side in one run.

    python benchmarks/encode.py [--rounds 5] [--threads 1]

Rounds alternate between them, so that all meet the same load; a ratio is the median over rounds. Float32 torch runs all
twelve layers of the weights before fine-tuning: other weights take the same time.
CPU time is the process's own, and moves less than the clock on a shared machine.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from matcher.embed.base import Encoder

TITLE = "大型空分装置冷箱泄漏在线监测与预警技术"
SENTENCES = (
    "现有装置运行十余年，冷箱珠光砂局部下沉，人工巡检难以及时发现微小泄漏。",
    "希望采用红外、声发射与氧含量多参数融合的办法，在不停车的条件下判断泄漏位置，误报率不高于 5%。",
    "系统应能接入现有 DCS，响应时间不超过 10 秒，适应零下 20 ℃ 至 50 ℃ 的环境温度。",
    "已完成实验室样机，愿与高校或科研院所合作开展中试，预算约 80 万元。",
    "成果曾在两套 4 万立方米级装置上试用，累计运行 3000 小时，节约检修费用 120 万元。",
)


def corpus() -> dict[str, list[str]]:
    """Texts of the lengths that occur: titles, one passage of a body, and whole long bodies."""
    titles = [f"{TITLE[n % 7 :]}（{n}型）" for n in range(96)]
    passages = [f"第{n}项：" + "".join(SENTENCES[(n + i) % 5] for i in range(n % 4 + 1)) for n in range(64)]
    bodies = [f"{n}、" + "".join(SENTENCES) * 2 for n in range(12)]
    return {"titles": titles, "passages": passages, "bodies": bodies}


def spent(encode: Callable[[list[str]], object], texts: list[str]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    encode(texts)
    return time.perf_counter() - clock, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)

    # After the thread count is set: torch reads it when it is loaded.
    from matcher.embed.bundled import FAST_FOLDER, BundledEncoder  # noqa: PLC0415
    from matcher.embed.manifest import holds_model  # noqa: PLC0415
    from matcher.embed.sentence import SentenceEncoder  # noqa: PLC0415
    from matcher.train.unpack import unpack  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        encoders: dict[str, Encoder] = {
            "float32 torch": SentenceEncoder(str(unpack(Path(folder) / "float").folder), threads=options.threads),
            "bundled": BundledEncoder(threads=options.threads),
        }
        if holds_model(FAST_FOLDER):
            encoders["fast"] = BundledEncoder(FAST_FOLDER, threads=options.threads)
        print(f"threads {options.threads}, rounds {options.rounds}; texts a second and times as fast as float32 torch")
        print(f"{'texts':<10}{'mean chars':>11}  {'encoder':<14}{'by the clock':>18}{'by CPU time':>18}")
        for name, texts in corpus().items():
            for encoder in encoders.values():
                encoder.encode_passages(texts[:2])
            rounds = [
                [spent(encoder.encode_passages, texts) for encoder in encoders.values()] for _ in range(options.rounds)
            ]
            chars = statistics.mean(map(len, texts))
            for at, encoder_name in enumerate(encoders):
                told = []
                for kind in (0, 1):
                    rate = len(texts) / statistics.median(each[at][kind] for each in rounds)
                    ratio = statistics.median(each[0][kind] / each[at][kind] for each in rounds)
                    told.append(f"{rate:.0f} ({ratio:.1f} x)")
                print(f"{name:<10}{chars:>11.0f}  {encoder_name:<14}{told[0]:>18}{told[1]:>18}", flush=True)


if __name__ == "__main__":
    main()
