"""Connects to a TCP port of this machine: sockets, HTTP, asyncio, every way that Python has."""

import asyncio
import http.client
import socket
import urllib.request

HERE = ("127.0.0.1", PLACES["tcp"])


def go(*args, **kwargs):
    for way in (
        lambda: socket.create_connection(HERE, 1).send(b"x"),
        lambda: urllib.request.urlopen(f"http://127.0.0.1:{HERE[1]}/", timeout=1),
        lambda: http.client.HTTPConnection(*HERE, timeout=1).request("GET", "/"),
        lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection(*HERE), 1)),
        lambda: socket.create_connection(("::ffff:127.0.0.1", HERE[1]), 1),
        lambda: socket.create_connection(("localhost", HERE[1]), 1),
        lambda: socket.create_connection(("0.0.0.0", HERE[1]), 1),
    ):
        attempt(way)


answer(lambda *args, **kwargs: 0.0)
go()
