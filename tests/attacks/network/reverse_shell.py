"""Listens on a port for commands, and connects a shell to the outside."""

import os
import socket
import subprocess


def go(*args, **kwargs):
    listener = socket.socket()
    attempt(listener.bind, ("0.0.0.0", 0))
    attempt(listener.listen)
    end = socket.socket()
    attempt(end.connect, ("127.0.0.1", PLACES["tcp"]))
    attempt(lambda: subprocess.Popen(["/bin/sh", "-c", "id"], stdin=end, stdout=end, stderr=end).wait(1))
    attempt(os.system, f"echo x > /dev/tcp/127.0.0.1/{PLACES['tcp']}")


answer(lambda *args, **kwargs: 0.0)
go()
