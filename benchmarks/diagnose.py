"""Do the words that a check-up suggests help a short need to find its achievements?

    python benchmarks/diagnose.py --judgements F --index NAME [--index-dir D] [--mode pairs|corpus]

Every judged need is cut to its title and the first sentence of its content, once as it is and once with the words that
the check-up suggests for the cut need. The rules were chosen on the needs whose id hashes to an even number; the odd
ones are the honest half. Differences with 95 % intervals, paired, drawn by need.
"""

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from matcher import Matcher
from matcher.config import Settings
from matcher.diagnose import TermRules, diagnose_many, sharpened
from matcher.evaluate import Evaluation, Judgements, Mode, compare, evaluate, read_judgements
from matcher.evaluate.system import MatcherGrader
from matcher.records import Need, Side
from matcher.text.sentences import sentences

FIGURES = ("ndcg@10", "ndcg@5", "recall@50")


def cut(need: Need) -> Need:
    first = sentences(need.problem)[:1]
    return replace(need, problem=first[0].text if first else "", indicators_text="", keywords=())


def is_even(need_id: str) -> bool:
    return int(hashlib.sha256(need_id.encode()).hexdigest(), 16) % 2 == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judgements", type=Path, required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--index-dir", type=Path, default=Path("indexes"))
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.PAIRS.value)
    rules_open = [rule for rule in fields(TermRules) if rule.name != "bar"]
    for rule in rules_open:
        parser.add_argument(f"--{rule.name}", type=type(rule.default), default=rule.default)
    options = parser.parse_args()
    rules = TermRules(**{rule.name: getattr(options, rule.name) for rule in rules_open})
    matcher = Matcher.open(options.index, settings=Settings(index_dir=options.index_dir))
    known, achievements = matcher.side(Side.NEED), matcher.side(Side.ACHIEVEMENT)
    judged = read_judgements(options.judgements)
    needs = {i: cut(known.records[known.position(i)]) for i in judged.levels if i in known}
    judged = judged.within(needs, set(achievements.ids), skip_unknown=True)
    needs = {i: needs[i] for i in judged.levels}
    found = dict(zip(needs, diagnose_many(needs.values(), matcher=matcher, rules=rules), strict=True))
    helped = {i: sharpened(need, found[i]) for i, need in needs.items()}
    print(f"{len(needs)} needs, {sum(bool(each.terms) for each in found.values())} with suggested words; {rules}")
    clusters = {i: achievements.canonical(i) for i in achievements.ids}

    def measured(asked: Mapping[str, Need], part: Judgements) -> Evaluation:
        return evaluate(MatcherGrader(matcher), asked, part, mode=Mode(options.mode), clusters=clusters)

    halves = {"chosen on": is_even, "honest": lambda i: not is_even(i), "all": lambda _: True}
    for label, belongs in halves.items():
        part = judged.within({i for i in needs if belongs(i)}, set(achievements.ids), skip_unknown=True)
        for each in compare(measured(needs, part), measured(helped, part)):
            if each.metric in FIGURES:
                print(
                    f"{label:<10}{len(part.levels):>4}  {each.metric:<10}{each.first:.4f} → {each.second:.4f}  "
                    f"{each.difference:+.4f} ({each.low:+.4f} – {each.high:+.4f})  "
                    f"higher {each.higher}, lower {each.lower}"
                )


if __name__ == "__main__":
    main()
