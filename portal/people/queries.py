"""Read people: who they are, what is dated about them, whom they may see, whom to ring."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.access import Actor, Role
from portal.db import column, rows
from portal.errors import NotFound
from portal.people.models import (
    Contact,
    Dated,
    DatedEnd,
    EndCorrection,
    Kind,
    Person,
    SignIn,
    Team,
)
from portal.people.rules import End, email_key
from portal.people.scope import LED, NOW, asked, scoped

SAFEGUARDING_LEAD, OUT_OF_HOURS = "safeguarding-lead", "out-of-hours"
CHILDRENS_SERVICES = "childrens-services"
NEEDED = (SAFEGUARDING_LEAD, OUT_OF_HOURS)
COMPANY_WIDE = (*NEEDED, CHILDRENS_SERVICES)  # in the order to ring them
RINGS = {
    "learning-manager": "Learning manager",
    "deputy": "Deputy",
    SAFEGUARDING_LEAD: "Safeguarding lead",
    OUT_OF_HOURS: "Out of hours",
    CHILDRENS_SERVICES: "Children’s services",
}

_RIGHT, _LATER = aliased(EndCorrection), aliased(EndCorrection)
_NEWEST = sa.select(sa.func.max(_LATER.nth)).where(_LATER.period_id == Dated.id).scalar_subquery()
# The one place where a period gets its end: only an engagement's is ever corrected, so whoever
# asks for another kind may join its end by themselves.
DATED = (
    sa.select(
        Dated.person_id,
        Dated.id,
        Dated.kind,
        Dated.value,
        Dated.starts_at,
        Dated.recorded_at,
        sa.case((_RIGHT.id.is_(None), DatedEnd.ends_at), else_=_RIGHT.ends_at).label("ends_at"),
        sa.func.coalesce(_RIGHT.recorded_at, DatedEnd.recorded_at).label("end_recorded_at"),
        sa.func.coalesce(_RIGHT.nth, 0).label("corrections"),
    )
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .outerjoin(_RIGHT, sa.and_(_RIGHT.period_id == Dated.id, _RIGHT.nth == _NEWEST))
    .where(Dated.person_id.in_(sa.bindparam("people", expanding=True)))
    .order_by(Dated.starts_at, Dated.recorded_at)
)
_SOME: Any = sa.bindparam("periods", expanding=True)
_FIRST = sa.select(
    DatedEnd.period_id,
    DatedEnd.ends_at,
    DatedEnd.recorded_at,
    sa.literal(0, sa.Integer).label("nth"),
)
_SINCE = sa.select(
    EndCorrection.period_id, EndCorrection.ends_at, EndCorrection.recorded_at, EndCorrection.nth
)
_EVER = sa.union_all(
    _FIRST.where(DatedEnd.period_id.in_(_SOME)), _SINCE.where(EndCorrection.period_id.in_(_SOME))
).subquery()
ENDS = sa.select(_EVER.c.period_id, _EVER.c.ends_at, _EVER.c.recorded_at).order_by(_EVER.c.nth)
_NEWER = aliased(Contact)
CONTACTS = sa.select(Contact.kind, Contact.name, Contact.phone).where(
    ~sa.exists().where(_NEWER.kind == Contact.kind, _NEWER.recorded_at > Contact.recorded_at)
)

SIGN_INS = (
    sa.select(SignIn.id, SignIn.shared, SignIn.started_at, SignIn.seen_at)
    .add_columns(SignIn.address, SignIn.agent)
    .where(SignIn.person_id == sa.bindparam("person"))
    .order_by(SignIn.seen_at.desc())
)


def holds(kind: Kind, *, at: Any, value: Any = "") -> Any:
    """Return the SQL condition that a `Dated` row of this kind and value runs at a moment.

    Use with `Dated` outer-joined to `DatedEnd`.
    """
    return sa.and_(
        Dated.kind == kind,
        Dated.value == value,
        Dated.starts_at <= at,
        sa.or_(DatedEnd.ends_at.is_(None), DatedEnd.ends_at > at),
    )


ONE = scoped(sa.select(Person).where(Person.id == sa.bindparam("person")), Person.id)
TUTORS = scoped(
    sa.select(Person.id, Person.name)
    .join(Dated, Dated.person_id == Person.id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(holds(Kind.ROLE, value=Role.TUTOR, at=NOW))
    .order_by(Person.name),
    Person.id,
)
NOT_HERE_YET = scoped(
    sa.select(Person.id, Person.name, Person.email)
    .join(Dated, Dated.person_id == Person.id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(Person.password_hash.is_(None), holds(Kind.ENABLED, at=NOW))
    .order_by(Person.made_at.desc()),
    Person.id,
)
_member, _member_end = aliased(Dated), aliased(DatedEnd)
TEAM_OF = (
    sa.select(_member.value)
    .outerjoin(_member_end, _member_end.period_id == _member.id)
    .where(
        _member.person_id == sa.bindparam("person"),
        _member.kind == Kind.TEAM,
        _member.starts_at <= NOW,
        sa.or_(_member_end.ends_at.is_(None), _member_end.ends_at > NOW),
    )
    .order_by(_member.starts_at.desc(), _member.recorded_at.desc())
    .limit(1)
)


def _leading(team: Any) -> Any:
    """Return the question who leads or deputises a team now, and has an account that is open."""
    enabled = sa.select(Dated.person_id).outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    return (
        sa.select(Dated.kind, Person.id, Person.name, Person.email, Person.phone)
        .join(Person, Person.id == Dated.person_id)
        .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
        .where(
            sa.or_(Dated.kind == Kind.LEADS, Dated.kind == Kind.DEPUTISES),
            Dated.value == team,
            Dated.starts_at <= NOW,
            sa.or_(DatedEnd.ends_at.is_(None), DatedEnd.ends_at > NOW),
            Person.id.in_(enabled.where(holds(Kind.ENABLED, at=NOW)).correlate(None)),
        )
    )


MANAGERS = _leading(sa.bindparam("team"))
OWN_MANAGERS = _leading(TEAM_OF.scalar_subquery())
TEAMS = sa.select(Team.id, Team.name).order_by(Team.name)
TAGS = sa.select(Dated.value).where(Dated.kind == Kind.TAG).distinct().order_by(Dated.value)
TEAMS_LED = TEAMS.where(Team.id.in_(LED))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRing:
    """Somebody to ring: what for, who, which number ("" when it is missing)."""

    kind: str
    name: str
    phone: str

    @property
    def office(self) -> str:
        """What for, as people say it."""
        return RINGS[self.kind]


def dated(session: Session, person_id: str) -> list[Any]:
    """Return every dated period of a person, ended ones too: kind, value, times, recorded times."""
    return dated_of(session, [person_id])


def dated_of(session: Session, people: Collection[str]) -> list[Any]:
    """Return the same of several people; `person_id` tells whose."""
    return list(rows(session, DATED, people=list(people)))


def ends_of(session: Session, periods: Collection[Any]) -> dict[str, tuple[End, ...]]:
    """Return every end that those of these periods ever had which were corrected, the last last."""
    wanted = [row.id for row in periods if row.corrections]
    found: dict[str, tuple[End, ...]] = {}
    for row in rows(session, ENDS, periods=wanted) if wanted else ():
        one = End(ends_at=row.ends_at, recorded_at=row.recorded_at)
        found[row.period_id] = (*found.get(row.period_id, ()), one)
    return found


def find_person(session: Session, *, email: str) -> Person | None:
    """Return the person with this address, however it is spelled."""
    return session.scalar(sa.select(Person).where(Person.email_key == email_key(email)))


def get_person(session: Session, person_id: str, *, seen_by: Actor, now: datetime) -> Person:
    """Return somebody whom the reader may see; raises NotFound for anyone else."""
    told = {**asked(seen_by, now=now), "person": person_id}
    person: Person | None = session.scalar(ONE.of(seen_by), told)
    if person is None:
        raise NotFound
    return person


def tutors(session: Session, *, seen_by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Return id and name of each tutor this reader may see, by name; a tutor sees themselves."""
    found = rows(session, TUTORS.of(seen_by), **asked(seen_by, now=now))
    return [(row.id, row.name) for row in found]


def team_of(session: Session, person_id: str, *, now: datetime) -> str | None:
    """Return the id of the team a person is on, or None."""
    return next(iter(column(session, TEAM_OF, person=person_id, now=now)), None)


def managers_of(session: Session, team_id: str, *, now: datetime) -> dict[str, Any]:
    """Return who leads and who deputises a team: keys `leads` and `deputises`.

    Each has id, name, email, phone. Somebody whose account is closed does neither: nobody rings or
    mails who may have left.
    """
    return {row.kind: row for row in rows(session, MANAGERS, team=team_id, now=now)}


def manager_of(session: Session, person_id: str, *, now: datetime) -> Any | None:
    """Return who hears about a tutor: the learning manager, or else the deputy, or None."""
    people = _own_managers(session, person_id, now=now)
    return people.get(Kind.LEADS) or people.get(Kind.DEPUTISES)


def to_ring(session: Session, person_id: str, *, now: datetime) -> tuple[ToRing, ...]:
    """Return whom this person rings, in order: own managers first, then the company-wide ones."""
    people = _own_managers(session, person_id, now=now)
    wanted = (("learning-manager", Kind.LEADS), ("deputy", Kind.DEPUTISES))
    own = [
        ToRing(kind=kind, name=people[key].name, phone=people[key].phone)
        for kind, key in wanted
        if key in people
    ]
    return (*own, *company_contacts(session))


def _own_managers(session: Session, person_id: str, *, now: datetime) -> dict[str, Any]:
    return {row.kind: row for row in rows(session, OWN_MANAGERS, person=person_id, now=now)}


def company_contacts(session: Session) -> tuple[ToRing, ...]:
    """Return the company-wide contacts that are set, in the order to ring them."""
    found = {row.kind: row for row in rows(session, CONTACTS)}
    known = [found[kind] for kind in COMPANY_WIDE if kind in found]
    return tuple(ToRing(kind=row.kind, name=row.name, phone=row.phone) for row in known)


def missing_contacts(session: Session) -> tuple[str, ...]:
    """Return the kinds of company-wide contact that nobody has set: nothing starts before."""
    found = {row.kind for row in rows(session, CONTACTS)}
    return tuple(kind for kind in NEEDED if kind not in found)


def teams(session: Session) -> list[tuple[str, str]]:
    """Return id and name of every team."""
    return [(row.id, row.name) for row in rows(session, TEAMS)]


def tags(session: Session) -> list[str]:
    """Return every tag that somebody ever had, by name."""
    return list(column(session, TAGS))


def teams_led(session: Session, manager_id: str, *, now: datetime) -> list[tuple[str, str]]:
    """Return id and name of every team that this person leads or deputises at that moment."""
    return [(row.id, row.name) for row in rows(session, TEAMS_LED, reader=manager_id, now=now)]


def not_here_yet(session: Session, *, seen_by: Actor, now: datetime) -> list[Any]:
    """Return id, name, email of each open account without a password that the reader may see."""
    return list(rows(session, NOT_HERE_YET.of(seen_by), **asked(seen_by, now=now)))


def sign_ins(session: Session, person_id: str) -> list[Any]:
    """Return every sign-in of a person, the one used last first."""
    return list(rows(session, SIGN_INS, person=person_id))
