"""Starts threads and programs that outlive the call and go on working."""

import os
import subprocess
import sys
import threading


def work():
    while True:
        attempt(lambda: open("x", "w").write("x"))
        attempt(os.write, 1, b"x")


def go(*args, **kwargs):
    for _ in range(8):
        threading.Thread(target=work, daemon=False).start()
    attempt(subprocess.Popen, [sys.executable, "-c", "import time; time.sleep(15)"], start_new_session=True)
    attempt(subprocess.Popen, ["/bin/sleep", "15"], start_new_session=True)
    return 0.0


answer(go)
