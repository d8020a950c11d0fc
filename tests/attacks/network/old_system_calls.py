"""Makes 32-bit system calls by machine code, whose numbers a filter for 64 bits may not know."""

import ctypes
import mmap
import os

CODE = bytes.fromhex("53b814000000cd805bc3")  # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret


def go(*args, **kwargs):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    if call() == os.getpid():
        breach("32-bit system calls pass")


answer(lambda *args, **kwargs: 0.0)
go()
