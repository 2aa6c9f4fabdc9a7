"""Signed by hand: a pack is printed, HR records the original, and a second person confirms it.

Only with the confirmation there is a signature, and it counts from then: the tutor has passed the
scenarios as anybody has, and nothing is dated back to what stands on the paper.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.access import Actor, Role
from portal.acknowledgements.actions import Sealed, require_ground, store
from portal.acknowledgements.byhand import OnPaper, Print, Witness
from portal.acknowledgements.models import Paper, PaperConfirmation, PaperRejection, Remark
from portal.acknowledgements.prepare import Manner, drafted, identified
from portal.acknowledgements.ready import Ready, ready
from portal.acknowledgements.record import Draft
from portal.acknowledgements.refusals import AlreadySigned, MayNotSign, NotYet, TextChanged
from portal.acknowledgements.second import SECOND, ask_second
from portal.config import Settings
from portal.db import new_id, rows
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.people.models import Person
from portal.people.queries import get_person
from portal.policies.models import Version

BY_HAND = "Signed by hand"
WHY: dict[type[Exception], str] = {
    MayNotSign: "They are not engaged as a tutor now.",
    AlreadySigned: "It is signed already.",
    TextChanged: "Another version is the one to sign now.",
    NotYet: "They have not read everything and passed the scenarios yet.",
}

_recorder = aliased(Person)
_PAPERS = (
    sa.select(
        Paper.id,
        Paper.person_id,
        Person.name,
        Paper.version_id,
        Version.policy,
        Version.title,
        Version.major,
        Version.minor,
        Paper.attempt_id,
        Paper.signed_on,
        Remark.text.label("original"),
        Paper.recorded_at,
        Paper.recorded_by,
        _recorder.name.label("recorder"),
    )
    .join(Person, Person.id == Paper.person_id)
    .join(Version, Version.id == Paper.version_id)
    .outerjoin(_recorder, _recorder.id == Paper.recorded_by)
    .outerjoin(Remark, Remark.about == Paper.id)
    .outerjoin(PaperConfirmation, PaperConfirmation.paper_id == Paper.id)
    .outerjoin(PaperRejection, PaperRejection.paper_id == Paper.id)
    .where(PaperConfirmation.paper_id.is_(None), PaperRejection.id.is_(None))
    .order_by(Paper.recorded_at)
)
ONE = _PAPERS.where(Paper.id == sa.bindparam("id"))
OF_ATTEMPT = _PAPERS.where(Paper.attempt_id == sa.bindparam("attempt"))


class PaperUnfit(Refusal):
    """Nothing can be signed by hand now, or not as recorded; the sentence says why."""

    code = "paper-unfit"


class Unconfirmed(Refusal):
    """It could not be confirmed just now: nothing was signed, and the page is shown again."""

    code = "unconfirmed"
    template = "acknowledgements/confirm.html"


class NameOnPaper(Refusal):
    """A name has a letter that no font can show; HR was told, and records how it is printed."""

    status = 422
    code = "name-unshown"
    template = "acknowledgements/unshown.html"


class NotTheSamePerson(Refusal):
    """Whoever recorded an original, or signed it, cannot be the one who confirms it."""

    code = "second-person"

    def __init__(self) -> None:
        super().__init__("Somebody else has to confirm it: neither who recorded nor who signed it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What HR says of an original; `shown` is the digest of the text that was printed."""

    shown: str
    signed_on: date
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What was printed to be signed by hand; `digest` is the SHA-256 of its PDF."""

    version: str
    size: Print
    digest: str


def pack(
    session: Session,
    tutor_id: str,
    name: str,
    label: str,
    *,
    by: Actor,
    settings: Settings,
    now: datetime,
) -> Draft:
    """Return what is printed for a tutor who may sign; raises NotFound, PaperUnfit."""
    found, person = _ready(session, tutor_id, name, label, by=by, settings=settings, now=now)
    told = identified(session, tutor_id, means="password", by=by)
    manner = Manner(identified=told, typed=person.name)
    return drafted(session, found, person, manner=manner, settings=settings, now=now)


def note_pack(session: Session, tutor_id: str, what: Pack, *, by: Actor, now: datetime) -> None:
    """Note which pack was printed, in which size."""
    told = {"version": what.version, "size": what.size.value, "pdf": what.digest}
    note(session, "paper.printed", by=by, subject=tutor_id, now=now, **told)


def record_original(
    session: Session,
    tutor_id: str,
    name: str,
    label: str,
    *,
    original: Original,
    by: Actor,
    settings: Settings,
    now: datetime,
) -> str:
    """Keep where an original lies and the date on it; return its id. It is no signature yet.

    Raises NotFound but for HR, and PaperUnfit.
    """
    if not by.has(Role.HR) or by.id == tutor_id:
        raise NotFound
    found, _ = _ready(session, tutor_id, name, label, by=by, settings=settings, now=now)
    if original.shown != found.version.digest:
        raise PaperUnfit("Another text was printed. Print the pack again, and have that signed.")
    _require_possible(session, original, found, settings=settings, now=now)
    row = {"id": new_id(), "person_id": tutor_id, "version_id": found.version.id}
    row |= {"attempt_id": found.attempt.id, "signed_on": original.signed_on.isoformat()}
    row |= {"recorded_by": by.id}
    keep(session, Paper, {**row, "recorded_at": now})
    keep(session, Remark, {"about": row["id"], "text": original.where})
    told = {"paper": row["id"], "version": label, "signed_on": row["signed_on"]}
    note(session, "paper.recorded", by=by, subject=tutor_id, now=now, **told)
    ask_second(session, row, now=now)
    return str(row["id"])


def prepare_paper(
    session: Session,
    paper_id: str,
    *,
    by: Actor,
    settings: Settings,
    now: datetime,
    printed: Print = Print.USUAL,
) -> Draft:
    """Return the signature that a confirmation now would store.

    `printed` is what the one who confirms has before them. Raises what `get_paper` raises, and
    PaperUnfit.
    """
    row, found, person = _to_confirm(session, paper_id, by=by, settings=settings, now=now)
    recorded = Witness(id=row.recorded_by, name=row.recorder, at=row.recorded_at)
    on_paper = OnPaper(
        signed_on=date.fromisoformat(row.signed_on),
        original=row.original,
        printed=printed if printed is Print.LARGE else None,
        recorded=recorded,
        confirmed=Witness(id=by.id, name=by.name, at=now),
    )
    manner = Manner(
        identified=identified(session, person.id, means="paper", by=by),
        typed=person.name,
        button=BY_HAND,
        on_paper=on_paper,
    )
    return drafted(session, found, person, manner=manner, settings=settings, now=now)


def confirm(
    session: Session, paper_id: str, what: Sealed, *, by: Actor, settings: Settings, now: datetime
) -> str:
    """Store the signature that was made by hand, from now on; return its serial.

    Every check of `prepare_paper` is made again; raises what it raises, and Unsigned.
    """
    _, found, person = _to_confirm(session, paper_id, by=by, settings=settings, now=now)
    require_ground(found, what.draft, person)
    stored = store(session, what, by=by, now=now, paper=paper_id)
    row = {"paper_id": paper_id, "acknowledgement_id": stored}
    keep(session, PaperConfirmation, {**row, "confirmed_at": now, "confirmed_by": by.id})
    note(session, "paper.confirmed", by=by, subject=person.id, now=now, paper=paper_id)
    return what.draft.record.serial


def reject(session: Session, paper_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Keep that an original is not as recorded; it can be recorded again."""
    row = get_paper(session, paper_id, by=by, now=now)
    own = {"id": new_id(), "paper_id": paper_id, "rejected_at": now, "rejected_by": by.id}
    keep(session, PaperRejection, own)
    keep(session, Remark, {"about": own["id"], "text": reason})
    told = {"paper": paper_id, "reason": reason}
    note(session, "paper.rejected", by=by, subject=row.person_id, now=now, **told)


def get_paper(session: Session, paper_id: str, *, by: Actor, now: datetime) -> Any:
    """Return an original that waits; raises NotFound for others, NotTheSamePerson."""
    found = session.execute(ONE, {"id": paper_id}).one_or_none()
    if found is None or not by.has(*SECOND):
        raise NotFound
    if by.id in (found.recorded_by, found.person_id):
        raise NotTheSamePerson
    get_person(session, found.person_id, seen_by=by, now=now)
    return found


def waiting(session: Session) -> list[Any]:
    """Return every original that waits for a second person, oldest first."""
    return list(rows(session, _PAPERS))


def _ready(
    session: Session,
    tutor_id: str,
    name: str,
    label: str,
    *,
    by: Actor,
    settings: Settings,
    now: datetime,
) -> tuple[Ready, Person]:
    person = get_person(session, tutor_id, seen_by=by, now=now)
    tutor = Actor(id=person.id, name=person.name, roles=frozenset({Role.TUTOR}))
    try:
        return ready(session, name, label, by=tutor, settings=settings, now=now), person
    except tuple(WHY) as refusal:
        raise PaperUnfit(WHY[type(refusal)]) from refusal


def _to_confirm(
    session: Session, paper_id: str, *, by: Actor, settings: Settings, now: datetime
) -> tuple[Any, Ready, Person]:
    row = get_paper(session, paper_id, by=by, now=now)
    label = f"{row.major}.{row.minor}"
    found, person = _ready(
        session, row.person_id, row.policy, label, by=by, settings=settings, now=now
    )
    if found.attempt.id != row.attempt_id:
        raise PaperUnfit("It was signed for another attempt.")
    return row, found, person


def _require_possible(
    session: Session, original: Original, found: Ready, *, settings: Settings, now: datetime
) -> None:
    zone = ZoneInfo(settings.zone)
    first, last = (each.astimezone(zone).date() for each in (found.attempt.closed_at, now))
    if not first <= original.signed_on <= last:
        raise PaperUnfit("The date must be between the day the scenarios were passed and today")
    if list(rows(session, OF_ATTEMPT, attempt=found.attempt.id)):
        raise PaperUnfit("An original is recorded already, and waits to be confirmed")
