"""What the press and its process say to each other: lengths, and one byte for how a job went."""

import json
import struct
from dataclasses import asdict, dataclass, field
from typing import Any

from portal.acknowledgements.byhand import Print
from portal.config import Settings

LENGTH = struct.Struct("!I")
SEALED, UNPRINTABLE, UNFIT, SHOWN = b"+", b"?", b"!", b"="
POLICY = b"T"  # stands before a policy's text that is only to be tried out
# Either stands before a record that is to be printed for signing by hand, not sealed.
PACKS = {Print.USUAL: b"P", Print.LARGE: b"L"}
SIZES = {prefix: size for size, prefix in PACKS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the settings say of the seal, beyond the folder of the keys made here.

    `file` is a PKCS#12 from outside; `timestamp_url` a timestamp authority (RFC 3161), which has
    so many seconds to answer. It travels by the socket: a password must not stand in an
    environment or a list of processes.
    """

    file: str = ""
    password: str = field(default="", repr=False)
    timestamp_url: str = ""
    timestamp_seconds: float = 2

    @classmethod
    def said_by(cls, settings: Settings) -> "Given":
        """Return what these settings say."""
        return cls(
            file=settings.seal_file,
            password=settings.seal_password,
            timestamp_url=settings.timestamp_url,
            timestamp_seconds=settings.timestamp_seconds,
        )

    def as_bytes(self) -> bytes:
        """Return it for the wire."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def of(cls, content: bytes) -> "Given":
        """Return what came by the wire."""
        return cls(**json.loads(content))


def packed(told_of: dict[str, Any], pdf: bytes) -> bytes:
    """Return a PDF with what is told of it: its time stamp, and which seal sealed it."""
    told = json.dumps(told_of).encode()
    return LENGTH.pack(len(told)) + told + pdf


def unpacked(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what `packed` packed."""
    (size,) = LENGTH.unpack(content[: LENGTH.size])
    end = LENGTH.size + size
    return json.loads(content[LENGTH.size : end]), content[end:]
