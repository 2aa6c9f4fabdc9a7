"""What a check of the seal found; apart from the check, which loads a library for PDFs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When an authority says that the seal was there; `certificate` is the SHA-256 of its own."""

    at: datetime
    by: str
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a file carries our seal over every byte, and if not, the first reason why.

    A stamp that does not hold spoils the seal; whose it is, whoever reads it must judge.
    """

    valid: bool
    reason: str
    sealed_at: datetime | None = None
    stamp: Stamp | None = None


Judge = Callable[[bytes], Verdict]


def stamp_fault(stamp: Stamp | None, told: Mapping[str, Any]) -> str:
    """Return how the stamp in a file differs from what the ledger tells of it, or nothing."""
    if stamp is None:
        return "has no time stamp, and the ledger tells of one" if "at" in told else ""
    if "at" not in told:
        return "has a time stamp, and the ledger tells of none"
    found = {"at": stamp.at.isoformat(), "by": stamp.by, "certificate": stamp.certificate}
    wrong = [name for name in found if found[name] != told.get(name)]
    return f"is not what the ledger tells: {', '.join(wrong)}" if wrong else ""
