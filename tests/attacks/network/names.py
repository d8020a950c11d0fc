"""Asks for names, whose questions would carry data out, and lists the machine's network."""

import socket


def go(*args, **kwargs):
    for name in ("localhost", "secret.invalid"):
        attempt(socket.getaddrinfo, name, 80)
        attempt(socket.gethostbyname, name)
    names = attempt(socket.if_nameindex)
    if not isinstance(names, BaseException) and any(name != "lo" for _, name in names):
        breach("the machine's network devices can be listed")


answer(lambda *args, **kwargs: 0.0)
go()
