"""What is queued leaves once, later when it must, and never silently not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.outbox.actions import LEASE, claim, queue
from portal.outbox.models import Outgoing
from portal.outbox.queries import newest
from portal.outbox.worker import send_all
from tests.factories import NOW, add_tutor
from tests.standins.mail_server import Postmaster, free_port, mail_server


@pytest.fixture
def settings(settings):
    """A portal whose mail server is not there until a test starts one."""
    port = free_port()
    told = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "portal@example.org"}
    return settings.model_copy(update=told)


@pytest.fixture
def notice(app):
    """A mail that waits: "your password was changed"."""
    with app.extensions["db"].change() as session:
        payload = {"person": add_tutor(session), "at": NOW.isoformat()}
        queue(session, "password-changed", key="changed:1", payload=payload, now=NOW)


def use_server(app, url):
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"smtp_url": url})


def work(app, *, now=NOW):
    with app.app_context():
        return send_all(now=now)


def state(app):
    with app.extensions["db"].reader() as session:
        return newest(session, "changed:")


def test_what_is_queued_is_sent_once(app, notice):
    postmaster = Postmaster()

    with mail_server(postmaster) as url:
        use_server(app, url)
        handled = [work(app), work(app, now=NOW + timedelta(days=1))]

    assert handled == [1, 0]
    assert len(postmaster.messages) == 1
    assert state(app).sent_at == NOW


def test_the_wait_doubles_while_the_server_is_away_and_then_the_mail_leaves(app, notice):
    waits, now = [], NOW
    for _ in range(4):
        work(app, now=now)
        with app.extensions["db"].reader() as session:
            due = session.scalars(sa.select(Outgoing.due_at)).one()
        waits.append((due - now) / timedelta(minutes=1))
        now = due

    assert waits == [1, 2, 4, 8]
    with mail_server(Postmaster()) as url:
        use_server(app, url)
        assert work(app, now=now) == 1
    assert state(app).sent_at == now


def test_a_final_refusal_is_given_up_and_says_why(app, notice):
    with mail_server(Postmaster(to_recipient="550 no such mailbox")) as url:
        use_server(app, url)
        handled = [work(app), work(app, now=NOW + timedelta(days=30))]

    assert handled == [1, 0]
    assert state(app).given_up
    assert "550 no such mailbox" in state(app).failure


def test_the_same_key_is_the_same_thing(app, notice):
    with app.extensions["db"].change() as session:
        queue(session, "password-changed", key="changed:1", payload={}, now=NOW)

    with app.extensions["db"].reader() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Outgoing)) == 1


def test_two_workers_never_have_the_same_row(app, notice):
    with app.extensions["db"].change() as session:
        first, second = claim(session, now=NOW), claim(session, now=NOW)

    assert first is not None
    assert second is None


def test_what_a_killed_worker_held_is_taken_up_again(app, notice):
    with app.extensions["db"].change() as session:
        claim(session, now=NOW)

    with app.extensions["db"].change() as session:
        again = claim(session, now=NOW + LEASE)

    assert again is not None


def test_what_is_due_later_waits(app):
    with app.extensions["db"].change() as session:
        queue(session, "reset", key="r", payload={}, now=NOW, due_at=NOW + timedelta(hours=1))

    assert work(app) == 0
