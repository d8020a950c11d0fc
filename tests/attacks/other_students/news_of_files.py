"""Asks the kernel for news of folders: the names of files that others make there may be names of students."""

import ctypes
import fcntl
import os
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
FOLDERS = [PLACES["scratch"], PLACES["home"], os.path.dirname(PLACES["student"]), "..", "/tmp", "/"]  # noqa: F821


def notify(folder):
    """dnotify, the older of the two."""
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.fcntl(descriptor, 1026, 0x80000004)


def go():
    queues = [libc.inotify_init1(0), libc.inotify_init(), libc.syscall(300, 0, 0)]
    for queue in queues:
        if queue >= 0:
            added = [folder for folder in FOLDERS if libc.inotify_add_watch(queue, folder.encode(), 0xFFF) >= 0]
            breach(f"a queue of news, for {added}")
    for folder in (*FOLDERS, tempfile.gettempdir(), "."):
        if not isinstance(attempt(notify, folder), BaseException):
            breach(f"news of {folder}")
    if not isinstance(attempt(fcntl.fcntl, os.open(os.__file__, os.O_RDONLY), 1024, fcntl.F_RDLCK), BaseException):
        breach("a lease on a file of Python's: others would wait to write it")


answer(lambda *args, **kwargs: 0.0)
go()
