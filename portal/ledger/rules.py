"""How an entry is hashed; pure, so that anyone can do it again without the portal."""

import hashlib
import json
import unicodedata
from typing import Any

START = "0" * 64


def canonical(facts: dict[str, Any]) -> bytes:
    """Return one spelling of these facts: JSON, sorted keys, no spaces, UTF-8 in NFC."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return unicodedata.normalize("NFC", text).encode()


def leaf_hash(entry_type: str, *, salt: bytes, payload: bytes) -> str:
    """Return H(0x00, type, salt, H(payload)): salted, so that erasing leaves no personal data.

    The domain byte follows RFC 6962; `salt` is 16 bytes.
    """
    digest = hashlib.sha256(payload).digest()
    return hashlib.sha256(b"\x00" + entry_type.encode() + salt + digest).hexdigest()


def entry_hash(previous: str, *, seq: int, leaf: str) -> str:
    """Return H(0x01, previous, seq as 8 bytes, leaf) as hex."""
    head = b"\x01" + bytes.fromhex(previous) + seq.to_bytes(8, "big")
    return hashlib.sha256(head + bytes.fromhex(leaf)).hexdigest()
