"""Never stops sending: whole answers that nobody asked for, from a thread, while others are asked."""

import os
import sys
import threading

serve = sys.modules["autograder.worker.serve"]
protocol = sys.modules["autograder.protocol"]
FRAME = protocol.pack_frame({"ok": True, "value": None}, bytes(2**16))


def pour():
    while True:
        for number in range(3, 16):
            attempt(os.write, number, FRAME)


answer(lambda *args, **kwargs: 0.0)
threading.Thread(target=pour, daemon=True).start()
