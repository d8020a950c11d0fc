"""Reaches for the kernel by pairs of sockets: other families, other names for AF_UNIX, and messages with an address."""

import ctypes
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)


def pair(family, kind):
    return libc.syscall(53, ctypes.c_long(family), kind, 0, (ctypes.c_int * 2)())


def reach(address):
    here, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    attempt(here.bind, "\0cxr-attacker")
    for way in (lambda: here.sendto(b"hello", address), lambda: here.sendmsg([b"hello"], [], 0, address),
                lambda: here.connect(address)):
        if not isinstance(attempt(way), BaseException):
            breach(f"reached {address!r}")


def go():
    got = [(family, kind) for family in range(50) if family != 1 for kind in (1, 2, 3, 5) if pair(family, kind) == 0]
    got += [(family, 1) for family in (1 << 32 | 30, 1 << 40 | 38) if pair(family, 1) == 0]
    if got:
        breach(f"pairs of sockets of other families: {got}")
    for address in (PLACES["unix"], PLACES["abstract"]):  # noqa: F821
        reach(address)
    if os.path.exists("/run/systemd/journal/socket"):
        reach("/run/systemd/journal/socket")


answer(lambda *args, **kwargs: 0.0)
go()
