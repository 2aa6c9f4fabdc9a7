"""The key that signs the ledger's head: two files in the keys folder, never in the database."""

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from portal.errors import Refusal

KEY = "ledger.key.pem"
PUBLIC = "ledger.pub.pem"
OTHERS = 0o077  # the mode bits of everybody but the owner


class LedgerKeyUnfit(Refusal):
    """The key of the ledger cannot be used; the sentence tells the operator why."""

    code = "ledger-key-unfit"
    leaves_trace = False


def make_key(folder: Path) -> None:
    """Make key and public key, both for their owner only; raises FileExistsError for a second."""
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(folder / KEY, secret)
    _write(folder / PUBLIC, _public(key.public_key()))


def load_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key in this folder; raises LedgerKeyUnfit."""
    path = folder / KEY
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise LedgerKeyUnfit(f"{KEY} cannot be read: {error.strerror}.") from error
    if mode & OTHERS:
        raise LedgerKeyUnfit(f"{KEY} is open to other people: run chmod 600 on it.")
    return _parsed(content)


def load_public(folder: Path) -> Ed25519PublicKey:
    """Return the public key in this folder, enough to check with; raises LedgerKeyUnfit."""
    try:
        key = load_pem_public_key((folder / PUBLIC).read_bytes())
    except (OSError, ValueError) as error:
        raise LedgerKeyUnfit(f"{PUBLIC} cannot be read: nothing says whose head it is.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise LedgerKeyUnfit(f"{PUBLIC} is not an Ed25519 key.")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of the public key as its PEM file holds it, in hex."""
    return hashlib.sha256(_public(key)).hexdigest()


def _parsed(content: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise LedgerKeyUnfit(f"{KEY} is not a key that can be read.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise LedgerKeyUnfit(f"{KEY} is not an Ed25519 key.")
    return key


def _public(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
