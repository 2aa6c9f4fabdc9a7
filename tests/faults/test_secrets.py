"""No key and no password stands anywhere but in its own file: processes, log, pages, database."""

import http.client
import os
import re
import subprocess
import sys
from base64 import b64decode
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from portal import paths
from portal.acknowledgements.keys import new_seal, seal_of
from portal.config import FILE, SESSION_KEY
from portal.db import make_engine
from tests.factories import NOW
from tests.faults.servers import PATIENCE, PORTAL, _until_answering
from tests.standins.mail_server import free_port

SEAL_WORD, MAIL_WORD = "a-word-for-the-seal", "a-word-for-the-mail"
pytestmark = pytest.mark.long


def portal(folder, *words, **told):
    environment = {**os.environ, "PORTAL_INSTANCE": str(folder), **told}
    done = subprocess.run(
        [*PORTAL, *words], cwd=paths.ROOT, env=environment, capture_output=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture
def installation(tmp_path):
    """A real one, made by `portal init`, with a seal from outside; and its one-time link."""
    folder = tmp_path / "instance"
    told = {"organisation": "Example Tutoring", "public-url": "http://localhost", "zone": "UTC"}
    told |= {"smtp-url": f"smtp://me:{MAIL_WORD}@127.0.0.1:9", "mail-from": "us@example.org"}
    told |= {"name": "Ada Admin", "email": "ada@example.org"}
    words = [word for name, value in told.items() for word in (f"--{name}", value)]
    said = portal(folder, "init", *words).decode()
    link = re.search(r"/links/\S+", said)[0]
    _give_a_seal(folder)
    return folder, link, said


def _give_a_seal(folder):
    seal = seal_of(new_seal("Example Tutoring", NOW), beside=folder)
    lock = BestAvailableEncryption(SEAL_WORD.encode())
    content = pkcs12.serialize_key_and_certificates(b"", seal.key, seal.leaf, seal.above, lock)
    (folder / "seal.p12").write_bytes(content)
    (folder / "seal.p12").chmod(0o600)
    with (folder / FILE).open("a") as settings:
        settings.write(f'seal_file = "seal.p12"\nseal_password = "{SEAL_WORD}"\n')
    (folder / "given.der").write_bytes(
        seal.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )


def secrets_of(folder):
    """Return what must be nowhere else, in each form that somebody may have written it in."""
    given = (folder / "given.der").read_bytes()
    (folder / "given.der").unlink()
    found = {SEAL_WORD.encode(), MAIL_WORD.encode(), given, given.hex().encode()}
    found.add((folder / "keys" / SESSION_KEY).read_bytes().split()[0])
    for path in (folder / "keys").glob("*.key.pem"):
        lines = path.read_text().partition("PRIVATE KEY-----")[2].partition("-----END")[0].split()
        whole = b64decode("".join(lines))
        found |= {lines[0].encode(), whole, whole.hex().encode()}
    return found


def family(pid):
    """Return this process and all that came from it, as /proc tells them."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        told = path.read_text().rpartition(")")[2].split()
        parents[int(path.parent.name)] = int(told[1])
    known = {pid}
    while more := {each for each, parent in parents.items() if parent in known} - known:
        known |= more
    return known


def seen_of(pid):
    """Return what other programs can see of a process."""
    return b"\n".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline"))


def ask(port, method, path, **fields):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as browser:
        body = "&".join(f"{name}={value}" for name, value in fields.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        browser.request(method, path, body, headers)
        answer = browser.getresponse()
        return answer.status, answer.read()


def served_once(folder, link):
    """Serve it, look at its processes, break its database; return all that was seen and said."""
    port = free_port()
    command = [*PORTAL, "serve", "--port", str(port)]
    environment = {**os.environ, "PORTAL_INSTANCE": str(folder), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=paths.ROOT, env=environment, **pipes) as server:
        _until_answering(server, port=port)
        pages = [ask(port, "GET", path) for path in ("/sign-in", link, "/nowhere")]
        pages.append(ask(port, "POST", "/sign-in", email="x"))
        processes = [seen_of(each) for each in family(server.pid)]
        engine = make_engine(f"sqlite:///{folder / 'portal.sqlite'}")
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE links RENAME TO lost")
        engine.dispose()
        pages.append(ask(port, "GET", link))
        server.terminate()
        log = server.stdout.read()
    assert [status for status, _ in pages] == [200, 200, 404, 400, 503]
    assert len(processes) >= 3, "the server, a worker of it, and that of the outbox"
    return [*processes, log, *(page for _, page in pages)]


def test_no_key_or_password_is_seen_anywhere_but_in_its_own_file(installation):
    folder, link, said = installation
    secrets = secrets_of(folder)

    seen = [said.encode(), *served_once(folder, link)]
    seen += [path.read_bytes() for path in folder.glob("portal.sqlite*")]
    for words in ("seal show", "seal show --pem", "ledger head", "verify"):
        seen.append(portal(folder, *words.split()))

    found = [(secret[:12], text[:60]) for secret in secrets for text in seen if secret in text]
    assert len(secrets) > 8
    assert found == []


def test_the_press_is_told_the_password_where_nobody_else_reads_it(installation):
    folder, *_ = installation
    words = f"""
from pathlib import Path
from portal.acknowledgements.press import Press
from portal.acknowledgements.wire import Given
press = Press(Path({str(folder / "keys")!r}), seconds={PATIENCE}, given=Given(
    file={str(folder / "seal.p12")!r}, password={SEAL_WORD!r}))
press.find_fault("Ready")
pid = press._room._process.pid
print(Path(f"/proc/{{pid}}/environ").read_bytes() + Path(f"/proc/{{pid}}/cmdline").read_bytes())
"""
    done = subprocess.run(
        [sys.executable, "-"],
        input=words.encode(),
        cwd=paths.ROOT,
        capture_output=True,
        check=True,
    )

    assert b"pressroom.main()" in done.stdout
    assert SEAL_WORD.encode() not in done.stdout
