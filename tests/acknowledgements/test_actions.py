"""Signing stores everything or nothing, once, and only what is still true."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from threading import Barrier

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM
from portal.acknowledgements import actions
from portal.acknowledgements.actions import GroundMoved
from portal.acknowledgements.models import Acknowledgement, StoredPdf, StoredRecord
from portal.acknowledgements.prepare import NameDiffers
from portal.acknowledgements.queries import get_pdf
from portal.acknowledgements.refusals import AlreadySigned, MayNotSign, TextChanged
from portal.ledger.queries import head, told
from portal.outbox.models import Outgoing
from portal.people.actions import confirm_details, end
from portal.people.models import Dated
from portal.people.models import Kind as Period
from portal.policies.text import digest
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW, TEXT, publish_policy, renumbered

TABLES = (Acknowledgement, StoredRecord, StoredPdf)


@pytest.fixture
def tutor(app):
    return arrive(app)


def stored(tutor):
    with tutor.db.reader() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(each)) for each in TABLES]


def entries(tutor):
    with tutor.db.reader() as session:
        return told(session, tutor.id, entry_type="acknowledgement.signed")


def only(tutor):
    with tutor.db.reader() as session:
        return session.execute(sa.select(*Acknowledgement.__table__.c)).one()


def publish(tutor, text, **rest):
    with tutor.db.change() as session:
        publish_policy(session, text, now=NOW, **rest)


def end_period(tutor, kind):
    with tutor.db.change() as session:
        wanted = (Dated.person_id == tutor.id, Dated.kind == kind)
        period = session.scalars(sa.select(Dated.id).where(*wanted)).one()
        end(session, period, by=SYSTEM, now=NOW)


def rename(tutor):
    with tutor.db.change() as session:
        told = {"name": "Priya Nair-Bell", "phone": "1"}
        confirm_details(session, tutor.id, **told, by=tutor.actor, now=NOW)


def test_a_signature_is_stored_whole(tutor):
    serial = tutor.sign()

    row = only(tutor)
    assert (row.serial, row.person_id, row.cycle, row.signed_at) == (serial, tutor.id, 1, NOW)
    assert row.text_digest == digest(TEXT)
    with tutor.db.reader() as session:
        assert sha256(get_pdf(session, row.id)).hexdigest() == row.pdf_digest
        mails = set(session.scalars(sa.select(Outgoing.kind).where(Outgoing.key.contains(row.id))))
    assert mails == {"acknowledgement-copy", "tutor-cleared"}


def test_the_ledger_entry_covers_the_digests_of_record_pdf_and_text(tutor):
    tutor.sign(tutor.unprinted())

    (entry,), row = entries(tutor), only(tutor)
    names = ("serial", "record_digest", "pdf_digest", "text_digest", "attempt_id", "engagement_id")
    assert {name: entry.facts[name] for name in names} == {
        name: getattr(row, name) for name in names
    }
    assert (entry.facts["version"], entry.facts["statement"]) == ("1.0", 1)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda tutor: publish(tutor, renumbered("2.0")), TextChanged),
        (lambda tutor: publish(tutor, renumbered("1.1")), TextChanged),
        (lambda tutor: end_period(tutor, Period.ENGAGEMENT), MayNotSign),
        (lambda tutor: end_period(tutor, Period.ENABLED), MayNotSign),
        (rename, NameDiffers),
    ],
    ids=["new-major", "new-minor", "left", "disabled", "renamed"],
)
def test_what_changed_while_the_press_was_working_is_seen(tutor, change, refusal):
    what = tutor.unprinted()
    change(tutor)

    with pytest.raises(refusal):
        tutor.sign(what)

    assert stored(tutor) == [0, 0, 0]
    assert entries(tutor) == []


@pytest.mark.parametrize("field", ["version_id", "engagement_id"])
def test_a_draft_that_rests_on_something_else_is_refused(tutor, field):
    forged = replace(tutor.draft(), **{field: "x" * 16})

    with pytest.raises(GroundMoved):
        tutor.sign(tutor.unprinted(forged))

    assert stored(tutor) == [0, 0, 0]


def test_signing_twice_leads_to_the_first(tutor):
    what = tutor.unprinted()
    serial = tutor.sign(what)

    with pytest.raises(AlreadySigned) as second:
        tutor.sign(what)

    assert second.value.serial == serial
    assert stored(tutor) == [1, 1, 1]


def test_the_constraint_decides_where_no_check_could(tutor):
    what = tutor.unprinted()
    serial = tutor.sign(what)
    row = {**only(tutor)._mapping, "id": "another", "serial": "OS-2026-AAAA-AAAA"}

    def store_again():
        with tutor.db.change() as session:
            actions._insert(session, row, what)

    with pytest.raises(AlreadySigned) as second:
        store_again()
    assert second.value.serial == serial
    assert stored(tutor) == [1, 1, 1]


def test_two_browsers_at_once_make_one_signature(tutor):
    start = Barrier(2)

    def browser(_number):
        what = tutor.unprinted()
        start.wait()
        try:
            return tutor.sign(what)
        except AlreadySigned as second:
            return second.serial

    with ThreadPoolExecutor(2) as pool:
        serials = set(pool.map(browser, range(2)))

    assert serials == {only(tutor).serial}
    assert stored(tutor) == [1, 1, 1]
    assert len(entries(tutor)) == 1


@pytest.mark.parametrize("table", ["acknowledgements", "records", "pdfs", "entries", "outbox"])
def test_whatever_cannot_be_written_undoes_the_rest(tutor, table):
    what = tutor.unprinted()
    with tutor.db.reader() as session:
        before = head(session)

    with broken(tutor.db, table), pytest.raises(sa.exc.DBAPIError):
        tutor.sign(what)

    assert stored(tutor) == [0, 0, 0]
    with tutor.db.reader() as session:
        assert head(session) == before
        kinds = set(session.scalars(sa.select(Outgoing.kind)))
    assert not kinds & {"acknowledgement-copy", "tutor-cleared"}


@contextmanager
def broken(database, table):
    """Let every insert into this table fail, as on a full disk."""

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith(f"INSERT INTO {table} "):
            raise sa.exc.OperationalError(statement, {}, OSError("no space left on device"))

    sa.event.listen(database.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", fail)
