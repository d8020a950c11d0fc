"""Announces an answer of 10 GB, of 2^64 bytes, of 4 GB of header, and sends a part of it for ever."""

import itertools
import struct
import sys

serve = sys.modules["autograder.worker.serve"]
sizes = itertools.cycle([(20, 10 * 2**30), (20, 2**64 - 1), (2**32 - 1, 0), (4 * 2**20 + 1, 1)])
answer(lambda *args, **kwargs: 0.0)
serve._answer = lambda *args: struct.pack(">4sIQ", b"CXR1", *next(sizes)) + b"{" * 2**20
