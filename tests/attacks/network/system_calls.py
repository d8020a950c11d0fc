"""Connects and sends past the C library: by number, and through io_uring, which no filter of system calls sees."""

import ctypes
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
SOCKET, CONNECT, SENDTO, IO_URING_SETUP = 41, 42, 44, 425


def go(*args, **kwargs):
    for kind, port in ((socket.SOCK_STREAM, PLACES["tcp"]), (socket.SOCK_DGRAM, PLACES["udp"])):
        address = struct.pack("=HHI8x", socket.AF_INET, socket.htons(port), socket.htonl(0x7F000001))
        end = libc.syscall(SOCKET, socket.AF_INET, int(kind), 0)
        libc.syscall(CONNECT, end, address, 16)
        libc.syscall(SENDTO, end, b"x", 1, 0, address, 16)


answer(lambda *args, **kwargs: 0.0)
go()
ring = ctypes.create_string_buffer(256)
if libc.syscall(IO_URING_SETUP, 8, ring) >= 0:
    breach("io_uring can be used")
