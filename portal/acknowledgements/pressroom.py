"""The process in which PDFs are made: it alone loads WeasyPrint, pyHanko and the seal's key.

The first message says what the settings say of the seal. A job is four bytes of length and a
canonical record; the answer is one byte that says how it went, four bytes of length, and the PDF or
the reason. A job is pure, so whoever asked may ask again. What is not foreseen ends this process:
its traceback is in the log, and the press starts another.
"""

import gc
import resource
import signal
import socket
import sys
from io import BufferedRWPair
from pathlib import Path

from portal.acknowledgements.wire import LENGTH, Given

MEMORY = 1024**3  # bytes of address space; a usual peak is a third of it
IDLE = 15 * 60  # seconds without a job, after which the press leaves


def main() -> None:
    """Serve jobs from the socket inherited as `argv[1]`, with the seal in the folder `argv[2]`."""
    # Whoever stops the portal must not stop a signature half-way: the closed socket ends this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the key
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        connection.settimeout(IDLE)
        serve(connection, Path(sys.argv[2]))


def serve(connection: socket.socket, keys: Path) -> None:
    """Answer jobs until the other end closes, or nobody asks for a long time."""
    from portal.acknowledgements import printing  # noqa: PLC0415 - only under the limits above

    printing.warm()
    clear_only_between_jobs()
    try:
        with connection.makefile("rwb") as stream:
            given = Given.of(_message(stream))
            while job := _message(stream):
                verdict, content = printing.answer(job, keys, given)
                stream.write(verdict + LENGTH.pack(len(content)) + content)
                stream.flush()
                gc.collect()
    except (TimeoutError, ConnectionError):
        return


def clear_only_between_jobs() -> None:
    """Let Python look for what nobody holds any more when it is told to: not while a tutor waits.

    A page is thousands of small objects that hold each other, and what is loaded stays for good: to
    look through it all, again and again, took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


def _message(stream: BufferedRWPair) -> bytes:
    """Return the next job, or nothing when the other end has closed."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
