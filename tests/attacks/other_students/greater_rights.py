"""Asks for more rights: namespaces, another root, mounts, another name for the machine, BPF, user faults."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
NAME = os.uname().nodename.encode()
CALLS = {
    "a user namespace": lambda: libc.syscall(272, 0x10000000),
    "a mount": lambda: libc.syscall(165, b"none", b".", b"tmpfs", 0, 0),
    "the machine's name": lambda: libc.syscall(170, NAME, len(NAME)),
    "perf events": lambda: libc.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0),
    "user faults": lambda: libc.syscall(323, 0),
    "a BPF map": lambda: libc.syscall(321, 0, (ctypes.c_uint32 * 18)(2, 4, 4, 1), 72),
    "another root": lambda: libc.chroot(b"."),
}


def possible(action):
    """Whether a system call succeeds, tried in a child that ends at once."""
    child = os.fork()
    if child == 0:
        result = attempt(action)
        os._exit(0 if isinstance(result, int) and result >= 0 else 1)
    return os.waitpid(child, 0)[1] == 0


answer(lambda *args, **kwargs: 0.0)
got = [what for what, action in CALLS.items() if possible(action)]
if got:
    breach(f"got {', '.join(got)}")
