"""The power goes while somebody signs: who was told "signed" is signed, and nothing is half.

strace records what a process does to the files of SQLite, in order; from that every disk is made
that a power cut may leave. PostgreSQL answers for its own disk. A second death, in the middle of
what the first left to be put right, changes nothing either.
"""

import hashlib
import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from portal.acknowledgements.actions import sealed
from portal.acknowledgements.models import Acknowledgement
from portal.acknowledgements.press import Made
from portal.acknowledgements.verify import verify
from portal.db import Database
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW
from tests.faults.children import KILLED, look_when_told, sign_when_told, watched
from tests.faults.powercuts import CALLS, RECORD, after_cut, held, steps
from tests.faults.test_system_calls import PDF

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NAME = "portal.sqlite"
CHANCE = random.Random(1)


@pytest.fixture
def tutor(app):
    return arrive(app)


def folder_of(tutor):
    tutor.db.engine.dispose()
    return Path(make_url(tutor.app.extensions["settings"].database_url).database).parent


def signing(tutor, log, *, words=RECORD):
    """Let the tutor sign under strace; return how it ended."""
    made = Made(pdf=PDF, digest=hashlib.sha256(PDF).hexdigest())
    args = (tutor.app.extensions["settings"], sealed(tutor.draft(), made), tutor.actor, NOW)
    tutor.db.engine.dispose()
    return watched(sign_when_told, *args, inject=words, log=log)


def is_signed(disk, folder):
    """Start the portal's database on this disk; return whether the signature is there, whole."""
    for each in folder.iterdir():
        each.unlink()
    for name, content in disk.items():
        (folder / name).write_bytes(content)
    database = Database(f"sqlite:///{folder / NAME}", info={})
    with database.reader() as session:
        there = session.scalar(sa.select(sa.func.count()).select_from(Acknowledgement))
        assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert verify(database.reader).faults == []
    database.engine.dispose()
    return bool(there)


@pytest.fixture
def signed(tutor, tmp_path):
    """Return the disk before a signature, and what was done to it until the tutor was told."""
    before = held(folder_of(tutor))
    assert signing(tutor, tmp_path / "calls") == 0
    done = steps(tmp_path / "calls", folder_of(tutor))
    assert {each.call for each in done} >= {"openat", "pwrite64", "fdatasync", "unlink"}
    return before, done


def test_whoever_was_told_is_signed_although_the_power_goes_at_once(signed, tmp_path):
    before, done = signed
    (folder := tmp_path / "disk").mkdir()

    assert all(is_signed(disk, folder) for disk in after_cut(before, done, chance=CHANCE))

    removal = max(number for number, each in enumerate(done) if each.call == "unlink")
    unsure = {
        is_signed(disk, folder) for disk in after_cut(before, done[: removal + 1], chance=CHANCE)
    }
    assert unsure == {False, True}, "until the folder is synced it may be signed or not"


@pytest.mark.long
def test_the_power_may_go_at_any_step_and_nothing_is_half(signed, tmp_path):
    before, done = signed
    (folder := tmp_path / "disk").mkdir()

    seen = {
        is_signed(disk, folder)
        for number in range(len(done))
        for disk in after_cut(before, done[:number], chance=CHANCE)
    }

    assert seen == {False, True}


@pytest.fixture
def cut_off(tutor, tmp_path):
    """Leave a signature half written, with the journal that takes it back."""
    log = tmp_path / "calls"
    assert signing(tutor, log, words=["-e", "inject=unlink:signal=KILL"]) == KILLED
    assert (folder_of(tutor) / f"{NAME}-journal").stat().st_size > 0
    return tutor


def look(tutor, log, *, n):
    """Open the database under strace, and die at this call; return how it ended."""
    words = [
        "-e",
        f"trace={CALLS}",
        "-e",
        f"inject=pwrite64,ftruncate,fsync,fdatasync,unlink:signal=KILL:when={n}",
    ]
    return watched(look_when_told, tutor.app.extensions["settings"], inject=words, log=log)


def check_taken_back(tutor, tmp_path):
    (folder := tmp_path / "disk").mkdir()
    assert not is_signed(held(folder_of(tutor)), folder)


def test_a_death_while_a_death_is_put_right_changes_nothing(cut_off, tmp_path):
    assert look(cut_off, tmp_path / "calls", n=5) == KILLED

    check_taken_back(cut_off, tmp_path)


@pytest.mark.long
def test_deaths_at_every_call_of_putting_right_change_nothing(cut_off, tmp_path):
    hot, folder, n = held(folder_of(cut_off)), folder_of(cut_off), 1
    while look(cut_off, tmp_path / "calls", n=n) == KILLED:
        (other := tmp_path / f"disk {n}").mkdir()
        assert not is_signed(held(folder), other)
        for name, content in hot.items():
            (folder / name).write_bytes(content)
        n += 1

    assert n > 10
    check_taken_back(cut_off, tmp_path)
