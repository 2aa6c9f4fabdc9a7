"""Plain functions that make what tests need.

`NOW` is for tests of actions and rules. Pages ask the real clock, so what pages need was made
`EARLIER`.
"""

import random
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, paths
from portal.access import SYSTEM, Actor, Role
from portal.db import new_id
from portal.people.actions import add_person, add_team, begin, confirm_details, set_contact
from portal.people.models import Kind, Person, SignIn
from portal.people.sign_in import digest_of
from portal.policies.actions import open_section, publish
from portal.policies.models import Version
from portal.policies.queries import newest
from portal.policies.text import parse
from portal.quizzes.actions import choose, open_attempt, reopen
from portal.quizzes.course import Round, Scope, Terms
from portal.quizzes.marking import Position, replay
from portal.quizzes.marking import numbers as number_of
from portal.quizzes.queries import get_attempt
from portal.quizzes.rules import Patience
from portal.quizzes.shelf import live_quiz
from portal.quizzes.steps import Kind as Worth

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EARLIER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
POLICY = "online-safeguarding"
TEXT = (paths.POLICIES / POLICY / "1.0.md").read_text(encoding="utf-8")

TERMS = Terms(
    scenarios=8,
    walks=2,
    words=1000,
    pass_percent=80,
    patience=Patience(failures=3, wait=timedelta(minutes=30)),
    unreviewed=True,
)


def as_person(person_id: str, *roles: Role, name: str = "Somebody") -> Actor:
    """Return who asks, without a browser."""
    return Actor(id=person_id, name=name, roles=frozenset(roles))


LEAD = as_person("lead", Role.SAFEGUARDING_LEAD, name="Robin Lead")


def add_somebody(session: Session, name: str, *roles: Role, now: datetime = EARLIER) -> str:
    """Add a person in these roles; the address comes from the name."""
    email = f"{name.replace(' ', '.').lower()}@example.org"
    return add_person(session, name=name, email=email, roles=roles, by=SYSTEM, now=now)


def add_tutor(
    session: Session, name: str = "Priya Nair", *, team: str = "", now: datetime = EARLIER
) -> str:
    """Add an engaged tutor, on a team if told which; return the id."""
    person_id = add_somebody(session, name, Role.TUTOR, now=now)
    if team:
        begin(session, person_id, kind=Kind.TEAM, value=team, by=SYSTEM, now=now)
    return person_id


def confirm(session: Session, person_id: str, *, now: datetime = EARLIER) -> None:
    """Have somebody look at their details and find them right."""
    told = {"name": "Priya Nair", "phone": "01632 960 123"}
    confirm_details(session, person_id, **told, by=as_person(person_id), now=now)


def add_managed_team(
    session: Session, manager: str = "Alex Penrose", *, now: datetime = EARLIER
) -> tuple[str, str]:
    """Add a team and the person who leads it; return the ids of both."""
    team_id = add_team(session, f"Team of {manager}", by=SYSTEM, now=now)
    manager_id = add_somebody(session, manager, Role.MANAGER, now=now)
    begin(session, manager_id, kind=Kind.LEADS, value=team_id, by=SYSTEM, now=now)
    own = sa.update(Person).where(Person.id == manager_id)
    session.execute(own.values(phone="01632 960 111"))
    return team_id, manager_id


def set_contacts(session: Session, *, now: datetime = EARLIER) -> None:
    """Name the two company contacts without which nothing starts."""
    for kind, name in (("safeguarding-lead", "Robin Lead"), ("out-of-hours", "The night line")):
        set_contact(session, kind, name=name, phone="01632 960 001", by=SYSTEM, now=now)


def publish_policy(
    session: Session,
    text: str = TEXT,
    *,
    name: str = POLICY,
    now: datetime = EARLIER,
    effective_at: datetime | None = None,
    grace_days: int = 14,
) -> str:
    """Publish the example code, or another text, with the usual grace and renewal."""
    terms = {"grace_days": grace_days, "renewal_months": 12, "effective_at": effective_at}
    return publish(session, text, name=name, by=LEAD, now=now, **terms)


def renumbered(version: str, text: str = TEXT) -> str:
    """Return the example code as another version, with one word more."""
    text = text.replace('version = "1.0"', f'version = "{version}"')
    return text.replace("connection.", f"connection, as of {version}.")


def current(session: Session, name: str = POLICY) -> Version:
    """Return the newest version."""
    version = newest(session, name)
    assert version
    return version


def read_all(session: Session, person_id: str, *, now: datetime = EARLIER) -> None:
    """Open every section of the newest version."""
    version, by = current(session), as_person(person_id)
    for section in parse(version.text).sections:
        open_section(session, person_id, version=version, section=section.number, by=by, now=now)


def start_quiz(
    session: Session,
    person_id: str,
    *,
    cycle: int = 1,
    seed: int = 1,
    scope: Scope = Scope.FULL,
    terms: Terms = TERMS,
    version: Version | None = None,
    now: datetime = EARLIER,
    changed: frozenset[str] = frozenset(),
) -> str:
    """Open an attempt, full and on the newest version unless told; return its id."""
    return open_attempt(
        session,
        person_id,
        version=version or current(session),
        wanted=Round(cycle=cycle, scope=scope, changed=changed),
        quiz=live_quiz(session, POLICY),
        terms=terms,
        rng=random.Random(seed),
        by=as_person(person_id),
        now=now,
    )


def answer_all(
    session: Session,
    attempt_id: str,
    *,
    by: Actor,
    worth: Worth = Worth.RIGHT,
    now: datetime = EARLIER,
) -> None:
    """Answer every step that is left with an option of this worth."""
    while choose_next(session, attempt_id, by=by, worth=worth, now=now):
        pass


def choose_next(
    session: Session,
    attempt_id: str,
    *,
    by: Actor,
    worth: Worth = Worth.RIGHT,
    now: datetime = EARLIER,
) -> bool:
    """Answer the next step with an option of this worth; return whether there was one."""
    here = next_step(session, attempt_id, by=by)
    if here:
        seq, place = here
        option = number_of(place, worth)
        choose(session, attempt_id, seq=seq, option=option, terms=TERMS, by=by, now=now)
    return here is not None


def next_step(session: Session, attempt_id: str, *, by: Actor) -> tuple[int, Position] | None:
    """Return the sequence number and the place of the step to answer, None after the last."""
    tried = get_attempt(session, attempt_id, person_id=by.id)
    place = replay(tried.drawn, tried.choices).next
    return (len(tried.choices) + 1, place) if place else None


def pass_quiz(session: Session, person_id: str, *, cycle: int = 1, now: datetime = EARLIER) -> str:
    """Read everything and pass at the first try; return the attempt's id."""
    read_all(session, person_id, now=now)
    attempt_id = start_quiz(session, person_id, cycle=cycle, now=now)
    answer_all(session, attempt_id, by=as_person(person_id), now=now)
    return attempt_id


def fail_quiz(session: Session, person_id: str, *, times: int = 1, now: datetime = EARLIER) -> str:
    """Answer all wrong so many times, opening again what was missed between; return the last id."""
    for seed in range(times):
        attempt_id = start_quiz(session, person_id, seed=seed, now=now)
        answer_all(session, attempt_id, by=as_person(person_id), worth=Worth.WRONG, now=now)
        if seed < times - 1:
            reopen_all(session, attempt_id, by=as_person(person_id), now=now)
    return attempt_id


def reopen_all(session: Session, attempt_id: str, *, by: Actor, now: datetime = EARLIER) -> None:
    """Open again every clause that a failed attempt missed."""
    outcome = get_attempt(session, attempt_id, person_id=by.id).outcome
    assert outcome
    reopen(session, attempt_id, clauses=outcome.missed, by=by, now=now)


def sign_in_as(client: FlaskClient, person_id: str) -> None:
    """Sign this browser in as somebody, as if they had typed their password."""
    token = new_id()
    now = clock.now()
    row = {"id": digest_of(token), "person_id": person_id, "shared": False}
    row |= {"started_at": now, "seen_at": now, "address": "192.0.2.1", "agent": "a test"}
    with client.application.extensions["db"].change() as session:
        session.execute(sa.insert(SignIn), row)
    with client.session_transaction() as browser:
        browser.update(_user_id=token, _fresh=True)


def post(client: FlaskClient, url: str, **fields: object) -> TestResponse:
    """Send a form with the token that its page would carry."""
    with client.session_transaction() as browser:
        raw = browser.setdefault("csrf_token", "a token of this browser")
    serializer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    return client.post(url, data={**fields, "csrf_token": serializer.dumps(raw)})
