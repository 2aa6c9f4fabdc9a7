"""The worker of the outbox dies: nobody has to notice for mail to go on."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.faults.servers import PATIENCE, served
from tests.standins.mail_server import free_port


def workers(server_pid: int) -> set[int]:
    """Return the processes that send mail for this server: forked by one that waits for them."""
    waiting = {pid for pid in children(server_pid) if b"\0worker\0" in command_line(pid)}
    return {pid for each in waiting for pid in children(each)}


def children(pid: int) -> set[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return {int(each) for each in told.read_text().split()} if told.exists() else set()


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def until_there_is_one(server_pid: int, *, but: int = 0) -> int:
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    while not (found := workers(server_pid) - {but}):
        assert time.monotonic() < end, "no worker came"
        pause.wait(0.1)
    return found.pop()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_is_killed_is_followed_by_another(settings):
    with served(settings, port=free_port()) as server:
        first = until_there_is_one(server.pid)

        os.kill(first, signal.SIGKILL)

        assert until_there_is_one(server.pid, but=first) != first
