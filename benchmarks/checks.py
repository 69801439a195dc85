"""Indicator checks on real texts: how many targets are decided, and what a pair costs.

    python benchmarks/checks.py --bench ../shared/bench [--pairs all|needs|achievements] [--first N] [--show 60]

Needs of zhejiang and henan, achievements of zhejiang. `all`: needs against achievements; most pairs have nothing to do
with each other, so that what is decided shows whether names are told apart. Few texts of the two sides speak of the
same things, so two stricter tests take one side for both: `needs` reads needs as achievements too, `achievements` the
other way round; a record never meets itself or its title. `--first N` takes N records at random on the need's side.
`--show` prints so many decided checks, at most three a need and four a name, with both stretches, to be read by eye.
"""

import argparse
import collections
import json
import random
import time
from pathlib import Path

from matcher.rank.checks import Checker
from matcher.records import Achievement, CheckState, IndicatorCheck, Need


def texts(path: Path) -> list[dict[str, str]]:
    raw = path.read_text(encoding="utf-8")
    return json.loads(raw) if path.suffix == ".json" else [json.loads(line) for line in raw.splitlines()]


def needs_of(bench: Path) -> list[Need]:
    zhejiang = [
        Need(id=str(row["id"]), title=row["name"] or "", problem=row["context"] or "")
        for row in texts(bench / "zhejiang" / "needs.json")
    ]
    henan = [
        Need(id=f"henan-{row['id']}", title=row["title"], problem=row["content"])
        for row in texts(bench / "henan" / "needs.jsonl")
    ]
    return zhejiang + henan


def achievements_of(bench: Path) -> list[Achievement]:
    return [
        Achievement(
            id=str(row["id"]),
            title=row["name"] or "",
            summary=row["context"] or "",
            application_scope=row["scope"] or "",
            prior_use=row["earlyApplication"] or "",
        )
        for row in texts(bench / "zhejiang" / "achievements.json")
    ]


def as_achievement(need: Need) -> Achievement:
    return Achievement(id=need.id, title=need.title, summary=need.problem)


def as_need(achievement: Achievement) -> Need:
    return Need(id=achievement.id, title=achievement.title, problem=achievement.summary)


def sides(bench: Path, which: str) -> tuple[list[Need], list[Achievement]]:
    # A need posted again with the same text would count twice.
    needs = list({(need.title, need.problem): need for need in needs_of(bench)}.values())
    achievements = achievements_of(bench)
    if which == "needs":
        return needs, [as_achievement(need) for need in needs]
    if which == "achievements":
        return [as_need(achievement) for achievement in achievements], achievements
    return needs, achievements


def show(found: list[tuple[Need, Achievement, IndicatorCheck]], count: int, rng: random.Random) -> None:
    rng.shuffle(found)
    seen: set[tuple[str, str]] = set()
    shown: collections.Counter[str] = collections.Counter()
    for need, achievement, check in found:
        said = check.achievement.text if check.achievement else ""
        if (check.need.text, said) in seen or shown[need.title] >= 3 or shown[check.parameter] >= 4:
            continue
        seen.add((check.need.text, said))
        shown.update([need.title, check.parameter])
        print(f"{len(seen)}. {check.state.value}{' must' if check.must else ''}: {check.reason}")
        print(f"   [{need.title}] {check.need.text}\n   [{achievement.title}] {said}")
        if len(seen) >= count:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--pairs", choices=("all", "needs", "achievements"), default="all")
    parser.add_argument("--first", type=int, default=10_000)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311
    needs, achievements = sides(options.bench, options.pairs)
    rng.shuffle(needs)
    needs = needs[: options.first]
    checker = Checker()
    begun = time.process_time()
    # The first pairs load the words; then every record is read once.
    checker.check_all(Need(id="", title="", problem="要求厚度≥3mm"), achievements)
    for need in needs:
        checker.check(need, Achievement(id="", title=""))
    read = time.process_time()
    states: collections.Counter[str] = collections.Counter()
    decided: list[tuple[Need, Achievement, IndicatorCheck]] = []
    count = 0
    for need in needs:
        for achievement, checks in zip(achievements, checker.check_all(need, achievements), strict=True):
            if need.id == achievement.id or need.title == achievement.title:
                continue
            count += bool(checks)
            states.update(check.state.value for check in checks)
            decided += [(need, achievement, check) for check in checks if check.state is not CheckState.UNKNOWN]
    checked = time.process_time()
    records = len(needs) + len(achievements)
    print(f"reading {records} records: {read - begun:.2f} s, {1000 * (read - begun) / records:.2f} ms each")
    print(f"{count} pairs with targets: {1000 * (checked - read) / max(1, count):.3f} ms each; {dict(states)}")
    show(decided, options.show, rng)


if __name__ == "__main__":
    main()
