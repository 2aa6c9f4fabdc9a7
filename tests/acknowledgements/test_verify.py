"""Whoever edits what was signed behind the application's back is found: table, row and field."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM
from portal.acknowledgements import verify
from portal.acknowledgements.keys import ROOT, load_root
from portal.acknowledgements.models import StoredPdf
from portal.acknowledgements.seal import verify_pdf
from portal.acknowledgements.verdict import Stamp, Verdict
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.ledger.models import Erasure
from portal.people.models import Person
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW
from tests.ledger.tampering import unguarded
from tests.test_migrations import models

WATCHED = ("acknowledgements", "records", "pdfs", "attempts", "results", "choices", "versions")
COLUMNS = [(name, column) for name in WATCHED for column in models().tables[name].columns]


@pytest.fixture
def tutor(app):
    return arrive(app)


def faults(tutor, judge=None):
    return verify.verify(tutor.db.reader, judge=judge).faults


def other(value):
    """Return another value of the same kind."""
    changes = {
        str: lambda text: ("y" if text[:1] == "x" else "x") + text[1:],
        int: lambda number: number + 70,
        bool: lambda said: not said,
        bytes: lambda content: content[:-9] + b"otherwise",
        datetime: lambda moment: moment + timedelta(days=1),
    }
    return changes[type(value)](value)


def edit(tutor, column, old, new):
    """Write another value into one row, past every guard."""
    table, name = column.table.name, column.name
    typed = [sa.bindparam(each, type_=column.type) for each in ("new", "old")]
    words = sa.text(f"UPDATE {table} SET {name} = :new WHERE {name} = :old").bindparams(*typed)
    unguarded(tutor.db.engine, words, new=new, old=old)


def test_what_nobody_touched_fits(tutor):
    tutor.sign()

    report = verify.verify(tutor.db.reader)

    assert report.faults == []
    assert (report.acknowledgements, report.pdfs) == (1, 1)
    assert report.entries > 20


def test_an_edit_of_any_column_is_found(tutor):
    tutor.sign(tutor.unprinted())
    unfound = []

    for table, column in COLUMNS:
        with tutor.db.reader() as session:
            old = session.scalars(sa.select(column).limit(1)).one()
        edit(tutor, column, old, other(old))
        if not faults(tutor):
            unfound.append((table, column.name))
        edit(tutor, column, other(old), old)

    assert unfound == []
    assert faults(tutor) == []


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("acknowledgements", "expires_at", "acknowledgements {serial} expires_at"),
        ("acknowledgements", "anniversary_at", "acknowledgements {serial} anniversary_at"),
        ("records", "json", "records {serial} json"),
        ("pdfs", "content", "pdfs {serial} content"),
        ("results", "score", "results {attempt} score"),
    ],
)
def test_a_fault_names_table_row_and_field(tutor, table, column, named):
    what = tutor.unprinted()
    serial = tutor.sign(what)
    place = models().tables[table].c[column]
    with tutor.db.reader() as session:
        old = session.scalars(sa.select(place)).one()

    edit(tutor, place, old, other(old))

    wanted = named.format(serial=serial, attempt=what.draft.record.attempt.id)
    assert any(str(each).startswith(wanted) for each in faults(tutor))


@pytest.mark.parametrize("table", ["records", "pdfs", "choices", "results"])
def test_a_deleted_row_is_found(tutor, table):
    tutor.sign(tutor.unprinted())

    unguarded(tutor.db.engine, f"DELETE FROM {table}")

    assert faults(tutor)


def test_a_deleted_acknowledgement_is_found_by_the_ledger(tutor):
    serial = tutor.sign(tutor.unprinted())
    tables = ("records", "pdfs", "acknowledgements")

    unguarded(tutor.db.engine, *(f"DELETE FROM {table}" for table in tables))

    told = f"acknowledgements {serial} id: is missing: the ledger tells of it"
    assert told in map(str, faults(tutor))


def test_a_forged_acknowledgement_is_not_on_the_ledger(tutor):
    tutor.sign(tutor.unprinted())
    columns = [each.name for each in models().tables["acknowledgements"].columns]
    changed = {"id": "'forged'", "serial": "'OS-2026-FAKE'", "cycle": "9", "attempt_id": "'none'"}
    values = ", ".join(changed.get(name, name) for name in columns)

    copy = f"INSERT INTO acknowledgements ({', '.join(columns)}) SELECT {values}"
    unguarded(tutor.db.engine, f"{copy} FROM acknowledgements")

    assert "has 0 entries on the ledger" in " ".join(map(str, faults(tutor)))


def test_what_a_rule_erased_is_no_fault(tutor):
    tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        key = session.scalars(sa.select(StoredPdf.acknowledgement_id)).one()
        row = {"id": "e", "table_name": "pdfs", "key": key, "rule": "ended + 6 years"}
        keep(session, Erasure, {**row, "erased_at": NOW, "erased_by": "hr"})
        note(session, "erased", by=SYSTEM, subject=key, now=NOW)
        session.execute(sa.delete(StoredPdf))

    assert faults(tutor) == []


def test_the_seal_of_each_pdf_is_judged_under_our_own_root(tutor, settings):
    judge = partial(verify_pdf, roots=[load_root(settings.keys / ROOT)])
    what = tutor.sealed()
    tutor.sign(replace(what, pdf=what.pdf + b"\n"))

    assert {str(each).split(": ")[1] for each in faults(tutor, judge)} == {
        "does not have the digest of its row",
        "the seal does not cover the file",
    }


def test_another_name_is_a_notice_and_no_fault(tutor):
    what = tutor.unprinted()
    serial = tutor.sign(what)
    rename = sa.update(Person).where(Person.id == tutor.id).values(name="Priya Shah")
    with tutor.db.change() as session:
        session.execute(rename)

    report = verify.verify(tutor.db.reader)

    assert report.faults == []
    [notice] = report.notices
    assert notice.startswith(f"people {tutor.id} name: is another than when {serial} was signed")
    assert what.draft.record.tutor.name == tutor.name


def test_a_signature_under_a_clock_put_back_is_stored_with_a_notice(tutor):
    hour = timedelta(hours=1)
    with tutor.db.change() as session:
        note(session, "looked", by=SYSTEM, subject=tutor.id, now=NOW + hour)
    before = verify.verify(tutor.db.reader)

    tutor.sign(tutor.unprinted())

    after = verify.verify(tutor.db.reader)
    assert (before.notices, after.faults) == ([], [])
    assert [words.partition(" before ")[0] for words in after.notices] == [
        f"payloads {before.entries + 1} at: the clock went back by 1:00:00"
    ]


def test_a_time_stamp_that_the_ledger_does_not_tell_of_is_found(tutor):
    serial = tutor.sign(tutor.unprinted())
    stamp = Stamp(at=NOW, by="A time authority", certificate="ab")
    verdict = Verdict(valid=True, reason="", stamp=stamp)

    [fault] = faults(tutor, lambda _: verdict)

    assert str(fault).startswith(f"pdfs {serial} timestamp: has a time stamp")
