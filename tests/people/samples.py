"""People with passwords, and the browsers they sign in with."""

from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.access import Role
from portal.people.actions import set_password
from portal.people.models import Failed, Link, SignIn
from portal.people.passwords import hashed
from tests.factories import add_somebody, post

PASSWORD = "three random words"
EMAIL = "priya.nair@example.org"


@cache
def password_hash():
    """Hash it once: hashing is slow on purpose."""
    return hashed(PASSWORD)


def add_priya(app, *roles: Role) -> str:
    """Add Priya Nair with her password; return her id."""
    with app.extensions["db"].change() as session:
        person_id = add_somebody(session, "Priya Nair", *(roles or (Role.TUTOR,)))
        set_password(session, person_id, password_hash=password_hash())
    return person_id


def try_to_sign_in(client, email=EMAIL, password=PASSWORD, **more) -> TestResponse:
    """Send the sign-in form."""
    return post(client, "/sign-in", email=email, password=password, **more)


def is_signed_in(client) -> bool:
    """Whether this browser may see what is one's own."""
    return client.get("/details").status_code == 200


def pass_time(app, *, seconds: int) -> None:
    """Let time go by for everything that waits or runs out, by moving it back."""
    with app.extensions["db"].change() as session:
        for column in (Failed.at, SignIn.started_at, SignIn.seen_at, Link.expires_at):
            _move_back(session, column, seconds=seconds)


def _move_back(session, column, *, seconds: int) -> None:
    table = column.class_
    for row_id, moment in session.execute(sa.select(table.id, column)).all():
        earlier = moment - timedelta(seconds=seconds)
        session.execute(sa.update(table).where(table.id == row_id).values({column: earlier}))
