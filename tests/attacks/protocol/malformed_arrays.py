"""Sends arrays with wrong sizes, shapes, types and places: negative, overlapping the end, 2^62 long, of objects."""

import itertools
import sys

serve = sys.modules["autograder.worker.serve"]
protocol = sys.modules["autograder.protocol"]
NODES = [
    {"dtype": "float64", "shape": [2**61], "at": 0}, {"dtype": "float64", "shape": [-1], "at": 0},
    {"dtype": "object", "shape": [1], "at": 0}, {"dtype": "float64", "shape": [2], "at": -8},
    {"dtype": "float64", "shape": [1] * 40, "at": 0}, {"dtype": "O", "shape": [], "at": 0},
    {"dtype": "float64", "shape": [2**31, 2**31, 0], "at": 0}, {"dtype": "float64", "shape": [True], "at": 0},
    {"dtype": ["float64"], "shape": [1], "at": 0}, {"dtype": "float64", "shape": "1", "at": 0}, {"dtype": "float64"},
    {"dtype": "complex128", "shape": [1], "at": 0}, {"dtype": "bool", "shape": [16], "at": 0},
    {"dtype": "float64", "shape": [1.0], "at": 0}, {"dtype": "float64", "shape": [2**62, 2**62, 2**62, 4], "at": 0},
]
nodes = itertools.cycle(NODES)
answer(lambda *args, **kwargs: 0.0)


def reply(*args):
    pairs = {"value": {"t": "array", **next(nodes)}, "args": {"t": "list", "v": []}, "kwargs": {"t": "dict", "v": []},
             "shares_memory": next(nodes), "warnings": {"t": "list", "v": [next(nodes)]}, "stdout": {"t": "str", "v": ""}}
    return protocol.pack_frame({"ok": True, "value": {"t": "dict", "v": [[k, v] for k, v in pairs.items()]}}, bytes(16))


serve._answer = reply
