"""What the probes try is real: without walls it succeeds, so that a refusal is a wall's doing."""

from __future__ import annotations

import inspect
import os
import socket
from pathlib import Path

import pytest

from autograder.protocol.functions import source_of
from autograder.sandbox import trespasses
from autograder.sandbox.probe import PROBES


def test_files_can_be_read_and_changed(canary: Path) -> None:
    """In a process of one's own."""
    assert trespasses.read(str(canary)) == "secret"
    assert trespasses.list_folder(str(canary.parent)) == 0
    trespasses.append(str(canary))
    trespasses.change_rights(str(canary))
    assert canary.read_text() == "secretx" and canary.stat().st_mode & 0o777 == 0o777


def test_packets_arrive() -> None:
    """At ports on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        trespasses.connect_tcp(tcp.getsockname()[1])
        trespasses.send_udp(udp.getsockname()[1])
        tcp.accept()[0].close()
        assert udp.recv(1) == b"x"


def test_the_rest_that_does_no_harm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Signals that are not sent, memory, news of a folder, a descriptor, a large file, a package, a variable."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRADER_PROBE_SECRET", "secret")
    trespasses.signal_grader(os.getpid())
    trespasses.signal_host()
    trespasses.share_memory()
    trespasses.watch_folder()
    trespasses.send_file()
    trespasses.reserve_addresses()
    trespasses.write_large_file()
    trespasses.import_unnamed()
    assert trespasses.read_environment("AUTOGRADER_PROBE_SECRET") == "secret"
    assert (tmp_path / "large").stat().st_size == 8 << 20


def test_every_trespass_can_be_sent_and_is_tried() -> None:
    """Each function is a probe's, but for the one that the end of a fork is tried with."""
    functions = [f for _, f in inspect.getmembers(trespasses, inspect.isfunction)]
    assert {f.__name__ for f in functions} - {probe.action.__name__ for probe in PROBES} == {"leave_processes"}
    assert all(source_of(function).modules == {} for function in functions)
