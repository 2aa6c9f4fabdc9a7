"""What is this file? Issued here as it is, an altered copy of what was issued, or not from here.

The register answers by the SHA-256 of every byte. Where that fails, the file is searched for the
serial or the identifier that it was issued with, as bytes: nothing in it is trusted, and only the
seal's own check reads it as a PDF.
"""

import hashlib
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from portal.acknowledgements.compromise import Doubt, compromises, find_compromise
from portal.acknowledgements.doubts import doubt
from portal.acknowledgements.queries import find_issued, find_named
from portal.acknowledgements.verdict import Judge

DIGEST = "its SHA-256 is not that of the file issued"
SERIAL = re.compile(rb"(?<![A-Z0-9])[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}(?![A-Z0-9])")
# The first identifier of a PDF is the start of its record's digest; others write it as hex of hex.
MARK = re.compile(rb"/ID\s*\[\s*[(<]([0-9A-Fa-f]{64}|[0-9a-f]{32})[)>]")
HEX_OF_HEX = 64  # characters
MOST = 50  # things looked up for one file, however many it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a file is: `row` is the acknowledgement it is, or was made from; `failed` says why not.

    With a row and nothing failed it is the file issued, byte for byte. `unsafe` is what was
    declared of its seal, `doubt` what the file issued is worth then.
    """

    digest: str
    row: Any | None
    failed: tuple[str, ...]
    unsafe: Any | None = None
    doubt: Doubt | None = None

    @property
    def unchanged(self) -> bool:
        """Whether it was issued here and no byte differs."""
        return self.row is not None and not self.failed


def provenance(session: Session, content: bytes, *, judge: Judge) -> Provenance:
    """Return what this file is; `judge` looks at its seal."""
    digest = hashlib.sha256(content).hexdigest()
    row, verdict = find_issued(session, digest), judge(content)
    checks = ("" if row else DIGEST, "" if verdict.valid else verdict.reason)
    failed = tuple(reason for reason in checks if reason)
    unsafe = find_compromise(compromises(session), content)
    return Provenance(
        digest=digest,
        row=row or _named(session, content),
        failed=failed,
        unsafe=unsafe,
        doubt=doubt(session, row, unsafe) if row and unsafe else None,
    )


def initials(name: str) -> str:
    """Return the first letter of each part of a name: "P. N."."""
    return " ".join(f"{part[0]}." for part in name.split())


def _named(session: Session, content: bytes) -> Any | None:
    """Return the acknowledgement whose serial or identifier stands in the file, the oldest."""
    serials = (found[0].decode() for found in SERIAL.finditer(content))
    marks = (_mark(found[1].decode()) for found in MARK.finditer(content))
    told = {"serials": set(islice(serials, MOST)), "marks": set(islice(marks, MOST))}
    return next(iter(find_named(session, **told)), None)


def _mark(found: str) -> str:
    if len(found) < HEX_OF_HEX:
        return found
    return bytes.fromhex(found).decode("ascii", "replace")
