"""Weights and answers carried in with the source are flagged, however they are written; ordinary code is not."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from autograder.grading.literals import (
    CARRIED_BYTES,
    STATEMENT_BYTES,
    SUBMISSION_BYTES,
    literal_flags,
    measured,
)
from autograder.model import Chunk, Submission

WEIGHTS = np.random.default_rng(0).integers(-127, 128, 3_600).astype(np.int8)  # as large as the known real one
TEXT = base64.b64encode(WEIGHTS.tobytes()).decode()


def submission(source: str) -> Submission:
    """A submission of one cell."""
    return Submission("s", (Chunk("train", source),))


WAYS = {
    "base64": f"w = {TEXT!r}",
    "base85": f"w = {base64.b85encode(WEIGHTS.tobytes()).decode()!r}",
    "bytes": f"w = {WEIGHTS.tobytes()!r}",
    "a list": f"w = {WEIGHTS.tolist()}",
    "a list over many lines": "w = [\n" + "\n".join(f"    {value}," for value in WEIGHTS) + "\n]",
    "a variable for each": "\n".join(f"w{n} = {value}" for n, value in enumerate(WEIGHTS)),
    "short texts": "\n".join(f"w{n} = {TEXT[n : n + 300]!r}" for n in range(0, len(TEXT), 300)),
    "a docstring": f'def train():\n    """{TEXT}"""',
    "a docstring cut into words": f'def train():\n    """{" ".join(TEXT[n : n + 6] for n in range(0, 4_800, 6))}"""',
    "a comment": f"# {TEXT}",
    "names": "\n".join(f"a{TEXT[n : n + 50].replace('+', '_').replace('/', '__')} = None" for n in range(0, 4_800, 50)),
    "broken code": f"def train(:\n    w = {TEXT!r}\n  (",
}


@pytest.mark.parametrize("way", WAYS)
def test_weights_in_the_source_are_flagged(way: str, repository: Path) -> None:
    """3,600 weights of one byte each stand out beside honest work in every way to write them down."""
    honest = Chunk("honest", (repository / "reference_solution" / "training.py").read_text(encoding="utf-8"))
    flags = literal_flags(Submission("s", (honest, Chunk("train", WAYS[way]))))
    assert 1 <= len(flags) <= 5 and all("bytes of information" in flag for flag in flags)


def test_the_flag_says_where_to_look() -> None:
    """Cell and line of the statement, and how much is in it."""
    flag = literal_flags(submission(f"import numpy as np\n\n\nw = {TEXT!r}"))[0]
    assert flag.startswith("train, line 4: ") and "about 3," in flag


def test_reference_solutions_stay_far_below_the_thresholds(repository: Path) -> None:
    """The longest right answers that there are have at most half of what would be flagged."""
    for path in sorted((repository / "reference_solution").glob("*.py")):
        statements, carried, whole = measured(submission(path.read_text(encoding="utf-8")))
        assert statements[0][0] < STATEMENT_BYTES / 2, path.name
        assert carried < CARRIED_BYTES / 2 and whole < SUBMISSION_BYTES / 2, path.name


def test_sentences_are_not_flagged() -> None:
    """A long docstring of a student's own is prose, in English and in Korean."""
    english = "The network sees bright regions and calls them abnormal, so I tried a smaller kernel first. " * 20
    korean = "밝은 부분을 이상으로 판단하는 것 같아서 먼저 작은 커널을 사용해 보았습니다. " * 20
    for text in (english, korean):
        assert literal_flags(submission(f'def train():\n    """{text}"""\n')) == []


@pytest.mark.parametrize("source", ["", "\\", "(", "'''", "x = 'a", "\x00", "\ud800", "  x\n y", "0x", "1_", "f'{"])
def test_broken_code_is_no_error(source: str) -> None:
    """Whatever the tokenizer makes of it, there is an answer."""
    assert literal_flags(submission(source)) == []


HOSTILE = {
    "blanks before signs": ("x" + " " * 999 + "$ ") * 200,
    "quotes behind backslashes": "'\\" * 100_000,
    "continued strings": "'\\\n" * 60_000,
    "open strings": 'x = """' + "a\n" * 100_000,
    "form feeds": "\f" * 200_000 + "x",
    "brackets": "(" * 200_000,
    "digits": "1_" * 100_000 + "$",
    "prefixes": "rb" * 100_000 + "'",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_is_measured_in_one_go(what: str) -> None:
    """With a tokenizer that looks at a character again and again, 200 KiB of these took minutes."""
    assert literal_flags(submission(HOSTILE[what])) == []


def test_statements_are_told_apart_as_python_does() -> None:
    """Over several lines, with strings that hold quotes, brackets and signs of comments, and comments above."""
    source = '''x = ["(", '#"', """
"" ) #
"""]  # of x
# of f
# and more
def f(y=r"\\\\", z=.5e-3): return y + \\
    "z"

1
'''
    statements, _, _ = measured(submission(source))
    assert sorted(line for _, _, line in statements) == [1, 1, 4, 9]
    assert not any(flag for flag in literal_flags(submission(source)))
