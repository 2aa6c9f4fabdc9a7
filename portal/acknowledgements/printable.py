"""Names that no font can show: HR is told, and records how they are printed. Nobody is blocked."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.acknowledgements.models import PrintableName
from portal.acknowledgements.names import is_same_name
from portal.acknowledgements.record import PrintedName, Record
from portal.acknowledgements.wording import names_in
from portal.db import new_id
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.ledger.queries import of_type
from portal.outbox.actions import queue
from portal.people.directory import in_role
from portal.people.models import Person

UNSHOWN, RECORDED = "name.unshown", "name.printable"
TELL_HR, TELL_TUTOR = "name-unshown", "name-printable"
WHO = sa.select(Person.id, Person.name, Person.email).where(Person.id == sa.bindparam("id"))
FORMS = sa.select(*PrintableName.__table__.c).order_by(PrintableName.recorded_at, PrintableName.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A name that HR has not recorded a form for since it was last met, and whose signing it stops.

    `tutors` are ids; `held_up` are pairs of who waits for it and the tutor it is about, who is
    another where somebody prints or confirms what is signed by hand.
    """

    name: str
    since: datetime
    tutors: tuple[str, ...]
    held_up: tuple[tuple[str, str], ...]


def find_who(session: Session, person_id: str) -> Any | None:
    """Return id, name and address of a person for a mail, None when there is nobody."""
    return session.execute(WHO, {"id": person_id}).one_or_none()


def forms(session: Session) -> list[Any]:
    """Return every form ever recorded, oldest first."""
    return list(session.execute(FORMS))


def with_forms(session: Session, record: Record) -> Record:
    """Return the record with the newest printable form of each name in it that has one."""
    known, printed = forms(session), dict[str, PrintedName]()
    while found := {
        name: form for name, form in _found(names_in(record), known) if name not in printed
    }:
        printed |= found  # the form names who recorded it, whose name may need a form too
        record = record.model_copy(update={"printed_as": tuple(printed.values())})
    return record


def report(
    session: Session, names: Collection[str], *, tutor: str, by: Actor, now: datetime
) -> None:
    """Note that these names cannot be printed, and queue word to everybody in HR, once for each.

    `tutor` is the id of the one whose signing it stops, `by` who waits for the page.
    """
    told = {"names": list(names), "tutor": tutor, "waits": by.id}
    noted = note(session, UNSHOWN, by=by, subject=tutor, now=now, **told)
    known = len(forms(session))
    mark = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]
    for person in in_role(session, Role.HR, now=now):
        key = f"{TELL_HR} {tutor} {mark} {known} {person.id}"
        payload = {"person": person.id, "tutor": tutor, "entry": noted.seq}
        queue(session, TELL_HR, key=key, payload=payload, now=now)


def waiting(session: Session) -> tuple[Waiting, ...]:
    """Return the names that wait for HR, the oldest first."""
    known, met = forms(session), dict[str, list[Any]]()
    for entry in of_type(session, UNSHOWN):
        for name in entry.facts["names"]:
            met.setdefault(name, []).append(entry)
    found = (
        (name, [each for each in entries if _since(each, name, known)])
        for name, entries in met.items()
    )
    return tuple(
        Waiting(
            name=name,
            since=open_[0].at,
            tutors=tuple({each.facts["tutor"] for each in open_}),
            held_up=tuple({_held_up(each.facts) for each in open_}),
        )
        for name, open_ in found
        if open_
    )


def record_form(session: Session, name: str, *, printed_as: str, by: Actor, now: datetime) -> None:
    """Keep how a name is printed from now on, and queue word to everybody who waited for it.

    The name itself as its form ends an earlier one.
    """
    hit = next((each for each in waiting(session) if is_same_name(each.name, name)), None)
    row = {"id": new_id(), "name": name, "printed_as": printed_as}
    who = {"recorded_by": by.id, "recorded_by_name": by.name}
    keep(session, PrintableName, {**row, "recorded_at": now, **who})
    about = hit.tutors[0] if hit else by.id
    note(session, RECORDED, by=by, subject=about, now=now, form=row["id"])
    for person, tutor in hit.held_up if hit else ():
        if person != by.id:
            key = f"{TELL_TUTOR} {row['id']} {person} {tutor}"
            payload = {"person": person, "tutor": tutor}
            queue(session, TELL_TUTOR, key=key, payload=payload, now=now)


def _found(names: Iterable[str], known: list[Any]) -> Iterator[tuple[str, PrintedName]]:
    for name in names:
        form = next((each for each in reversed(known) if is_same_name(each.name, name)), None)
        if form and form.printed_as != form.name:
            yield (
                name,
                PrintedName(
                    name=name,
                    printed_as=form.printed_as,
                    recorded_at=form.recorded_at,
                    recorded_by=form.recorded_by_name,
                ),
            )


def _held_up(facts: dict[str, Any]) -> tuple[str, str]:
    """Return who waits, and the tutor it is about; old entries name the tutor only."""
    return facts.get("waits", facts["tutor"]), facts["tutor"]


def _since(entry: Any, name: str, known: Iterable[Any]) -> bool:
    """Whether no form was recorded for this name since it was met in this entry."""
    return not any(each.recorded_at >= entry.at and is_same_name(each.name, name) for each in known)
