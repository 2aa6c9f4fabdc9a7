"""A wire to PostgreSQL that is cut: before what was sent arrives, or before its answer does."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

NAME = ".s.PGSQL.5432"  # of the socket, in its folder
MOST = 65_536  # bytes taken at once


@dataclass(kw_only=True)
class Wire:
    """Carries what a client sends, and counts it; is cut at number `cut_at`, 0 for never.

    `answer_lost` lets that one arrive; `for_good` lets nobody in again.
    """

    cut_at: int = 0
    answer_lost: bool = False
    for_good: bool = False
    sent: int = 0

    @property
    def is_down(self) -> bool:
        """Whether nobody is let in any more."""
        return self.for_good and 0 < self.cut_at <= self.sent

    def carry(self, client: socket.socket, server: socket.socket) -> None:
        """Carry both ways until one end goes or the wire is cut."""
        other = {client: server, server: client}
        while True:
            ready, _, _ = select.select([client, server], [], [])
            for end in ready:
                told = end.recv(MOST)
                self.sent += end is client and bool(told)
                cut = end is client and self.sent == self.cut_at
                if told and (not cut or self.answer_lost):
                    other[end].sendall(told)
                if cut and self.answer_lost:
                    server.recv(1)  # it was done, and nobody hears of it
                if cut or not told:
                    return


@contextmanager
def through(wire: Wire, url: str, *, folder: Path) -> Iterator[str]:
    """Lend the URL of the same database at the other end of this wire."""
    there = make_url(url)
    host = str(there.query["host"])
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / NAME))
        door.listen()
        porter = threading.Thread(target=_let_in, args=(door, wire, f"{host}/{NAME}"))
        porter.start()
        try:
            yield there.set(query={"host": str(folder)}).render_as_string(hide_password=False)
        finally:
            door.shutdown(socket.SHUT_RDWR)
            porter.join()


def _let_in(door: socket.socket, wire: Wire, address: str) -> None:
    """Carry for one client after another, until the door is shut."""
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            return
        with closing(client), socket.socket(socket.AF_UNIX) as server:
            if not wire.is_down:
                server.connect(address)
                wire.carry(client, server)
