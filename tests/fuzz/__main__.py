"""``python -m tests.fuzz HARNESS [OPTIONS OF LIBFUZZER]``: see the docstrings of ``protocol`` and ``intake``."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path
from random import Random

import atheris


def main(name: str, *options: str) -> None:
    """Fuzzes one harness, from its seeds, until an option says stop or something fails."""
    with atheris.instrument_imports(include=["autograder"]):
        harness = importlib.import_module(f"tests.fuzz.{name}")

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)
        changed: bytes = atheris.Mutate(data, max_size) if random.random() < 0.3 else harness.mutate(data, random)
        return changed[:max_size]

    with tempfile.TemporaryDirectory(prefix="corpus-") as corpus:
        for number, seed in enumerate(harness.SEEDS):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        given = ["-max_len=200000", "-timeout=60", f"-artifact_prefix={tempfile.gettempdir()}/", *options, corpus]
        atheris.Setup([sys.argv[0], *given], harness.check, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
