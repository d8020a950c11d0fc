"""Leaves what outlives a process and belongs to no file: shared memory, queues, semaphores, keys, locks."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
SHMGET, MSGGET, SEMGET, MQ_OPEN, ADD_KEY = 29, 68, 64, 240, 248
CREATE = 0o1000
KEY = 0x43585201
answer(lambda *args, **kwargs: 0.0)
done = {
    "shared memory": libc.syscall(SHMGET, KEY, 4096, CREATE | 0o600) >= 0 and libc.syscall(31, libc.syscall(SHMGET, KEY, 4096, 0o600), 0, 0) == 0,
    "a message queue": libc.syscall(MSGGET, KEY, CREATE | 0o600) >= 0 and libc.syscall(71, libc.syscall(MSGGET, KEY, 0o600), 0, 0) == 0,
    "a semaphore": libc.syscall(SEMGET, KEY, 1, CREATE | 0o600) >= 0 and libc.syscall(66, libc.syscall(SEMGET, KEY, 1, 0o600), 0, 0) == 0,
    "a POSIX queue": libc.syscall(MQ_OPEN, b"cxr", os.O_CREAT | os.O_RDWR, 0o600, 0) >= 0 and libc.syscall(241, b"cxr") == 0,
}
# Each is removed again at once, here and by the lines above: what counts is that it could be made.
process_keyring = -2
if libc.syscall(ADD_KEY, b"user", b"cxr", b"x", 1, process_keyring) >= 0:
    done["a key"] = True
if any(done.values()):
    breach(f"left {', '.join(name for name, made in done.items() if made)}")
