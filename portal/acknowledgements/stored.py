"""All that is stored about one acknowledgement, as it was found, for those who check it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from portal.acknowledgements.queries import find_pdf, find_record, find_whole
from portal.acknowledgements.record import Record, read
from portal.errors import NotFound
from portal.ledger.checking import erased
from portal.quizzes.queries import Try, get_attempt

Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """All that is stored about one acknowledgement, as it was found; None is missing."""

    row: Any
    json: bytes | None
    pdf: bytes | None
    attempt: Try | None
    told: tuple[Facts, ...]
    erased: frozenset[str]  # the side tables in which its row was erased under a rule

    @cached_property
    def record(self) -> Record | None:
        """The record, where the bytes are one; every check asks for it."""
        try:
            return read(self.json) if self.json else None
        except ValueError:
            return None


def load(session: Session, acknowledgement_id: str, *, told: Iterable[Facts]) -> Stored | None:
    """Return all that is stored about this acknowledgement, None when there is none."""
    row = find_whole(session, acknowledgement_id)
    if row is None:
        return None
    sides = ("records", "pdfs")
    return Stored(
        row=row,
        json=find_record(session, row.id),
        pdf=find_pdf(session, row.id),
        attempt=_attempt(session, row),
        told=tuple(told),
        erased=frozenset(each for each in sides if row.id in erased(session, each)),
    )


def _attempt(session: Session, row: Any) -> Try | None:
    try:
        return get_attempt(session, row.attempt_id, person_id=row.person_id)
    except (NotFound, ValueError):  # gone, or its frozen copy can no longer be read
        return None
