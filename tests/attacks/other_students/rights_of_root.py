"""Uses what root may do where the grader runs as root: immutable files, others' files, clocks, and rights for programs."""

import array
import ctypes
import fcntl
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)


def attributes(name, request, flags):
    with open(name, "w") as stream:
        fcntl.ioctl(stream, request, array.array("l", [flags]))


def capable():
    with open("/proc/self/status") as stream:
        return [line.strip() for line in stream if line.startswith(("CapEff", "CapPrm")) and int(line.split()[1], 16)]


TRIES = {
    "an immutable file": lambda: attributes("immutable", 0x40086602, 0x10),
    "a file that only grows": lambda: attributes("grows", 0x1_40086602, 0x20),
    "its own rights": lambda: 1 / len(capable()),
    "a higher priority": lambda: os.nice(-1),
    "another user": lambda: os.setuid(1),
    "other groups": lambda: os.setgroups([0, 4, 27]),
    "a port below 1024": lambda: socket.create_server(("127.0.0.1", 81)),
    "a limit of its own": lambda: __import__("resource").setrlimit(7, (1 << 16, 1 << 16)),
    "another root": lambda: os.chroot("."),
    "buffers without a bound": lambda: socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, 32, 1 << 28),
}
answer(lambda *args, **kwargs: 0.0)
got = [what for what, action in TRIES.items() if not isinstance(attempt(action), BaseException)]
if libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)) == 0:
    got.append("all capabilities")
if got:
    breach(f"got {', '.join(got)}")
