"""One thing that cannot be sent stops nothing behind it, and a killed worker loses nothing."""

import logging
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.outbox import worker
from portal.outbox.actions import LEASE, queue
from portal.outbox.models import Outgoing
from portal.outbox.worker import run, send_all
from tests.factories import EARLIER, NOW
from tests.faults.children import KILLED, in_child, take_and_die

KEPT, BROKEN = "kept", "broken"


@pytest.fixture
def sent(app):
    """What left: a kind that works, and one whose handler always fails."""
    gone = []

    def fail(payload, outgoing_id, now):
        raise ZeroDivisionError("a password was hunter2")

    told = {KEPT: lambda payload, *_: gone.append(payload["number"]), BROKEN: fail}
    app.extensions[worker.HANDLERS] = told
    return gone


def put(app, kind, *, number, payload=None, now=NOW):
    with app.extensions["db"].change() as session:
        what = {"number": number}
        made = now + timedelta(seconds=number)
        queue(session, kind, key=f"{kind} {number}", payload=what, now=made)
        if payload is not None:
            session.execute(sa.update(Outgoing).values(payload=payload))


def rows(app):
    with app.extensions["db"].reader() as session:
        wanted = (Outgoing.kind, Outgoing.done_at, Outgoing.due_at, Outgoing.failure)
        return {row.kind: row for row in session.execute(sa.select(*wanted))}


def work(app, *, now):
    with app.app_context():
        return send_all(now=now)


@pytest.mark.parametrize("kind", [BROKEN, "a kind nobody knows"])
def test_what_cannot_be_made_is_put_off_and_those_behind_it_leave(app, sent, caplog, kind):
    now = NOW + timedelta(minutes=1)
    put(app, kind, number=1)
    put(app, KEPT, number=2)

    assert work(app, now=now) == 2

    assert sent == [2]
    row = rows(app)[kind]
    assert (row.done_at, row.due_at > now) == (None, True)
    assert row.failure.startswith("unexpected: ")
    assert "hunter2" not in row.failure
    assert "Traceback" in caplog.text


def test_a_row_that_cannot_be_read_is_put_off_too(app, sent):
    put(app, KEPT, number=1, payload="{half")
    put(app, KEPT, number=2)

    work(app, now=NOW + timedelta(minutes=1))

    assert sent == [2]


def test_what_was_put_off_leaves_once_its_maker_is_mended(app, sent):
    put(app, BROKEN, number=1)
    work(app, now=NOW + timedelta(minutes=1))
    handlers = app.extensions[worker.HANDLERS]
    handlers[BROKEN] = handlers[KEPT]

    work(app, now=NOW + timedelta(hours=1))

    assert sent == [1]
    assert rows(app)[BROKEN].failure == ""


def test_a_worker_killed_between_taking_and_sending_delays_the_mail_by_its_lease(app, sent):
    put(app, KEPT, number=1)
    taken = NOW + timedelta(minutes=1)

    assert in_child(take_and_die, app.extensions["settings"], taken) == KILLED

    assert work(app, now=taken) == 0
    assert work(app, now=taken + LEASE) == 1
    assert sent == [1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(
    app, sent, caplog, monkeypatch
):
    put(app, KEPT, number=1, now=EARLIER)
    monkeypatch.setattr(worker, "PAUSE", 0)
    database, stop = app.extensions["db"], threading.Event()
    app.extensions[worker.HANDLERS][KEPT] = lambda *_: stop.set()

    def away(*_):
        if len(caplog.records) < 3:
            raise sa.exc.OperationalError("BEGIN", {}, OSError("disk I/O error"))

    sa.event.listen(database.engine, "before_cursor_execute", away)
    with caplog.at_level(logging.ERROR):
        run(app, stop)

    assert caplog.text.count("the outbox cannot be reached") == 3
