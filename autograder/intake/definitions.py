"""What a piece of Python defines and what it needs, read from its text; nothing is executed."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.intake.magics import without_magics
from autograder.sources import is_small

STUB = "raise NotImplementedError()"  # what a released cell holds in place of its solution
TEXT_STUB = {"en": "YOUR ANSWER HERE", "ko": "여기에 답을 작성하세요"}  # in place of a written answer
_DEFINITION = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)[ \t]*[(:]", re.MULTILINE)
_LINE_END = re.compile("\r\n|\r|\n")
_BUILT_IN = frozenset(dir(builtins))


@dataclass(frozen=True)
class Definitions:
    """Of one cell.

    Attributes:
        parsed: whether the text is valid Python; if not, ``bound`` holds only what looks like a definition.
        bound: names that it gives a meaning at top level: functions, classes, variables, imports.
        imported: those that are imports.
        needed: names that it, or a function in it, reads from outside; built-in ones are left out.
        texts: the text of each function and class, as typed.
    """

    parsed: bool
    bound: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def stubs(self) -> frozenset[str]:
        """Functions that still have the released text in place of a solution."""
        return frozenset(name for name, text in self.texts.items() if STUB in text)


@lru_cache(maxsize=512)
def is_stub(source: str) -> bool:
    """Whether a cell holds nothing but what stands in a release, in whatever language: stubs, imports and remarks."""
    if source.strip() in TEXT_STUB.values():
        return True
    if not is_small(source):
        return False
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(map(_is_released, body)) and (STUB in source or not body)


def _is_released(statement: ast.stmt) -> bool:
    """An import, a docstring, or a function or class with nothing but stubs in it."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return all(map(_is_released, statement.body))
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    is_stub_line = isinstance(statement, ast.Raise) and ast.unparse(statement) == STUB
    return is_text or is_stub_line or isinstance(statement, ast.Import | ast.ImportFrom)


@lru_cache(maxsize=512)
def definitions(source: str) -> Definitions:
    """What a cell defines and needs; IPython's magics in it do not count."""
    if is_small(source):  # a longer text is only searched
        plain, _ = without_magics(source)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # do not report an invalid escape in the student's text
                tree = ast.parse(plain)
                return _of_tree(plain, tree, symtable.symtable(plain, "cell", "exec"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return Definitions(False, frozenset(_DEFINITION.findall(source)))


def _of_tree(source: str, tree: ast.Module, table: symtable.SymbolTable) -> Definitions:
    imported = frozenset(symbol.get_name() for symbol in table.get_symbols() if symbol.is_imported())
    bound = imported.union(symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned())
    named = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    lines = _LINE_END.split(source)
    texts = {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in named}
    return Definitions(True, bound, imported, frozenset(_read(table) - bound - _BUILT_IN), texts)


def _read(table: symtable.SymbolTable) -> set[str]:
    """Names that are read and belong to the module: those of the top level, and the global ones of what is in it."""
    top = table.get_type() == "module"
    names = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
    return names.union(*map(_read, table.get_children()))
