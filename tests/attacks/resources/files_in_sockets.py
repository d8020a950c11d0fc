"""Sends removed files as descriptors through a socket and closes them: they take the disk, and no process shows them."""

import array
import os
import socket
import time


def go(*args, **kwargs):
    there, here = socket.socketpair()
    sent = 0
    for number in range(120):
        with open(f"file-{number}", "wb") as stream:
            stream.write(bytes(7 << 20))
            os.unlink(stream.name)
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [stream.fileno()]))]
            if isinstance(attempt(there.sendmsg, [b"x"], rights), int):
                sent += 1
    if sent:
        time.sleep(1.5)
        breach(f"{7 * sent} MiB of files wait in a socket ({here.fileno()})")


answer(lambda *args, **kwargs: 0.0)
go()
