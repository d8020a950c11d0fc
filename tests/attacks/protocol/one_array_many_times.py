"""An answer of 2 MB whose header names the same bytes as sixty arrays: small on the way, 120 MB to whoever reads it."""

import sys

serve = sys.modules["autograder.worker.serve"]
protocol = sys.modules["autograder.protocol"]
answer(lambda *args, **kwargs: 0.0)
NODE = {"t": "array", "dtype": "float64", "shape": [2**18], "at": 0}
PAIRS = {"value": {"t": "list", "v": [NODE] * 60}, "args": {"t": "list", "v": []}, "kwargs": {"t": "dict", "v": []},
         "shares_memory": False, "warnings": {"t": "list", "v": []}, "stdout": {"t": "str", "v": ""}}
FRAME = protocol.pack_frame({"ok": True, "value": {"t": "dict", "v": [[k, v] for k, v in PAIRS.items()]}}, bytes(2**21))
serve._answer = lambda *args: FRAME
