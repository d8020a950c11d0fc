"""``python -m tests.attacks.table RESULTS``: the corpus as a Markdown table, with the verdict behind each sandbox.

RESULTS is the file that ``ATTACK_RESULTS=RESULTS python -m pytest tests/attacks`` wrote; without it the verdicts
are left open.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.attacks.corpus import all_attacks


def table(results: list[dict[str, object]]) -> str:
    """Family, attack, what it tries, and what became of it."""
    places = sorted({str(line["sandbox"]) for line in results})
    verdicts = {(line["attack"], line["sandbox"]): "harmful" if line["harm"] else "harmless" for line in results}
    heads = ["Family", "Attack", "What it tries", *places]
    rows = [heads, ["---"] * len(heads)]
    for attack in all_attacks():
        tries = attack.tries.replace("|", "\\|")
        rows.append([attack.family, attack.name, tries, *(verdicts.get((attack.id, place), "") for place in places)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if len(sys.argv) > 1 else []
    print(table([json.loads(line) for line in lines]))
