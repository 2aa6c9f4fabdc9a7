"""The press: prints and seals PDFs in a process of its own."""

from dataclasses import dataclass
from pathlib import Path

from portal.acknowledgements.record import Draft
from portal.errors import Refusal


class PressFailed(Refusal):
    """No PDF could be made, so nothing was signed."""

    status = 503
    code = "press-failed"


class CannotPrint(Refusal):
    """Something in the record cannot be shown on paper; trying again would not help."""

    status = 422
    code = "cannot-print"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A sealed PDF and the SHA-256 of its bytes, in hex."""

    pdf: bytes
    digest: str


class Press:
    """One renderer process, started when first needed and replaced when it dies."""

    def __init__(self, keys: Path, *, seconds: float) -> None:
        self._keys = keys
        self._seconds = seconds

    def warm(self) -> None:
        """Start the press, so that it is ready when the form comes back; never waits."""

    def make(self, draft: Draft) -> Made:
        """Return the sealed PDF; raises PressFailed or CannotPrint, and then nothing is signed."""
        raise PressFailed("Nothing was signed. Try again.", reason="not built yet")

    def close(self) -> None:
        """End the press."""
