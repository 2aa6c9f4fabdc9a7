"""The key of cookies and forms is renewed: nobody is signed out by it, or at once everybody."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal import clock, create_app
from portal.access import Role
from portal.console import Console
from portal.installation.commands import renew_cookie_key
from portal.installation.opening import COOKIE_KEY_RENEWED
from portal.ledger.queries import of_type
from portal.people.models import Person
from tests.factories import add_somebody, sign_in_as

TYPED = {"name": "Ada Admina", "phone": "01632 960 555"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def renew(app, *how):
    console = Console(settings=app.extensions["settings"], make_app=lambda _: app)
    done = CliRunner().invoke(renew_cookie_key, how, obj=console, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def send_after_a_new_start(app, client, *how):
    """Sign in, open a form, renew the key, start again; return what a page and the form get."""
    with app.extensions["db"].change() as session:
        person = add_somebody(session, "Ada Admin", Role.ADMINISTRATOR)
    sign_in_as(client, person)
    token = TOKEN.search(client.get("/details").text)[1]
    renew(app, *how)
    client.application = create_app(app.extensions["settings"])
    sent = client.post("/details", data={**TYPED, "csrf_token": token})
    return client.get("/people"), sent


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_is_signed_in_stays_in_and_an_open_form_arrives(app, client):
    page, sent = send_after_a_new_start(app, client)

    assert (page.status_code, sent.status_code) == (200, 302)
    with app.extensions["db"].reader() as session:
        assert len(of_type(session, COOKIE_KEY_RENEWED)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_at_once_everybody_signs_in_again_and_nothing_is_changed_before(app, client):
    page, sent = send_after_a_new_start(app, client, "--at-once")

    assert [each.location for each in (page, sent)] == ["/sign-in", "/sign-in"]
    with app.extensions["db"].reader() as session:
        assert not session.scalars(sa.select(Person).where(Person.name == TYPED["name"])).all()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_old_key_is_read_as_long_as_the_longest_sign_in_and_no_longer(app, settings):
    first = settings.secret_key()
    renew(app)
    second = settings.secret_key()
    renew(app)

    lasts, now = timedelta(hours=settings.absolute_hours), clock.now()

    assert settings.old_secret_keys(now) == [first, second]
    assert settings.old_secret_keys(now + lasts) == []
    assert settings.secret_key() not in {first, second}
    assert all(each.stat().st_mode & 0o077 == 0 for each in settings.keys.iterdir())
