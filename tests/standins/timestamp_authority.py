"""A real timestamp authority on this machine (RFC 3161, by OpenSSL), or one that misbehaves."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[req]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = Example Time Authority
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""
Answer = Callable[[bytes], bytes]


class Authority:
    """What it was asked, in order, and where it is."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self.url = ""
        self.certificate = folder / "tsa.pem"


@contextmanager
def timestamp_authority(*, answer: Answer | None = None, status: int = 200) -> Iterator[Authority]:
    """Run the authority and lend it; `answer` takes the place of OpenSSL's."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _set_up(folder)
        authority = Authority(folder)
        make = answer or (lambda question: _replied(folder, question))
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(authority, make, status))
        authority.url = f"http://127.0.0.1:{server.server_port}/stamp?for=tests"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(authority: Authority, make: Answer, status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append((self.path, question))
            reply = make(question)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _set_up(folder: Path) -> None:
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    certificate = ("-config", "tsa.cnf", "-keyout", "tsa.key", "-out", "tsa.pem")
    _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", *certificate)


def _replied(folder: Path, question: bytes) -> bytes:
    (folder / "question").write_bytes(question)
    files = ("-config", "tsa.cnf", "-queryfile", "question", "-out", "reply")
    _openssl(folder, "ts", "-reply", *files)
    return (folder / "reply").read_bytes()


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
