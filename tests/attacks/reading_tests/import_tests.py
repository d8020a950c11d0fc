"""Imports the tests, the reference solution and pytest by name and by path."""

import importlib.util
import linecache
import os
import runpy
import sys

sys.path[:0] = [PLACES["reference_folder"], PLACES["assignments"] + "/activations", os.path.dirname(PLACES["assignments"])]


def load(path):
    spec = importlib.util.spec_from_file_location("stolen", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


stolen = [attempt(__import__, name) for name in ("test_hidden", "activations", "reference_solution", "pytest", "scipy")]
stolen += [attempt(load, path) for path in (PLACES["hidden_tests"], PLACES["reference"])]
stolen += [attempt(runpy.run_path, PLACES["reference"])]
stolen += [linecache.getlines(path) for path in PLACES["secrets"]]
for thing in stolen:
    if not isinstance(thing, (BaseException, list)):
        globals().update(thing if isinstance(thing, dict) else vars(thing))
        breach("a module of the grader's could be imported")
smuggle(stolen)
