"""Attaches to the grader and the host with ptrace and reads their memory with process_vm_readv and pidfd_getfd."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_DETACH = 16, 17


class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def go(*args, **kwargs):
    for pid in (os.getppid(), PLACES["grader"], PLACES["other"]):
        if libc.ptrace(PTRACE_ATTACH, pid, 0, 0) == 0:
            libc.ptrace(PTRACE_DETACH, pid, 0, 0)
            breach(f"ptrace of {pid}")
        here = ctypes.create_string_buffer(16)
        mine = Span(ctypes.addressof(here), 16)
        theirs = Span(0x400000, 16)
        if libc.process_vm_readv(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) > 0:
            breach(f"the memory of {pid}")
        handle = attempt(os.pidfd_open, pid)
        if isinstance(handle, int):
            for number in range(32):
                if libc.syscall(438, handle, number, 0) >= 0:
                    breach(f"descriptor {number} of {pid}")


go()
answer(go)
