"""Re-ranking the candidates of one query: int8 against float32 torch, side by side in one run.

    python benchmarks/rerank.py --base FLOAT_ENCODER [--layers 6] [--pairs 20] [--rounds 7] [--threads 2]

The weights are those of the encoder with a random head: what is computed does not depend on what was learned. Rounds
alternate between the two, so that both meet the same load. `full` are pairs as long as they can be; `titles` are two
titles; `mixed` are titles with windows of unlike length, as real candidates have.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

NEED = (
    "大型空分装置冷箱泄漏在线监测。现有装置运行十余年，珠光砂局部下沉，人工巡检难以及时发现微小泄漏，误报率要低于 5%。"
)
WINDOW = (
    "采用红外、声发射与氧含量多参数融合的办法，在不停车的条件下判断泄漏位置，系统接入现有控制系统，响应时间不超过十秒，"
    "适应零下二十度至五十度的环境温度，已在两套装置上试用，累计运行三千小时，节约检修费用一百二十万元。"
)


def corpus(count: int) -> dict[str, list[tuple[str, str]]]:
    titles = [f"第{n}套{'低温储罐' * (n % 3)}泄漏监测与预警技术" for n in range(count)]
    return {
        "titles": [(NEED[:14], title) for title in titles],
        "mixed": [(NEED, f"{title}。{WINDOW[: 20 + 7 * n]}") for n, title in enumerate(titles)],
        "full": [(NEED * 2, f"{title}。{WINDOW * 2}") for title in titles],
    }


def spent(score: Callable[[list[tuple[str, str]]], object], pairs: list[tuple[str, str]]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    score(pairs)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)

    # After the thread count is set: torch reads it when it is loaded.
    import torch  # noqa: PLC0415

    from matcher.embed.cross import CrossEncoder  # noqa: PLC0415
    from matcher.train.export import ModelOrigin, export_reranker  # noqa: PLC0415
    from matcher.train.reranker_model import build_network  # noqa: PLC0415
    from matcher.train.reranker_recipe import RerankerRecipe  # noqa: PLC0415

    torch.set_num_threads(options.threads)
    recipe = RerankerRecipe(layers=tuple(range(options.layers)))
    with tempfile.TemporaryDirectory() as folder:
        floats, small = Path(folder) / "float", Path(folder) / "int8"
        network = build_network(options.base, recipe, "cpu")
        network.save(str(floats), create_model_card=False)
        origin = ModelOrigin("benchmark", "random head", "none")
        report = export_reranker(
            floats,
            small,
            need_pieces=recipe.need_pieces,
            achievement_pieces=recipe.achievement_pieces,
            origin=origin,
        )
        cross = CrossEncoder(small, threads=options.threads)
        print(
            f"{options.pairs} pairs, {options.layers} layers, threads {options.threads}, rounds {options.rounds}, "
            f"{report.size_bytes / 1e6:.1f} MB; milliseconds a query (by the clock / CPU)"
        )
        print(f"{'pairs':<8}{'float32 torch':>18}{'int8':>18}{'ratio':>8}{'by CPU':>8}")
        for name, pairs in corpus(options.pairs).items():
            cross.score(pairs)
            rounds = [
                (*spent(lambda them: network.predict(them, show_progress_bar=False), pairs), *spent(cross.score, pairs))
                for _ in range(options.rounds)
            ]
            slow, slow_cpu, fast, fast_cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
            ratio = statistics.median(a / c for a, _, c, _ in rounds)
            by_cpu = statistics.median(b / d for _, b, _, d in rounds)
            left, right = f"{slow:.0f} / {slow_cpu:.0f}", f"{fast:.0f} / {fast_cpu:.0f}"
            print(f"{name:<8}{left:>18}{right:>18}{ratio:>8.1f}{by_cpu:>8.1f}")


if __name__ == "__main__":
    main()
