"""The bound on a slot's own memory: what is beyond it is an error in one report, and worker hosts do not inherit it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.batch.memory import NUMPY_BYTES, TENSORFLOW_BYTES, bound_memory

SOURCE = """
import resource, sys
from autograder.batch.memory import bound_memory
import numpy as np
unbind = bound_memory(tensorflow=sys.argv[1] == "tensorflow")
try:
    np.empty(int(sys.argv[2]) << 30, np.uint8)
    print("taken")
except MemoryError:
    print("refused")
unbind()
print(resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY)
"""


@pytest.mark.parametrize(
    ("packages", "gib", "told"),
    [("numpy", 3, "taken"), ("numpy", 5, "refused"), ("tensorflow", 12, "taken"), ("tensorflow", 17, "refused")],
)
def test_a_slot_takes_so_much_and_no_more(packages: str, gib: int, told: str) -> None:
    """Counted from what the process has when its engine is there; afterwards the bound is off again."""
    done = subprocess.run(
        [sys.executable, "-c", SOURCE, packages, str(gib)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == [told, "True"]
    assert NUMPY_BYTES < TENSORFLOW_BYTES


HOST = """
import sys
from pathlib import Path
from autograder.batch.memory import bound_memory
from autograder.config import Limits
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import choose_backend, prepare_runtime
from autograder.sandbox.host import Host
bound_memory(tensorflow=False)
source = "import resource\\ndef f(): return resource.getrlimit(resource.RLIMIT_AS)"
with Host(choose_backend(), prepare_runtime(Path(sys.argv[1]), ("numpy",)), Limits()) as host:
    print(RemoteStudent(host, Submission("s", (Chunk("c", source),)), Limits()).f())
"""


def test_a_worker_has_a_bound_of_its_own(tmp_path: Path) -> None:
    """Its host takes off what it inherited; a fork leaves room for the heaps of threads."""
    done = subprocess.run(
        [sys.executable, "-c", HOST, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    soft, hard = eval(done.stdout)
    assert soft == hard > 2**36


def test_an_administrators_smaller_bound_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The soft bound is never above one that was there."""
    given = []
    monkeypatch.setattr("autograder.batch.memory.resource.getrlimit", lambda _: (2**30, 2**31))
    monkeypatch.setattr("autograder.batch.memory.resource.setrlimit", lambda _, limits: given.append(limits))
    bound_memory(tensorflow=True)()
    assert given == [(2**30, 2**31), (2**30, 2**31)]
