"""TensorFlow in a fork, behind every sandbox: it trains, and a spoilt host costs nobody a point."""

from __future__ import annotations

import pytest

from autograder.config import Limits
from autograder.errors import StudentError
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import find_backends, prepare_runtime
from autograder.sandbox.host import Host

LIMITS = Limits(call_wall_s=60, load_wall_s=30, memory_mib=3072)
TRAINING = """
import keras
import numpy as np
import tensorflow as tf


def losses():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data = tf.data.Dataset.from_tensor_slices((np.ones((64, 4), "float32"), np.zeros((64, 1), "float32")))
    data = data.map(lambda x, y: (2.0 * x, y), num_parallel_calls=tf.data.AUTOTUNE).batch(8)
    return model.fit(data, epochs=3, verbose=0, shuffle=False).history["loss"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", [backend.name for backend in find_backends()])
def test_networks_train_in_one_fork_after_the_other(name, tmp_path):
    """Ops, a parallel data set and a fit work in every fork of a warm host."""
    backend = next(b for b in find_backends() if b.name == name)
    if reason := backend.missing():
        pytest.skip(reason)
    with Host(backend, prepare_runtime(tmp_path / "views", ("tensorflow",)), LIMITS) as host:
        for _ in range(3):
            student = RemoteStudent(host, Submission("s", (Chunk("cell", TRAINING),)), LIMITS)
            found = student.losses()
            assert len(found) == 3 and found[-1] < found[0]
            host.end_fork()


SPOIL = """
import os, resource


def spoil():
    resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (0, 0))
"""


@pytest.mark.parametrize("name", [backend.name for backend in find_backends()])
def test_a_host_that_a_student_has_spoilt_is_replaced(name, tmp_path, monkeypatch):
    """Without the filter of system calls it could be: then the next submission gets a fresh host, and its points."""
    backend = next(b for b in find_backends() if b.name == name)
    if reason := backend.missing():
        pytest.skip(reason)
    monkeypatch.setattr("autograder.sandbox.runtime.compile_filter", lambda *, gpu: b"")
    with Host(backend, prepare_runtime(tmp_path / "views", ("numpy",)), LIMITS) as host:
        student = RemoteStudent(host, Submission("s", (Chunk("cell", SPOIL),)), LIMITS)
        try:
            student.spoil()
        except StudentError as error:
            pytest.skip(f"this sandbox refuses it by itself: {error}")
        spoilt = host.pid
        host.end_fork()
        right = Submission("next", (Chunk("cell", "def f(): return 1"),))
        assert RemoteStudent(host, right, LIMITS).f() == 1
        assert host.pid != spoilt
