"""Read the people as administration sees them: everybody, or one person."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Role
from portal.errors import NotFound
from portal.people.models import Dated, DatedEnd, Kind, Person
from portal.people.queries import dated, dated_of, teams
from portal.people.rules import search_key

MOST = 100  # rows of one page; whoever stands further down is found by name
NOW: Any = sa.bindparam("now")
RUNS = sa.and_(Dated.starts_at <= NOW, sa.or_(DatedEnd.ends_at.is_(None), DatedEnd.ends_at > NOW))
UNENDED = DatedEnd.period_id.is_(None)  # what a change may end; it does not ask what time it is


def having(kind: Kind, *only: Any) -> Any:
    """Return the condition that a person has a period of this kind; `only` says which periods."""
    ids = sa.select(Dated.person_id).outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    return Person.id.in_(ids.where(Dated.kind == kind, *only).correlate(None))


PEOPLE = sa.select(Person.id, Person.name, Person.email)
ADMINISTRATORS = sa.select(Person.id).where(
    having(Kind.ENABLED, UNENDED), having(Kind.ROLE, UNENDED, Dated.value == Role.ADMINISTRATOR)
)

IN_ROLE = PEOPLE.where(
    having(Kind.ENABLED, RUNS), having(Kind.ROLE, RUNS, Dated.value == sa.bindparam("role"))
).order_by(Person.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that somebody holds, by its period, and since when."""

    id: str
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A tag that somebody has, by its period, and since when."""

    id: str
    tag: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person: what they do here, and whether they can get in.

    Teams are pairs of id and name; `arrived` is whether they have chosen a password.
    """

    id: str
    name: str
    email: str
    phone: str
    enabled: bool
    arrived: bool
    roles: tuple[Held, ...]
    tags: tuple[Tagged, ...]
    team: tuple[str, str] | None
    leads: tuple[tuple[str, str], ...]
    deputises: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The people asked for, as many as one page holds; how many fit, and how many there are."""

    entries: tuple[Entry, ...]
    found: int
    everybody: int


def everybody(session: Session, *, named: str = "", now: datetime) -> Roll:
    """Return the people with this in their name or address, by name."""
    rows, key = session.execute(PEOPLE).all(), search_key(named)
    found = [row for row in rows if key in search_key(f"{row.name} {row.email}")]
    found.sort(key=lambda row: (search_key(row.name), row.id))
    ids = [row.id for row in found[:MOST]]
    entries = _entries(session, ids, now=now)
    return Roll(entries=entries, found=len(found), everybody=len(rows))


def get_entry(session: Session, person_id: str, *, now: datetime) -> Entry:
    """Return one person; raises NotFound. For those who may see everybody."""
    entries = _entries(session, [person_id], now=now)
    if not entries:
        raise NotFound
    return entries[0]


def addresses(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the e-mail addresses of these people by id; unknown ids are left out."""
    found = session.execute(PEOPLE.where(Person.id.in_(ids)))
    return {row.id: row.email for row in found}


def administrators(session: Session) -> set[str]:
    """Return the ids of the administrators whose account nobody has closed."""
    return set(session.scalars(ADMINISTRATORS))


def in_role(session: Session, role: Role, *, now: datetime) -> list[Any]:
    """Return id, name and email of those with an open account who hold this role, by name."""
    return list(session.execute(IN_ROLE, {"role": role, "now": now}))


def unended(session: Session, person_id: str, *, kind: Kind) -> list[Any]:
    """Return the periods of one kind that nobody has ended.

    Changes ask this rather than what runs now: they read the clock before their turn comes.
    """
    return [row for row in dated(session, person_id) if row.kind == kind and not row.ends_at]


def _entries(session: Session, ids: Sequence[str], *, now: datetime) -> tuple[Entry, ...]:
    """Return these people in this order; unknown ids are left out."""
    people = {row.id: row for row in session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    named, periods = dict(teams(session)), defaultdict(list)
    for row in dated_of(session, ids):
        if runs_now(row, now=now):
            periods[row.person_id, row.kind].append(row)
    known = (people[each] for each in ids if each in people)
    return tuple(_entry(person, periods, named=named) for person in known)


def _entry(
    person: Person, periods: dict[tuple[str, str], list[Any]], *, named: dict[str, str]
) -> Entry:
    def of_kind(kind: Kind) -> list[Any]:
        return periods.get((person.id, kind), [])

    def teams_of(kind: Kind) -> tuple[tuple[str, str], ...]:
        return tuple((row.value, named[row.value]) for row in of_kind(kind))

    return Entry(
        id=person.id,
        name=person.name,
        email=person.email,
        phone=person.phone,
        enabled=bool(of_kind(Kind.ENABLED)),
        arrived=person.password_hash is not None,
        roles=tuple(
            Held(id=row.id, role=Role(row.value), since=row.starts_at)
            for row in sorted(of_kind(Kind.ROLE), key=lambda row: row.value)
        ),
        tags=tuple(
            Tagged(id=row.id, tag=row.value, since=row.starts_at)
            for row in sorted(of_kind(Kind.TAG), key=lambda row: row.value)
        ),
        team=next(iter(teams_of(Kind.TEAM)), None),
        leads=teams_of(Kind.LEADS),
        deputises=teams_of(Kind.DEPUTISES),
    )


def runs_now(row: Any, *, now: datetime) -> bool:
    """Whether a period, with `starts_at` and `ends_at`, covers this moment."""
    return bool(row.starts_at <= now and (row.ends_at is None or row.ends_at > now))
