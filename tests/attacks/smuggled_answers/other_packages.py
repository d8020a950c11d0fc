"""Imports packages that the assignment does not name: TensorFlow, Keras, SciPy, from wherever they are installed."""

import ctypes
import glob
import importlib
import sys
import zipimport

sys.path += [PLACES["site"], "/usr/lib/python3/dist-packages", "/usr/local/lib/python3/dist-packages"]
for name in ("tensorflow", "keras", "scipy", "sklearn", "pandas", "pip", "autograder.grading", "nbgrader", "pytest"):
    if not isinstance(attempt(importlib.import_module, name), BaseException):
        breach(f"{name} can be imported")
libraries = glob.glob(PLACES["site"] + "/scipy/**/*.so", recursive=True)
attempt(zipimport.zipimporter, PLACES["site"] + "/scipy.zip")
if any(not isinstance(attempt(ctypes.CDLL, path), BaseException) for path in libraries):
    breach("a library of another package can be loaded")
answer(lambda *args, **kwargs: 0.0)
