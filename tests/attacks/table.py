"""``python -m tests.attacks.table RESULTS [--all]``: what became of the corpus behind each wall, as Markdown.

RESULTS is the file that ``ATTACK_RESULTS=RESULTS make attacks`` wrote.  ``--all`` lists every attack with what it
tries.  The first table and the list below it stand in SECURITY.md.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.attacks.corpus import FAMILIES, MORE, Attack, all_attacks
from tests.attacks.known import known

NAMES = {family: f"{number}. {family.replace('_', ' ')}" for family, number in FAMILIES.items()} | {
    family: family for family in MORE
}


def note(attack: Attack, place: str, harm: list[str]) -> None:
    """Appends a verdict to the file that ``ATTACK_RESULTS`` names, if it names one."""
    if path := os.environ.get("ATTACK_RESULTS"):
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"attack": attack.id, "place": place, "harm": harm}) + "\n")


def read_results(path: Path) -> dict[tuple[str, str], list[str]]:
    """The harm of each attack in each place; where one was tried twice, the last time counts."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(line["attack"], line["place"]): line["harm"] for line in lines}


def summary(results: dict[tuple[str, str], list[str]]) -> str:
    """A line for each family, how many of its attacks were harmless in each place, and a list of the others."""
    places = sorted({place for _, place in results})
    rows = [["Family", "Attacks", *places]]
    for family, name in NAMES.items():
        attacks = [attack for attack in all_attacks() if attack.family == family]
        rows.append([name, str(len(attacks)), *(_harmless(attacks, place, results) for place in places)])
    harmful = [
        f"* `{attack.id}` ({place}): {known(attack, place) or 'NOT EXPECTED: ' + '; '.join(results[attack.id, place])}"
        for attack in all_attacks()
        for place in places
        if results.get((attack.id, place))
    ]
    return "\n".join([_markdown(rows), "", *(harmful or ["All are harmless."])])


def _harmless(attacks: list[Attack], place: str, results: dict[tuple[str, str], list[str]]) -> str:
    tried = [results[attack.id, place] for attack in attacks if (attack.id, place) in results]
    return f"{sum(not harm for harm in tried)} of {len(tried)} harmless" if tried else ""


def everything(results: dict[tuple[str, str], list[str]]) -> str:
    """A line for each attack: what it tries, and its verdict in each place."""
    places = sorted({place for _, place in results})
    rows = [["Attack", "What it tries", *places]]
    for attack in all_attacks():
        verdicts = (results.get((attack.id, place)) for place in places)
        words = ("" if harm is None else "HARMFUL" if harm else "harmless" for harm in verdicts)
        rows.append([f"`{attack.id}`", attack.tries.replace("|", "\\|"), *words])
    return _markdown(rows)


def _markdown(rows: list[list[str]]) -> str:
    lines: Iterable[list[str]] = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


if __name__ == "__main__":
    found = read_results(Path(sys.argv[1]))
    print(everything(found) if "--all" in sys.argv else summary(found))
