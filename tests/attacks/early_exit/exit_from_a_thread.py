"""A thread ends the process at a moment of its own, between two questions."""

import os
import threading
import time


def later():
    time.sleep(0.2)
    os._exit(0)


threading.Thread(target=later).start()
answer(lambda *args, **kwargs: time.sleep(0.02) or 0.0)
