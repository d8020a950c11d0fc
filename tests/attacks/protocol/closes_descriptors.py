"""Closes every descriptor, in a call and at load, and waits."""

import os
import time


def go(*args, **kwargs):
    os.closerange(0, 65536)
    time.sleep(5)


answer(go)
