"""Writes into NumPy, the standard library, the harness and their caches, for whoever imports them next."""

import importlib.util
import os
import sys

import numpy as np


def go(*args, **kwargs):
    harness = sys.modules["autograder.worker.serve"].__file__
    for path in (np.__file__, os.__file__, harness, importlib.util.cache_from_source(np.__file__)):
        real = os.path.realpath(path)
        for target in {path, real, os.path.dirname(real) + "/sitecustomize.py", os.path.dirname(path) + "/usercustomize.py"}:
            if not isinstance(attempt(lambda: open(target, "a")), BaseException):
                breach(f"{target} can be written")
            attempt(os.replace, "x.py", target)
    for entry in sys.path:
        if entry and not isinstance(attempt(lambda: open(f"{entry}/keras.py", "w").write("x = 1")), BaseException):
            breach(f"a file can be added to {entry}")


open("x.py", "w").write("x = 1")
answer(lambda *args, **kwargs: 0.0)
go()
