"""Plain functions that make what tests need.

`NOW` is for tests of actions and rules. Pages ask the real clock, so what pages need was made
`EARLIER`.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, paths
from portal.access import SYSTEM, Actor, Role
from portal.db import new_id
from portal.people.actions import add_person, add_team, begin, set_contact
from portal.people.models import Kind, SignIn
from portal.people.sign_in import digest_of
from portal.policies.actions import publish

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EARLIER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
POLICY = "online-safeguarding"
TEXT = (paths.POLICIES / POLICY / "1.0.md").read_text(encoding="utf-8")


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


def add_managed_team(
    session: Session, manager: str = "Alex Penrose", *, now: datetime = EARLIER
) -> tuple[str, str]:
    """Add a team and the person who leads it; return the ids of both."""
    team_id = add_team(session, f"Team of {manager}", by=SYSTEM, now=now)
    manager_id = add_somebody(session, manager, Role.MANAGER, now=now)
    begin(session, manager_id, kind=Kind.LEADS, value=team_id, by=SYSTEM, now=now)
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
) -> str:
    """Publish the example code, or another text, with the usual grace and renewal."""
    terms = {"grace_days": 14, "renewal_months": 12, "effective_at": effective_at}
    return publish(session, text, name=name, by=LEAD, now=now, **terms)


def renumbered(version: str, text: str = TEXT) -> str:
    """Return the example code as another version, with one word more."""
    text = text.replace('version = "1.0"', f'version = "{version}"')
    return text.replace("stable.", f"stable, as of {version}.")


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
