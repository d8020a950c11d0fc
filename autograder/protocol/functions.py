"""A Python function as text, so that a function of the grader's file can run where the student's objects are.

Theory of operation.  ``source_of`` takes a function's source with ``inspect``; the worker runs the definition in a
namespace of its own and keeps the function.  Nothing else travels with it, so the function may use its arguments, its
own imports, built-ins, and modules that the grader's file imports (these are imported again over there).  Whatever
else it would need is refused here, by name, before anything is sent.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import os
import symtable
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType

from .wire import ProtocolError


@dataclass(frozen=True)
class FunctionSource:
    """A function's name, its definition, and the modules that it uses by their alias (``{"np": "numpy"}``)."""

    name: str
    source: str
    modules: dict[str, str]


def source_of(function: Callable[..., object]) -> FunctionSource:
    """The text of a function that is written with ``def``.

    Raises:
        ProtocolError: the function cannot be sent: it is a lambda, decorated, a closure, has a default that is not a
            literal, or uses a name of its file that is not a module.
    """
    if not isinstance(function, FunctionType) or function.__name__ == "<lambda>":
        raise ProtocolError(f"wanted a function written with def, got {function!r}")
    name = function.__name__
    if function.__code__.co_freevars:
        raise _refused(name, f"it uses {', '.join(function.__code__.co_freevars)} of the function around it")
    try:
        if not os.path.isfile(function.__code__.co_filename):  # Python 3.13 finds lines of the module around it instead
            raise OSError("it was not read from a file")
        source = textwrap.dedent(inspect.getsource(function))
    except OSError as error:
        raise _refused(name, f"its source cannot be found ({error})", "write it into a file") from None
    definition = ast.parse(source).body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise _refused(name, "it is not a plain function", "write it with def")
    if definition.decorator_list:
        raise _refused(name, "it is decorated", "remove the decorator")
    for default in (*definition.args.defaults, *filter(None, definition.args.kw_defaults)):
        if not _is_literal(default):
            raise _refused(name, f"its default {ast.unparse(default)} is not a literal")
    return FunctionSource(name, source, _modules(function, source))


def _modules(function: FunctionType, source: str) -> dict[str, str]:
    """Modules among the global names that a function uses."""
    modules = {}
    tables = symtable.symtable(source, function.__name__, "exec").get_children()
    table = next(t for t in tables if (t.get_name(), t.get_type()) == (function.__name__, "function"))
    for used in dict.fromkeys(_globals_of(table)):
        value = function.__globals__.get(used)
        if isinstance(value, ModuleType):
            modules[used] = value.__name__
        elif used != function.__name__ and (used in function.__globals__ or not hasattr(builtins, used)):
            raise _refused(function.__name__, f"it uses {used} of its file, which is not a module")
    return modules


def _globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that a function, or one inside it, looks up outside."""
    for symbol in table.get_symbols():
        if symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals_of(inner)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _refused(name: str, reason: str, step: str = "pass it as an argument") -> ProtocolError:
    return ProtocolError(f"the function {name} cannot be sent: {reason}; {step}")
