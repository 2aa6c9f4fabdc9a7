"""A tutor who has read and passed, and the way on from there through the real actions."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from flask import Flask

from portal.access import Actor, Origin, Role
from portal.acknowledgements.actions import Sealed, sealed, sign
from portal.acknowledgements.prepare import Wish, prepare
from portal.acknowledgements.press import Made, Press
from portal.acknowledgements.record import Draft
from portal.db import Database
from portal.people.models import Person
from portal.people.passwords import hashed
from portal.policies.text import digest
from tests.factories import (
    EARLIER,
    NOW,
    POLICY,
    TEXT,
    add_managed_team,
    add_tutor,
    pass_quiz,
    publish_policy,
    set_contacts,
)

PASSWORD = "a lantern in the window"
NAME = "Priya Nair"
PAGE = f"/policies/{POLICY}/1.0/acknowledgement"


@dataclass(frozen=True, kw_only=True)
class Tutor:
    """Who signs, where, and who manages them."""

    app: Flask
    id: str
    manager_id: str
    name: str = NAME
    agent: str = "A browser"

    @property
    def db(self) -> Database:
        return self.app.extensions["db"]

    @property
    def press(self) -> Press:
        return self.app.extensions["press"]

    @property
    def actor(self) -> Actor:
        where = Origin(address="192.0.2.7", agent=self.agent)
        roles = frozenset({Role.TUTOR})
        return Actor(id=self.id, name=self.name, roles=roles, origin=where, sign_in="5f" * 32)

    def wish(self, **changes: str) -> Wish:
        told = {"policy": POLICY, "version": "1.0", "shown": digest(TEXT), "name_typed": self.name}
        return Wish(**{**told, **changes})

    def draft(self, *, now: datetime = NOW, **changes: str) -> Draft:
        settings = self.app.extensions["settings"]
        with self.db.reader() as session:
            return prepare(session, self.wish(**changes), by=self.actor, settings=settings, now=now)

    def sealed(self, draft: Draft | None = None) -> Sealed:
        """What `sign` is handed, really printed and sealed."""
        draft = draft or self.draft()
        return sealed(draft, self.press.make(draft))

    def unprinted(self, draft: Draft | None = None) -> Sealed:
        """What `sign` is handed, without the work of printing."""
        pdf = b"%PDF-1.7 of a test"
        return sealed(draft or self.draft(), Made(pdf=pdf, digest=sha256(pdf).hexdigest()))

    def sign(self, what: Sealed | None = None, *, now: datetime = NOW) -> str:
        what = what or self.sealed(self.draft(now=now))
        settings = self.app.extensions["settings"]
        with self.db.change() as session:
            return sign(session, what, by=self.actor, settings=settings, now=now)


def join(app: Flask) -> Tutor:
    """Return a tutor on a team, with a password, who has read nothing yet."""
    with app.extensions["db"].change() as session:
        set_contacts(session)
        publish_policy(session)
        team_id, manager_id = add_managed_team(session)
        tutor_id = add_tutor(session, NAME, team=team_id)
        own = sa.update(Person).where(Person.id == tutor_id)
        session.execute(own.values(password_hash=hashed(PASSWORD), confirmed_at=EARLIER))
    return Tutor(app=app, id=tutor_id, manager_id=manager_id)


def arrive(app: Flask) -> Tutor:
    """Return a tutor who has read and passed, and not signed."""
    tutor = join(app)
    with tutor.db.change() as session:
        pass_quiz(session, tutor.id)
    return tutor


def colleague(tutor: Tutor, name: str) -> Tutor:
    """Return another tutor of the same company, on no team, who has read and passed."""
    with tutor.db.change() as session:
        person_id = add_tutor(session, name)
        pass_quiz(session, person_id)
    return replace(tutor, id=person_id, name=name)


def typed(**changes: object) -> dict[str, object]:
    """Return what a tutor fills in, with the digest that the page carries."""
    told = {"shown": digest(TEXT), "agreed": "y", "full_name": NAME, "password": PASSWORD}
    return {**told, **changes}
