"""Text in a submission that is too full to be somebody's own code: weights or answers carried in with the source.

A trained network fits into a few thousand characters of source.  No rule about text can keep it out, but it cannot be
written without information, and honest cells hold little: a few numbers, names of layers, a message.  So the
information is estimated by compressing the text, and the fullest of it is shown to the TA.  It is a flag and never a
verdict: what is the student's own may be read and waved through.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from autograder.model import Submission

# Beside each: the most that the reference solutions have, which tests/grading/test_literals.py holds to half of it.
STATEMENT_BYTES = 650  # 310
CARRIED_BYTES = 2_200  # 1,100
SUBMISSION_BYTES = 6_000  # 2,900
MAX_FLAGS = 5
HEADER_BYTES = 8  # of zlib itself
PROSE = 0.62  # of their length: sentences compress to less, base64 and digits without a pattern do not
_TOKEN = re.compile(
    r"""
    (?P<carried>
        \#[^\n]*+
      | [rbufRBUF]{0,3}+ (?:
            \"{3} (?: [^"\\]++ | \\(?:.|\Z) | "(?!"") )*+ (?: \"{3} | \Z )
          | '{3} (?: [^'\\]++ | \\(?:.|\Z) | '(?!'') )*+ (?: '{3} | \Z )
          | \" (?: [^"\\\n]++ | \\(?:.|\Z) )*+ "?
          | ' (?: [^'\\\n]++ | \\(?:.|\Z) )*+ '?
        )
      | \.?\d (?: [eE][+-] | [\w.] )*+
    )
  | (?P<opens> [(\[{] ) | (?P<closes> [)\]}] ) | (?P<newline> \n ) | (?P<other> \w++ | [^\w\s\\] ) | \\\r?\n
    """,
    re.VERBOSE | re.DOTALL,
)
"""Python's tokens as far as they matter here.  Each takes all that it has looked at, so that hostile text costs no more
than other text; ``tokenize`` took a minute for 200 KiB of blanks and signs."""


def literal_flags(submission: Submission) -> list[str]:
    """What a TA should look at, one sentence each, the fullest first; empty for ordinary code.

    Looked at are the numbers, texts and comments of each statement, docstrings included unless they are sentences,
    and the submission as a whole, which also tells of what is hidden in names.
    """
    statement, carried, whole = measured(submission)
    flags = [
        f"{name}, line {line}: numbers or text with about {size:,} bytes of information. Weights, or answers?"
        for size, name, line in statement[:MAX_FLAGS]
        if size > STATEMENT_BYTES
    ]
    if not flags and (carried > CARRIED_BYTES or whole > SUBMISSION_BYTES):
        flags = [f"{whole:,} bytes of information, {carried:,} of it in numbers and text. Weights, or answers?"]
    return flags


def measured(submission: Submission) -> tuple[list[tuple[int, str, int]], int, int]:
    """Bytes of information: of each statement's numbers and texts (with chunk and line), of all these, of everything.

    The statements come fullest first.
    """
    texts = [(text, chunk.name, line) for chunk in submission.chunks for line, text in _statements(chunk.source)]
    sizes = [(information_bytes(text), name, line) for text, name, line in texts]
    carried = "\n".join(text for (text, *_), (size, *_) in zip(texts, sizes, strict=True) if size)
    whole = "\n".join(chunk.source for chunk in submission.chunks)
    return sorted(sizes, reverse=True), _compressed_bytes(carried), _compressed_bytes(whole)


def information_bytes(text: str) -> int:
    """Bytes that a text takes when it is compressed; 0 for sentences."""
    size = _compressed_bytes(text)
    return 0 if size < PROSE * len(text) and _is_prose(text) else size


def _compressed_bytes(text: str) -> int:
    return max(0, len(zlib.compress(text.encode("utf-8", "replace"), 9)) - HEADER_BYTES)


def _is_prose(text: str) -> bool:
    letters = sum(character.isalpha() or character.isspace() for character in text)
    return letters > 0.75 * len(text) and len(text) < 12 * len(text.split())


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """What may carry something in each logical line, with the number of its first line; in broken code, all of it.

    Comments belong to the statement below them.
    """
    first, line, depth, is_code, texts = 0, 1, 0, False, list[str]()
    for token in _TOKEN.finditer(source):
        kind, text = token.lastgroup, token[0]
        if kind == "newline":
            if is_code and depth <= 0:
                yield first, " ".join(texts)
                first, is_code, texts = 0, False, []
        elif kind is not None:
            first = first or line
            is_code = is_code or not text.startswith("#")
            depth += (kind == "opens") - (kind == "closes")
            texts += [text] if kind == "carried" else []
        line += text.count("\n")
    yield max(first, 1), source if depth > 0 else " ".join(texts)
