"""A head is signed by a key outside the database, and anyone can check it."""

import subprocess
from base64 import b64decode

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.console import Console
from portal.ledger.actions import note
from portal.ledger.commands import ledger
from portal.ledger.keys import KEY, PUBLIC, LedgerKeyUnfit, load_key, make_key
from portal.ledger.queries import head
from portal.ledger.witness import is_ours, line, sign
from tests.factories import LEAD, NOW

LINE = line(7, "ab" * 32, at=NOW)


@pytest.fixture
def key():
    return Ed25519PrivateKey.generate()


def test_a_signed_line_is_ours(key):
    assert line(7, "ab" * 32, at=NOW) == f"7:{'ab' * 32} 2026-11-23T10:00:00+00:00"
    assert is_ours(LINE, sign(LINE, key), key=key.public_key())


@pytest.mark.parametrize("other", ["8" + LINE[1:], LINE[:-6], LINE + "\n", ""])
def test_another_line_is_not(key, other):
    assert not is_ours(other, sign(LINE, key), key=key.public_key())


@pytest.mark.parametrize("signature", ["", "no base64", "AAAA"])
def test_what_is_no_signature_is_not_ours(key, signature):
    assert not is_ours(LINE, signature, key=key.public_key())


def test_another_key_does_not_pass_for_ours(key):
    stranger = Ed25519PrivateKey.generate()

    assert not is_ours(LINE, sign(LINE, stranger), key=key.public_key())


def test_the_key_is_for_its_owner_only_and_never_made_twice(tmp_path):
    make_key(tmp_path)
    kept = (tmp_path / KEY).read_bytes()

    with pytest.raises(FileExistsError):
        make_key(tmp_path)

    assert [(tmp_path / name).stat().st_mode & 0o777 for name in (KEY, PUBLIC)] == [0o600] * 2
    assert (tmp_path / KEY).read_bytes() == kept


def test_a_key_that_others_can_read_is_refused(tmp_path):
    make_key(tmp_path)
    (tmp_path / KEY).chmod(0o640)

    with pytest.raises(LedgerKeyUnfit, match="chmod 600"):
        load_key(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----"])
def test_a_key_that_is_gone_or_broken_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / KEY).touch(mode=0o600)
        (tmp_path / KEY).write_bytes(content)

    with pytest.raises(LedgerKeyUnfit):
        load_key(tmp_path)


def test_the_command_prints_the_head_and_a_signature_that_openssl_confirms(app, tmp_path):
    with app.extensions["db"].change() as session:
        note(session, "looked", by=LEAD, subject="priya", now=NOW)
        seq, link = head(session)
    settings = app.extensions["settings"]

    done = CliRunner().invoke(
        ledger, ["head"], obj=Console(settings=settings, make_app=lambda _: app)
    )

    said, signature = done.output.splitlines()
    assert said.startswith(f"{seq}:{link} ")
    (tmp_path / "head.txt").write_text(said)
    (tmp_path / "head.sig").write_bytes(b64decode(signature))
    asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", settings.keys / PUBLIC, "-rawin"]
    asked += ["-in", tmp_path / "head.txt", "-sigfile", tmp_path / "head.sig"]
    assert subprocess.run(asked, check=False, capture_output=True).returncode == 0
