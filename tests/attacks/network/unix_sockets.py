"""Connects to Unix sockets, with a path and without: behind them are a user's bus, an agent with keys, a container's daemon."""

import socket


def go(*args, **kwargs):
    for address in (PLACES["unix"], PLACES["abstract"]):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            end = socket.socket(socket.AF_UNIX, kind)
            attempt(end.connect, address)
            attempt(end.sendto, b"x", address)


answer(lambda *args, **kwargs: 0.0)
go()
