"""A disk that fails, fills or dies at any write, sync or removal of a file leaves all or nothing.

The system calls of a process that signs are counted by strace, and one of them is made to fail.
SQLite renames nothing, nor does anything else in a signature; were a file renamed, it would count.
"""

import hashlib

import pytest
import sqlalchemy as sa

from portal.acknowledgements.actions import sealed
from portal.acknowledgements.models import Acknowledgement, StoredPdf, StoredRecord
from portal.acknowledgements.press import Made
from portal.acknowledgements.verify import verify
from portal.ledger.keys import load_public
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import NOW
from tests.faults.children import KILLED, UNSIGNED, sign_when_told, watched

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename"
FAULTS = {
    "fails once": "error=EIO:when={n}",
    "fails from then on": "error=EIO:when={n}+",
    "is full from then on": "error=ENOSPC:when={n}+",
    "dies": "signal=KILL:when={n}",
}
PDF = b"%PDF-1.7 " + bytes(70_000)  # as large as a real one: many pages of the database
FEWEST = 15  # calls in a signature; with fewer, the faults are not where we think


@pytest.fixture
def first(app):
    return arrive(app)


def attempt(tutor, log, *, fault=""):
    """Let a tutor sign in a process of its own; return how it ended and how many calls it made."""
    made = Made(pdf=PDF, digest=hashlib.sha256(PDF).hexdigest())
    args = (tutor.app.extensions["settings"], sealed(tutor.draft(), made), tutor.actor, NOW)
    inject = ["-e", f"trace={CALLS}", *(["-e", f"inject={CALLS}:{fault}"] if fault else [])]
    how = watched(sign_when_told, *args, inject=inject, log=log)
    return how, sum("(" in line for line in log.read_text().splitlines())


def stored(tutor):
    """Return whether everything of this tutor's signature is there; fail when half of it is."""
    with tutor.db.reader() as session:
        ids = session.scalars(
            sa.select(Acknowledgement.id).where(Acknowledgement.person_id == tutor.id)
        ).all()
        sides = [
            session.scalars(sa.select(side.acknowledgement_id)).all().count(each)
            for each in ids
            for side in (StoredRecord, StoredPdf)
        ]
    assert sides == [1, 1] * len(ids)
    key = load_public(tutor.app.extensions["settings"].keys)
    assert verify(tutor.db.reader, key=key).faults == []
    return bool(ids)


def try_with(tutor, log, *, fault):
    """Let it fail there; return whether the signature is stored, which it is when one was told."""
    how, _ = attempt(tutor, log, fault=fault)
    there = stored(tutor)
    assert how in (0, UNSIGNED, KILLED), how
    assert there or how != 0, f"told that it is signed, and it is not: {fault}"
    return there


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_at_some_calls_leaves_all_or_nothing(first, tmp_path, fault):
    tutor, log = first, tmp_path / "calls"
    for number, n in enumerate((1, 9, FEWEST)):
        if try_with(tutor, log, fault=fault.format(n=n)):
            tutor = colleague(first, f"Tutor {number}")

    how, calls = attempt(tutor, log)

    assert (how, stored(tutor), calls > FEWEST) == (0, True, True)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_at_every_call_leaves_all_or_nothing(first, tmp_path, fault):
    log, tutor = tmp_path / "calls", first
    _, calls = attempt(tutor, log)
    for n in range(1, calls + 1):
        if stored(tutor):
            tutor = colleague(first, f"Tutor {n}")
        try_with(tutor, log, fault=fault.format(n=n))
