"""The ledger's head, signed with a key that is not in the database.

Whoever holds the database alone can hash the whole chain again, but cannot sign its new head. A
line is one printed head; it and its signature can be checked with openssl, without the portal.
"""

import logging
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.ledger.keys import LedgerKeyUnfit, load_key

MAILED = "head.mailed"  # type of the entry that tells of one that went out by mail
log = logging.getLogger(__name__)


class Signer:
    """Signs each new head as it is stored, with the key in this folder.

    Without its key nothing stops: people sign in and are safe, and the head without a signature is
    a fault that `portal verify` names.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key: Ed25519PrivateKey | None = None

    def __call__(self, seq: int, link: str) -> str:
        """Return the signature of this head, "" without a key."""
        try:
            self._key = self._key or load_key(self._folder)
        except LedgerKeyUnfit:
            log.exception("the head of the ledger is not signed")
            return ""
        return sign(stored(seq, link), self._key)


def stored(seq: int, link: str) -> str:
    """Return what is signed of the head that the database holds: SEQ:HASH, without a time."""
    return f"{seq}:{link}"


def line(seq: int, link: str, *, at: datetime) -> str:
    """Return what is signed: the head as SEQ:HASH, and when it was the newest entry, in UTC."""
    return f"{seq}:{link} {at.isoformat(timespec='seconds')}"


def sign(said: str, key: Ed25519PrivateKey) -> str:
    """Return the Ed25519 signature of a line, in base64 (RFC 8032)."""
    return b64encode(key.sign(said.encode())).decode()


def is_ours(said: str, signature: str, *, key: Ed25519PublicKey) -> bool:
    """Return whether this key signed exactly this line."""
    try:
        key.verify(b64decode(signature, validate=True), said.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
