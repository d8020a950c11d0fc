"""Sends UDP packets to this machine: sendto, sendmsg, a connected socket, broadcast."""

import socket

HERE = ("127.0.0.1", PLACES["udp"])


def go(*args, **kwargs):
    for family in (socket.AF_INET, socket.AF_INET6):
        end = attempt(socket.socket, family, socket.SOCK_DGRAM)
        if isinstance(end, BaseException):
            continue
        to = HERE if family == socket.AF_INET else ("::ffff:127.0.0.1", HERE[1])
        attempt(end.sendto, b"x", to)
        attempt(end.sendmsg, [b"x"], [], 0, to)
        attempt(end.connect, to)
        attempt(end.send, b"x")


answer(lambda *args, **kwargs: 0.0)
go()
