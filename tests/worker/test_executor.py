"""The executor: statements on their own, verbs, and what it tells of an error."""

from __future__ import annotations

import inspect
from dataclasses import fields

import numpy as np
import pytest

from autograder.protocol.verbs import VERBS
from autograder.worker.executor import Executor, MissingName, describe_error


def loaded(source: str) -> Executor:
    """An executor that has run a source."""
    executor = Executor()
    executor.run("cell", source)
    return executor


def test_a_faulty_statement_costs_only_itself() -> None:
    """Functions before and after a statement that raises are there."""
    executor = Executor()
    faults = executor.run("cell", "def f(): return 1\nraise RuntimeError('no')\ndef g(): return f() + 1")
    assert [fault.kind for fault in faults] == ["RuntimeError"]
    assert faults[0].where == "cell, line 2"
    assert executor.call("g", (), {}).value == 2


def test_exit_while_loading_is_a_fault_like_others() -> None:
    """``sys.exit`` at top level does not end the loading."""
    executor = Executor()
    faults = executor.run("cell", "import sys\nsys.exit(0)\nx = 3")
    assert [fault.kind for fault in faults] == ["SystemExit"]
    assert executor.value("x") == 3


def test_a_syntax_error_is_reported_with_its_line() -> None:
    """A chunk that does not parse gives one fault and no names."""
    faults = Executor().run("cell", "x = 1\ndef f(:\n")
    assert [fault.kind for fault in faults] == ["SyntaxError"]
    assert "line 2" in faults[0].traceback


def test_a_call_reports_changes_aliases_warnings_and_output() -> None:
    """Everything that a call did besides returning is in the reply."""
    executor = loaded(
        "import warnings\ndef f(x):\n    x[0] = 9\n    warnings.warn('careful')\n    print('hello')\n    return x[1:]"
    )
    reply = executor.call("f", (np.arange(3.0),), {})
    assert reply.shares_memory is True
    assert reply.args[0][0] == 9
    assert reply.warnings == ("UserWarning: careful",)
    assert reply.stdout == "hello\n"


def test_output_is_bounded() -> None:
    """A flood of text is cut, not kept."""
    reply = loaded("def f():\n    for _ in range(10_000): print('x' * 100)").call("f", (), {})
    assert len(reply.stdout) <= 4_000


def test_a_missing_name_and_a_number_are_not_functions() -> None:
    """Both are told apart from errors inside a function."""
    executor = loaded("f = 3")
    with pytest.raises(MissingName, match="not defined"):
        executor.call("g", (), {})
    with pytest.raises(MissingName, match="int"):
        executor.call("f", (), {})


def test_functions_can_be_handed_back() -> None:
    """A kept object is found again by its id, inside containers as well."""
    executor = loaded("def twice(g, x): return g(g(x))\ndef first(gs, x): return gs[0](x)")
    helper = executor.define("helper", "def helper(x): return np.add(x, 1)", {"np": "numpy"})
    assert executor.call("twice", (helper, 1), {}).value == 3
    assert executor.call("first", ([helper], 1), {}).value == 2
    assert executor.call(helper, (1,), {}).value == 2


def test_an_error_shows_the_students_own_lines() -> None:
    """The traceback names the student's frames, not ours."""
    executor = loaded("def f(x):\n    return g(x)\ndef g(x):\n    return 1 / x")
    with pytest.raises(ZeroDivisionError) as caught:
        executor.call("f", (0,), {})
    told = describe_error(caught.value, executor.sources)
    assert told.kind == "ZeroDivisionError"
    assert told.traceback.splitlines() == ["cell, line 2, in f: return g(x)", "cell, line 4, in g: return 1 / x"]


def test_the_source_of_a_function_can_be_read() -> None:
    """As in a notebook: TensorFlow turns loops into graphs from their source."""
    executor = loaded("import inspect\ndef f():\n    return inspect.getsource(f)")
    assert executor.call("f", (), {}).value == "def f():\n    return inspect.getsource(f)"


def test_an_error_whose_text_raises_is_told_as_well() -> None:
    """``__str__`` is the student's code too."""
    executor = loaded("class E(Exception):\n    def __str__(self): raise RuntimeError\ndef f(): raise E()")
    with pytest.raises(Exception) as caught:
        executor.call("f", (), {})
    assert "could not be read" in describe_error(caught.value).message


def test_every_verb_has_a_method_with_its_fields() -> None:
    """The table of the protocol and the executor agree."""
    for name, request in VERBS.items():
        parameters = list(inspect.signature(getattr(Executor, name)).parameters)
        assert parameters == ["self", *(field.name for field in fields(request))], name


def test_a_definition_touches_nothing_of_the_students() -> None:
    """Neither does it see the submission's names, nor does the submission see its own."""
    executor = loaded("x = 1\ndef f(): return 2")
    handle = executor.define("f", "def f(): return sorted(set(globals()) - {'__builtins__'})", {"np": "numpy"})
    assert executor.call(handle, (), {}).value == ["f", "np"]
    assert executor.call("f", (), {}).value == 2
