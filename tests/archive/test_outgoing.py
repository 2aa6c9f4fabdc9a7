"""Administrators see what did not leave: what, for whom and why, and never what it says."""

from datetime import timedelta

import pytest

from portal import clock
from portal.access import Role
from portal.archive.outgoing import KINDS, unsent
from portal.outbox.actions import queue
from portal.outbox.worker import send_all
from portal.people.actions import mail_invitation
from tests.factories import add_somebody, as_person, post, sign_in_as
from tests.publishing.desks import words_of
from tests.standins.mail_server import Postmaster, mail_server

NOBODY = as_person("nobody")
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def invited(app, client):
    """An administrator at a browser, and somebody whose invitation is queued."""
    with app.extensions["db"].change() as session:
        administrator = add_somebody(session, "Robin Hale", Role.ADMINISTRATOR)
        person = add_somebody(session, "Sam Whitlock", Role.HR)
        mail_invitation(session, person, by=NOBODY, now=clock.now())
    sign_in_as(client, administrator)


def work(app, url="", *, later=timedelta()):
    told = {"smtp_url": url, "mail_from": "portal@example.org"}
    app.extensions["settings"] = app.extensions["settings"].model_copy(update=told)
    with app.app_context():
        send_all(now=clock.now() + later)


def test_what_waits_says_for_whom_how_often_it_was_tried_and_why(app, client, invited):
    work(app)

    page = words_of(client.get("/unsent").text)

    assert "1 mail waits" in page
    assert "An invitation sam.whitlock@example.org" in page
    assert "1 time No mail server is set" in page
    assert "/links/" not in page


def test_all_that_waits_is_tried_at_once_when_somebody_asks(app, client, invited):
    work(app)
    with mail_server(Postmaster()) as url:
        work(app, url)
        assert "1 mail waits" in client.get("/unsent").text

        post(client, "/unsent/tries")
        work(app, url)

    assert "No mail waits" in client.get("/unsent").text


def test_what_was_given_up_is_tried_again_once_somebody_has_mended_it(app, client, invited):
    with mail_server(Postmaster(to_recipient="550 no such mailbox")) as url:
        work(app, url)
    page = words_of(client.get("/unsent").text)
    assert "The mail server refused it: 550 no such mailbox" in page
    with app.extensions["db"].reader() as session:
        (gone,) = unsent(session, now=clock.now()).given_up

    postmaster = Postmaster()
    with mail_server(postmaster) as url:
        post(client, f"/unsent/{gone.id}/tries")
        work(app, url)

    assert len(postmaster.messages) == 1
    assert "Given up" not in client.get("/unsent").text


@ONE_DATABASE
def test_what_left_or_is_due_later_is_not_tried_again(app, client, invited):
    with app.extensions["db"].change() as session:
        soon = {"now": clock.now(), "due_at": clock.now() + timedelta(days=3)}
        queue(session, "departure", key="d", payload={"person": "x"}, **soon)

    page = words_of(client.get("/unsent").text)

    assert "1 mail waits" in page
    assert post(client, "/unsent/abcdefghijklmnop/tries").status_code == 404


@ONE_DATABASE
def test_every_kind_that_is_queued_has_words(app):
    assert set(KINDS) == set(app.extensions["outbox_handlers"])
    assert "suspen" not in str(KINDS.values()).lower()  # no administrator learns of one here
