"""Servers as processes: started as they are in earnest, their CPU and memory read from outside."""

import http.client
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from portal import paths

PROC = Path("/proc")
PATIENCE = 60  # seconds until a server answers
MILLION = 1_000_000
KINDS = (("pressroom", "press"), ("--beside-server", "outbox"), ("postgres", "database"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers on `port`; with `database` the processes of PostgreSQL count too."""

    port: int
    root: int  # its first process
    database: int = 0  # PostgreSQL's first process, 0 for none

    def cpu(self) -> dict[str, int]:
        """Return the nanoseconds of user and system time so far, by what the process does."""
        spent: Counter[str] = Counter()
        for pid in self._pids():
            spent[kind_of(pid)] += cpu_of(pid)
        return dict(spent)

    def memory(self) -> dict[str, list[float]]:
        """Return the PSS of each process in MiB, by what it does."""
        found: dict[str, list[float]] = {}
        for pid in self._pids():
            kind = "supervisor" if pid == self.root else kind_of(pid)
            found.setdefault(kind, []).append(pss_of(pid))
        return found

    def _pids(self) -> list[int]:
        return [*tree(self.root), *(tree(self.database) if self.database else ())]


def tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it ended meanwhile
                pid = int(folder.name)
                parents.setdefault(parent_of(pid), []).append(pid)
    found = [root]
    for pid in found:
        found.extend(parents.get(pid, ()))
    return found


def parent_of(pid: int) -> int:
    """Return the process that started this one."""
    return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])


def cpu_of(pid: int) -> int:
    """Return the process's user and system time in nanoseconds, ended threads included.

    It is what /proc/PID/stat counts, read from the same account by its clock: ticks of 10 ms would
    hide a page.
    """
    with suppress(OSError):
        return time.clock_gettime_ns((~pid << 3) | 2)
    return 0


def pss_of(pid: int) -> float:
    """Return the memory of a process in MiB, what it shares counted in parts."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0


def kind_of(pid: int) -> str:
    """Return what a process does: press, outbox, database, or web."""
    with suppress(OSError):
        said = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
        return next((kind for mark, kind in KINDS if mark in said), "web")
    return "web"


@contextmanager
def serving(
    command: list[str], *, environ: Mapping[str, str], log: Path, database: int = 0
) -> Iterator[Server]:
    """Run a server, this Python's, until the block ends; `{port}` in the command is its port."""
    port = free_port()
    told = [sys.executable, *(part.format(port=port) for part in command)]
    with (
        log.open("ab") as file,
        subprocess.Popen(told, env=environ, cwd=paths.ROOT, stdout=file, stderr=file) as process,
    ):
        try:
            _wait(port, process, log)
            yield Server(port=port, root=process.pid, database=database)
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/sign-in")
            asked.getresponse().read()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start; see {log}")
