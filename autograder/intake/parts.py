"""Several cells for one id: parts of one that was split, or copies of which one has the work."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.intake.definitions import definitions


def filled(source: str, asked: frozenset[str]) -> frozenset[str]:
    """Which of the functions that a cell asks for the text defines, as the student's work: no stub and no import.

    Where nothing is asked for (the imports), all names count.
    """
    found = definitions(source)
    return (found.bound - found.stubs - found.imported) & asked if asked else found.bound - found.stubs


def are_halves(*sources: str) -> bool:
    """Whether the texts are valid Python together, and not each of them alone."""
    return not all(definitions(source).parsed for source in sources) and definitions(_together(sources)).parsed


def belong_together(sources: Sequence[str], asked: frozenset[str]) -> bool:
    """Whether these are parts: only together valid Python, or with functions that no single one has."""
    done = frozenset[str]().union(*(filled(source, asked) for source in sources))
    return are_halves(*sources) or len(done) > len(filled(best_of(sources, asked), asked))


def best_of(sources: Sequence[str], asked: frozenset[str]) -> str:
    """The copy with most of the work; the first of equals."""
    return max(sources, key=lambda source: (definitions(source).parsed, len(filled(source, asked))))


def joined(sources: Sequence[str], asked: frozenset[str]) -> str:
    """The parts in order; the released text of a function gives way to the student's in another part."""
    done = frozenset().union(*(filled(source, asked) for source in sources))
    parts = []
    for source in sources:
        found = definitions(source)
        for name in found.stubs & done - filled(source, asked):
            source = source.replace(found.texts[name], "")
        parts.append(source)
    return _together(parts)


def _together(sources: Sequence[str]) -> str:
    """The parts of a text, which an editor may have split behind the indentation of a line."""
    text = ""
    for source in sources:
        last = text.rpartition("\n")[2]
        text += source if not text or (last and not last.strip()) else f"\n{source}"
    return text
