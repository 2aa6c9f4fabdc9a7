"""Reading, changing, and what both databases must do alike."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from portal import db
from portal.access import SYSTEM
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.models import Entry, Payload
from portal.people.models import Team
from tests.factories import NOW


class Declined(Refusal):
    """A refusal of this test."""

    code = "declined"


def teams() -> list[str]:
    with db.reader() as session:
        return list(session.scalars(sa.select(Team.name)))


def add(name: str, *, error: Exception | None = None) -> None:
    with db.change() as session:
        session.execute(sa.insert(Team), {"id": db.new_id(), "name": name})
        if error:
            raise error


def test_a_change_is_kept(app):
    with app.app_context():
        add("North")

        assert teams() == ["North"]


def test_any_error_undoes_the_whole_change(app):
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            add("North", error=ZeroDivisionError())

        assert teams() == []


def test_a_refusal_undoes_the_change_and_leaves_its_trace(app):
    with app.app_context():
        with pytest.raises(Declined):
            add("North", error=Declined("Not today.", subject="somebody"))

        with db.reader() as session:
            types = session.scalars(sa.select(Entry.type)).all()
        assert (teams(), types) == ([], ["refused"])


def test_times_come_back_aware_and_naive_ones_are_refused(app):
    with app.app_context(), db.change() as session:
        note(session, "tested", by=SYSTEM, subject="x", now=NOW)

        stored = session.scalars(sa.select(Payload.at)).one()
        assert (stored, stored.utcoffset()) == (NOW, timedelta(0))
        with pytest.raises(sa.exc.StatementError, match="without a zone"):
            session.execute(sa.select(Payload.seq).where(Payload.at == datetime(2026, 1, 1)))  # noqa: DTZ001 - the naive one


def test_writers_at_once_leave_no_gap_and_no_fork(app):
    start, each = Barrier(4), 15

    def write() -> None:
        start.wait()
        for _ in range(each):
            with app.app_context(), db.change() as session:
                note(session, "tested", by=SYSTEM, subject="x", now=NOW)

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context(), db.reader() as session:
        numbers = session.scalars(sa.select(Entry.seq).order_by(Entry.seq)).all()
    assert numbers == list(range(1, 4 * each + 1))


def test_foreign_keys_are_checked(app):
    entry = {"seq": 99, "at": NOW, "subject": "x", "json": "{}", "salt": b"0"}
    with app.app_context(), pytest.raises(sa.exc.IntegrityError), db.change() as session:
        session.execute(sa.insert(Payload), entry)


def test_ids_are_opaque_and_never_the_same():
    ids = {db.new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(one) == 16 and one.isalnum() and one == one.lower() for one in ids)
