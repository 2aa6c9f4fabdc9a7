"""What happened to the demonstration's people before it was first opened."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal import clock, db, paths
from portal.access import SYSTEM, Actor, Origin, Role
from portal.acknowledgements.declining import decline
from portal.acknowledgements.press import Press
from portal.archive.holds import Wanted, hold
from portal.clearance.suspending import suspend
from portal.config import Settings
from portal.installation.cast import LEFT, NORTH, PEOPLE, SOUTH, Figure, Stage
from portal.installation.desk import (
    leave_a_draft,
    leave_a_waiver,
    leave_an_original,
    put_off_a_course,
    reword,
)
from portal.installation.walk import Walk
from portal.people.actions import (
    add_person,
    add_team,
    begin,
    confirm_details,
    mail_invitation,
    set_contact,
)
from portal.people.appointments import give_tag
from portal.people.engagements import leave
from portal.people.models import Kind
from portal.people.queries import find_person, teams
from portal.people.rules import digest_of
from portal.policies.actions import publish
from portal.policies.asked import AskedOf
from portal.policies.queries import get_version
from portal.policies.questions import answer, ask
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.rulings import record_ruling
from portal.quizzes.shelf import live_quiz
from portal.scheduling.actions import book
from portal.scheduling.rules import Place, Wish

POLICY = "online-safeguarding"
HARD = "CSP-6"  # the clause that several had wrong at first
REWORDED = 30  # days ago
CONTACTS = (
    ("safeguarding-lead", "Morgan Ellery", "01632 960 120"),
    ("out-of-hours", "Duty phone", "01632 960 199"),
    ("childrens-services", "Lynbridge council", "01632 960 150"),
)
SOLICITOR = "A parent’s solicitor has written. Ask Sam before anything goes."
OPENED = 400  # days before the demonstration was first started
ORIGIN = Origin(address="127.0.0.1", agent="The demonstration")


def tell(press: Press, *, settings: Settings, now: datetime) -> None:
    """Let all of it happen, in a database that knows nobody yet."""
    begun = now - timedelta(days=OPENED)
    with db.change() as session:
        _found(session, settings=settings, now=begun)
    for number, (name, team, stumbled) in enumerate(LEFT):
        email = f"{name.split()[0].lower()}@example.org"
        stage = Stage.STUMBLED if stumbled else Stage.PASSED
        left = Figure(name=name, email=email, what="", team=team, stage=stage, signed=200 + number)
        _live(left, press, settings=settings, now=now)
        _leave(email, now=now - timedelta(days=90))
    for figure in (each for each in PEOPLE if each.signed > REWORDED):
        _live(figure, press, settings=settings, now=now)
    _reword(press, settings=settings, now=now)
    for figure in (each for each in PEOPLE if each.signed <= REWORDED):
        _live(figure, press, settings=settings, now=now)
    with db.change() as session:
        _leave_work(session, settings=settings, now=now)
        _wonder(session, now=now - timedelta(hours=3))


def _reword(press: Press, *, settings: Settings, now: datetime) -> None:
    """Change the wording; one who renews soon has read it."""
    with db.change() as session:
        lead = _actor(session, "morgan@example.org", Role.SAFEGUARDING_LEAD)
        then = now - timedelta(days=REWORDED)
        reword(session, POLICY, settings=settings, by=lead, now=then)
        late = _actor(session, "okafor@example.org", Role.TUTOR)
    Walk(by=late, press=press, settings=settings).read(now=now - timedelta(days=3))


def _leave_work(session: Session, *, settings: Settings, now: datetime) -> None:
    """Leave something for each to do: a draft, an original to see, a waiver that begins soon.

    A version that can still be called off, too, and something that must not be erased.
    """
    author = _actor(session, "robin@example.org", Role.AUTHOR, Role.ADMINISTRATOR)
    hr = _actor(session, "sam@example.org", Role.HR)
    manager = _actor(session, "alex@example.org", Role.MANAGER)
    okafor, ash = (_actor(session, f"{name}@example.org").id for name in ("okafor", "ash"))
    version, yesterday = get_version(session, POLICY, "1.1"), now - timedelta(days=1)
    told: dict[str, Any] = {"settings": settings, "now": yesterday}
    for each in (okafor, ash):
        give_tag(session, each, "exam-support", by=manager, now=yesterday)
    leave_a_draft(session, version, by=author, **told)
    put_off_a_course(session, ash, by=author, **told)
    left, leaves = (_actor(session, f"{name}@example.org").id for name in ("cleo", "trelawny"))
    last = clock.local(now + timedelta(days=21), settings.zone).date()
    leave(session, leaves, reason="Moves away.", last_day=last, by=hr, now=yesterday)
    hold(session, Wanted(person_id=left), reason=SOLICITOR, by=hr, now=yesterday)
    leave_a_waiver(session, okafor, POLICY, by=manager, **told)
    leave_an_original(session, ash, version, by=hr, **told)


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
    for kind, name, phone in CONTACTS:
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
    _review(session, by=lead, now=now)


def _review(session: Session, *, by: Actor, now: datetime) -> None:
    """Approve some of the scenarios and decide one open question; the others are still to do."""
    quiz = live_quiz(session, POLICY)
    words = {each.id: digest(each) for each in quiz.scenarios[::2]}
    words |= {each.id: digest(each) for each in quiz.cards[::3]}
    for item, digested in words.items():
        approve(session, item, digest=digested, by=by, now=now)
    late = next(card for card in quiz.cards if card.id == "S38")
    record_ruling(
        session,
        late,
        words="Ring the out-of-hours number on the escalation card, at any hour.",
        given_by="Jo Marsh, director",
        given_on=now.date(),
        by=by,
        now=now,
    )


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
    _aftermath(figure, by=by, settings=settings, now=now)


def _walk(walk: Walk, stage: Stage, *, at: datetime) -> None:
    steps = {
        Stage.INVITED: (),
        Stage.READING: (walk.confirm, walk.begin_reading),
        Stage.READ: (walk.confirm, walk.read, walk.sit_down),
        Stage.CHOOSING: (walk.confirm, walk.read, walk.begin_choosing),
        Stage.FAILED: (walk.confirm, walk.read, walk.fail),
        Stage.PASSED: (walk.confirm, walk.read, walk.succeed),
        Stage.STUMBLED: (walk.confirm, walk.read, partial(walk.stumble, HARD), walk.succeed),
        Stage.SIGNED: (walk.confirm, walk.read, walk.succeed, walk.sign),
    }
    for number, step in enumerate(steps[stage]):
        step(now=at + timedelta(minutes=15 * number))


def _leave(email: str, *, now: datetime) -> None:
    """Let a tutor's time here be over; their team is still named in the figures."""
    with db.change() as session:
        left = _actor(session, email).id
        hr = _actor(session, "sam@example.org", Role.HR)
        leave(session, left, reason="The contract ran until the end of term.", by=hr, now=now)


def _aftermath(figure: Figure, *, by: Actor, settings: Settings, now: datetime) -> None:
    """Schedule the lessons; then, in some cases, something comes between."""
    if figure.declined:
        told: dict[str, Any] = {
            "reason": figure.declined,
            "settings": settings,
            "now": now - timedelta(hours=3),
        }
        with db.change() as session:
            decline(session, POLICY, "1.1", **told, by=by)
    for days in figure.lessons:
        with db.change() as session:
            book(session, _lesson(by.id, days=days, now=now), by=by, now=now - timedelta(hours=5))
    if figure.suspended:
        with db.change() as session:
            earlier = now - timedelta(hours=2)
            hr = _actor(session, "sam@example.org", Role.HR)
            suspend(session, by.id, reason="A complaint is being looked into.", by=hr, now=earlier)


def _wonder(session: Session, *, now: datetime) -> None:
    """Let two tutors ask before they sign; one has an answer by now."""
    version = get_version(session, POLICY, "1.1")
    told: dict[str, Any] = {"version": version, "asked_of": AskedOf.MANAGER}
    wyn, priya = (_actor(session, f"{name}@example.org", Role.TUTOR) for name in ("wyn", "priya"))
    words = "Does a hotspot on my phone count as stable?"
    asked = ask(session, **told, clause="GEO-2", text=words, by=wyn, now=now)
    dana = _actor(session, "dana@example.org", Role.MANAGER)
    words = "If it holds for an hour of video, yes. Try it with me before your first session."
    answer(session, asked, text=words, by=dana, now=now + timedelta(hours=1))
    words = "Is a grandparent who looks after the child a guardian here?"
    ask(session, **told, clause="CSP-9", text=words, by=priya, now=now)


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
