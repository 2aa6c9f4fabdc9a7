"""Who the demonstration's people are, and what happened to them before it was first opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from portal import clock, db, paths
from portal.access import SYSTEM, Actor, Origin, Role
from portal.acknowledgements.press import Press
from portal.config import Settings
from portal.installation.walk import Walk
from portal.people.actions import (
    add_person,
    add_team,
    begin,
    confirm_details,
    mail_invitation,
    set_contact,
)
from portal.people.models import Kind
from portal.people.queries import find_person, teams
from portal.people.rules import digest_of
from portal.policies.actions import publish
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.shelf import live_quiz
from portal.scheduling.actions import book
from portal.scheduling.rules import Place, Wish

POLICY = "online-safeguarding"
OPENED = 400  # days before the demonstration was first started
ORIGIN = Origin(address="127.0.0.1", agent="The demonstration")


class Stage(StrEnum):
    """How far a tutor of the story has come."""

    INVITED = "invited"
    READING = "reading"
    CHOOSING = "choosing"
    FAILED = "failed"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Somebody in the story; `signed` is how many days ago, `lessons` are days ahead."""

    name: str
    email: str
    what: str
    phone: str = ""
    roles: tuple[Role, ...] = (Role.TUTOR,)
    team: str = ""
    leads: Kind | None = None
    stage: Stage | None = None
    signed: int = 0
    lessons: tuple[int, ...] = ()
    suspended: bool = False


NORTH, SOUTH = "North", "South"
PEOPLE = (
    Figure(
        name="Robin Hale",
        email="robin@example.org",
        phone="01632 960 101",
        what="administrator and author",
        roles=(Role.ADMINISTRATOR, Role.AUTHOR),
    ),
    Figure(
        name="Morgan Ellery",
        email="morgan@example.org",
        phone="01632 960 120",
        what="safeguarding lead",
        roles=(Role.SAFEGUARDING_LEAD,),
    ),
    Figure(
        name="Sam Whitlock",
        email="sam@example.org",
        phone="01632 960 103",
        what="HR",
        roles=(Role.HR,),
    ),
    Figure(
        name="Alex Penrose",
        email="alex@example.org",
        phone="01632 960 104",
        what="learning manager, team North",
        roles=(Role.MANAGER,),
        team=NORTH,
        leads=Kind.LEADS,
    ),
    Figure(
        name="Jo Carne",
        email="jo@example.org",
        phone="01632 960 105",
        what="deputy, team North",
        roles=(),
        team=NORTH,
        leads=Kind.DEPUTISES,
    ),
    Figure(
        name="Dana Fielding",
        email="dana@example.org",
        phone="01632 960 106",
        what="learning manager, team South",
        roles=(Role.MANAGER,),
        team=SOUTH,
        leads=Kind.LEADS,
    ),
    Figure(
        name="Wren Ashby",
        email="wren@example.org",
        what="tutor, cleared, with lessons",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=60,
        lessons=(2, 5),
    ),
    Figure(
        name="Sam Okafor",
        email="okafor@example.org",
        what="tutor, cleared, renewal due",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=355,
        lessons=(3,),
    ),
    Figure(
        name="Jo Trelawny",
        email="trelawny@example.org",
        what="tutor, blocked: signature expired",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=380,
    ),
    Figure(
        name="Ellis Marlow",
        email="ellis@example.org",
        what="tutor, not cleared, with a lesson",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=40,
        lessons=(1,),
        suspended=True,
    ),
    Figure(
        name="Priya Nair",
        email="priya@example.org",
        what="tutor, in the middle of the scenarios",
        team=NORTH,
        stage=Stage.CHOOSING,
    ),
    Figure(
        name="Kit Lowry",
        email="kit@example.org",
        what="tutor, failed once",
        team=NORTH,
        stage=Stage.FAILED,
    ),
    Figure(
        name="Wyn Hartley",
        email="wyn@example.org",
        what="tutor, has begun to read",
        team=SOUTH,
        stage=Stage.READING,
    ),
    Figure(
        name="Noor Haddad",
        email="noor@example.org",
        what="tutor, cleared this week",
        team=SOUTH,
        stage=Stage.SIGNED,
        signed=3,
    ),
    Figure(
        name="Tam Rosewarne",
        email="tam@example.org",
        what="tutor, invited: see the outbox",
        team=SOUTH,
        stage=Stage.INVITED,
    ),
)


def tell(press: Press, *, settings: Settings, now: datetime) -> None:
    """Let all of it happen, in a database that knows nobody yet."""
    begun = now - timedelta(days=OPENED)
    with db.change() as session:
        _found(session, settings=settings, now=begun)
    for figure in PEOPLE:
        _live(figure, press, settings=settings, now=now)


def _found(session: Session, *, settings: Settings, now: datetime) -> None:
    """Make teams, those who run the company, the contacts and the first version."""
    made = {name: add_team(session, name, by=SYSTEM, now=now) for name in (NORTH, SOUTH)}
    for each in (figure for figure in PEOPLE if not figure.stage):
        person = _add(session, each, now=now)
        if each.leads:
            team = made[each.team]
            begin(session, person, kind=each.leads, value=team, by=SYSTEM, now=now)
        told = {"name": each.name, "phone": each.phone}
        confirm_details(session, person, **told, by=SYSTEM, now=now)
    for kind, name, phone in (
        ("safeguarding-lead", "Morgan Ellery", "01632 960 120"),
        ("out-of-hours", "Duty phone", "01632 960 199"),
    ):
        set_contact(session, kind, name=name, phone=phone, by=SYSTEM, now=now)
    lead = _actor(session, "morgan@example.org", Role.SAFEGUARDING_LEAD)
    text = (paths.POLICIES / POLICY / "1.0.md").read_text(encoding="utf-8")
    publish(
        session,
        text,
        name=POLICY,
        by=lead,
        now=now,
        grace_days=settings.grace_days,
        renewal_months=settings.renewal_months,
        zone=settings.zone,
    )
    half = live_quiz(session, POLICY).scenarios[::2]  # the other is still to be reviewed
    for scenario in half:
        approve(session, scenario.id, digest=digest(scenario), by=lead, now=now)


def _live(figure: Figure, press: Press, *, settings: Settings, now: datetime) -> None:
    """Let one tutor come as far as the story says."""
    if not figure.stage:
        return
    joined = now - timedelta(days=figure.signed + 2)
    with db.change() as session:
        person = _add(session, figure, now=joined)
        team = next(key for key, name in teams(session) if name == figure.team)
        begin(session, person, kind=Kind.TEAM, value=team, by=SYSTEM, now=joined)
        by = _actor(session, figure.email, Role.TUTOR)
        if figure.stage is Stage.INVITED:
            mail_invitation(session, person, by=by, now=now)
    walk = Walk(by=by, press=press, settings=settings)
    _walk(walk, figure.stage, at=joined + timedelta(days=1))
    _aftermath(figure, by=by, now=now)


def _walk(walk: Walk, stage: Stage, *, at: datetime) -> None:
    steps = {
        Stage.INVITED: (),
        Stage.READING: (walk.confirm, walk.begin_reading),
        Stage.CHOOSING: (walk.confirm, walk.read, walk.begin_choosing),
        Stage.FAILED: (walk.confirm, walk.read, walk.fail),
        Stage.SIGNED: (walk.confirm, walk.read, walk.succeed, walk.sign),
    }
    for number, step in enumerate(steps[stage]):
        step(now=at + timedelta(minutes=15 * number))


def _aftermath(figure: Figure, *, by: Actor, now: datetime) -> None:
    """Schedule the lessons; then, in one case, something comes between."""
    for days in figure.lessons:
        with db.change() as session:
            book(session, _lesson(by.id, days=days, now=now), by=by, now=now - timedelta(hours=5))
    if figure.suspended:
        with db.change() as session:
            earlier = now - timedelta(hours=2)
            begin(session, by.id, kind=Kind.SUSPENSION, by=SYSTEM, now=earlier)


def _lesson(tutor_id: str, *, days: int, now: datetime) -> Wish:
    start = clock.start_of_day(now + timedelta(days=days)) + timedelta(hours=16)
    pupil = f"P-{1000 + 37 * days}"
    end = start + timedelta(hours=1)
    return Wish(tutor_id=tutor_id, starts_at=start, ends_at=end, place=Place.HOME, pupil=pupil)


def _add(session: Session, figure: Figure, *, now: datetime) -> str:
    roles, name = figure.roles, figure.name
    return add_person(session, name=name, email=figure.email, roles=roles, by=SYSTEM, now=now)


def _actor(session: Session, email: str, *roles: Role) -> Actor:
    person = find_person(session, email=email)
    if person is None:
        raise LookupError(email)
    return Actor(
        id=person.id,
        name=person.name,
        roles=frozenset(roles),
        origin=ORIGIN,
        sign_in=digest_of(email),
    )
