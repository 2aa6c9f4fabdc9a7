"""A company to measure with: a throw-away installation, its people, tutors at any point."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from portal import clock, create_app, db, paths
from portal.access import SYSTEM, Actor, Role
from portal.acknowledgements.press import Press
from portal.config import Settings
from portal.installation.opening import open_installation
from portal.installation.walk import Walk
from portal.people.actions import add_person, add_team, begin, set_contact, set_password
from portal.people.links import Purpose, mint
from portal.people.models import Kind
from portal.people.passwords import hashed
from portal.policies.actions import publish
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.shelf import quiz_on_file

POLICY = "online-safeguarding"
PATIENCE = 60  # seconds for a PDF: a busy machine must not refuse what is only measured
PASSWORD = "amber-heron-inlet-4821"
DAY = timedelta(days=1)
WORKERS = (
    ("alex", "Alex Penrose", Role.MANAGER),
    ("sam", "Sam Whitlock", Role.HR),
    ("morgan", "Morgan Ellery", Role.SAFEGUARDING_LEAD),
    ("robin", "Robin Hale", Role.ADMINISTRATOR),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tutor:
    """A tutor of the company; `token` opens the invitation, "" where there is none."""

    id: str
    name: str
    email: str
    token: str = ""


class Company:
    """One installation with people in it; tutors are added as they are needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app: Flask = create_app(settings)
        self._password = hashed(PASSWORD)
        self._count = 0
        self._team = ""

    def open(self) -> None:
        """Bring in those who run it, the contacts, the policy and its approved scenarios."""
        now = clock.now() - 30 * DAY
        with self.app.app_context(), db.change() as session:
            self._team = add_team(session, "North", by=SYSTEM, now=now)
            for key, name, role in WORKERS:
                told = {"name": name, "email": f"{key}@example.org", "roles": [role]}
                person = add_person(session, **told, by=SYSTEM, now=now)
                set_password(session, person, password_hash=self._password)
                if role is Role.MANAGER:
                    leads = {"kind": Kind.LEADS, "value": self._team}
                    begin(session, person, **leads, by=SYSTEM, now=now)
            for kind in ("safeguarding-lead", "out-of-hours"):
                told = {"name": "Morgan Ellery", "phone": "01632 960 120"}
                set_contact(session, kind, **told, by=SYSTEM, now=now)
        self._adopt()

    def invited(self, count: int) -> list[Tutor]:
        """Return so many tutors who hold an unused invitation."""
        now = clock.now()
        with self.app.app_context(), db.change() as session:
            tutors = []
            for tutor in [self._add(session) for _ in range(count)]:
                link = {"lasts": DAY, "now": now}
                token = mint(session, tutor.id, Purpose.INVITATION, **link)
                named = {"id": tutor.id, "name": tutor.name, "email": tutor.email}
                tutors.append(Tutor(**named, token=token))
        return tutors

    def ready(self, count: int) -> list[Tutor]:
        """Return so many tutors who have read, passed, and may sign."""
        with self.app.app_context():
            with db.change() as session:
                tutors = [self._add(session) for _ in range(count)]
                for tutor in tutors:
                    set_password(session, tutor.id, password_hash=self._password)
            for tutor in tutors:
                walk = self._walk(tutor)
                for step in (walk.confirm, walk.read, walk.succeed):
                    step(now=clock.now())
        return tutors

    def _walk(self, tutor: Tutor) -> Walk:
        by = Actor(id=tutor.id, name=tutor.name, roles=frozenset({Role.TUTOR}))
        press: Press = self.app.extensions["press"]
        return Walk(by=by, press=press, settings=self.settings)

    def _add(self, session: Session) -> Tutor:
        self._count += 1
        now = clock.now() - DAY
        told = {"name": f"Wren Ashby {self._count}", "email": f"wren{self._count}@example.org"}
        person = add_person(session, **told, roles=[Role.TUTOR], by=SYSTEM, now=now)
        begin(session, person, kind=Kind.TEAM, value=self._team, by=SYSTEM, now=now)
        return Tutor(id=person, **told)

    def _adopt(self) -> None:
        text = (paths.POLICIES / POLICY / "1.0.md").read_text(encoding="utf-8")
        lead = Actor(id="lead", name="Morgan Ellery", roles=frozenset({Role.SAFEGUARDING_LEAD}))
        said = {"by": lead, "now": clock.now() - 20 * DAY}
        terms = {"grace_days": 14, "renewal_months": 12}
        with self.app.app_context(), db.change() as session:
            publish(session, text, name=POLICY, **terms, **said)
            for scenario in quiz_on_file(POLICY).scenarios:
                approve(session, scenario.id, digest=digest(scenario), **said)


@contextmanager
def company(folder: Path, *, database_url: str, smtp_url: str) -> Iterator[Company]:
    """Open an installation in this folder; it is closed afterwards, the folder stays."""
    settings = Settings(
        instance=folder / secrets.token_hex(4),
        database_url=database_url,
        organisation="Example Tutoring",
        smtp_url=smtp_url,
        mail_from="portal@example.org",
        press_seconds=PATIENCE,
    )
    open_installation(settings, now=clock.now() - 40 * DAY)
    opened = Company(settings)
    opened.open()
    try:
        yield opened
    finally:
        opened.app.extensions["press"].close()
        opened.app.extensions["db"].engine.dispose()


def environment(settings: Settings, **told: object) -> dict[str, str]:
    """Return what `portal serve` is told, beside the file in its folder."""
    own = {"INSTANCE": settings.instance, **told}
    return {**os.environ, **{f"PORTAL_{name}": str(value) for name, value in own.items()}}
