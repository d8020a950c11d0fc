"""Imports TensorFlow without its start-up messages."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator


def import_tensorflow(*, gpu: bool = False) -> None:
    """Imports TensorFlow in this process and drops what its libraries print meanwhile.

    Without ``gpu`` it sees no graphics processor: those are for student code, and what the trusted side computes is the
    same on every machine.

    The messages come from C++ before any logging can be configured, so the file descriptor itself is redirected.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns where several models are trained in a row
    with _standard_error_dropped():
        import tensorflow  # noqa: F401


@contextlib.contextmanager
def _standard_error_dropped() -> Iterator[None]:
    sys.stderr.flush()
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)
