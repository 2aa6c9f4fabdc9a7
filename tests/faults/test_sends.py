"""A server that cannot be reached any more, from any send of signing on, leaves all or nothing.

On PostgreSQL the process that signs writes no file: each write of it is a send to the server. The
wire to the server is really cut, because libpq waits for ever at a socket that only says so; who
dies at a send is killed there by strace.
"""

import hashlib

import pytest

from portal.acknowledgements.actions import sealed
from portal.acknowledgements.press import Made
from tests.acknowledgements.tutors import arrive, colleague
from tests.databases import fast_folder
from tests.factories import NOW
from tests.faults.children import KILLED, UNSIGNED, in_child, sign_in_peace, sign_when_told, watched
from tests.faults.test_system_calls import PDF, stored
from tests.faults.wires import Wire, through

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
CUTS = {
    "for good, before it arrives": {"for_good": True},
    "once, before the answer arrives": {"answer_lost": True},
}
FEWEST = 30  # sends in a signature; with fewer, the faults are not where we think
HALFWAY = 15  # of the sends that strace counts
SENDS = "sendto,sendmsg,write"


@pytest.fixture
def first(app):
    return arrive(app)


@pytest.fixture
def folder():
    """Return a folder whose path is short enough for a socket."""
    folder = fast_folder()
    yield folder
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()


def sealed_for(tutor):
    return sealed(tutor.draft(), Made(pdf=PDF, digest=hashlib.sha256(PDF).hexdigest()))


def sign_over(wire, tutor, folder):
    """Let a tutor sign over this wire, in a process of its own; return how that ended."""
    settings = tutor.app.extensions["settings"]
    (folder / ".s.PGSQL.5432").unlink(missing_ok=True)
    with through(wire, settings.database_url, folder=folder) as url:
        there = settings.model_copy(update={"database_url": url})
        return in_child(sign_in_peace, there, sealed_for(tutor), tutor.actor, NOW)


def dying(tutor, log, *, n):
    settings = tutor.app.extensions["settings"]
    inject = ["-e", f"trace={SENDS}", "-e", f"inject={SENDS}:signal=KILL:when={n}"]
    args = (settings, sealed_for(tutor), tutor.actor, NOW)
    return watched(sign_when_told, *args, inject=inject, log=log)


def there_if_told(tutor, how):
    """Return whether the signature is stored whole, which it is when one was told."""
    there = stored(tutor)
    assert how in (0, UNSIGNED, KILLED), how
    assert there or how != 0, "told that it is signed, and it is not"
    return there


@pytest.mark.parametrize("cut", [{}, {"answer_lost": True, "for_good": True}], ids=str)
def test_a_wire_cut_at_some_sends_leaves_all_or_nothing(first, folder, cut):
    whole, tutor = Wire(), first
    how = sign_over(Wire(cut_at=FEWEST, **cut), tutor, folder)
    assert not there_if_told(tutor, how)

    how = sign_over(whole, tutor, folder)

    assert (how, stored(tutor), whole.sent > FEWEST) == (0, True, True)


def test_whoever_dies_at_a_send_leaves_all_or_nothing(first, tmp_path):
    how = dying(first, tmp_path / "calls", n=HALFWAY)

    assert (how, stored(first)) == (KILLED, False)


@pytest.mark.long
@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
def test_a_wire_cut_at_every_send_leaves_all_or_nothing(first, folder, cut):
    whole = Wire()
    assert sign_over(whole, first, folder) == 0
    tutor, outcomes = colleague(first, "Tutor 0"), set()
    for n in range(1, whole.sent + 1):
        how = sign_over(Wire(cut_at=n, **cut), tutor, folder)
        outcomes.add((how, there_if_told(tutor, how)))
        if stored(tutor):
            tutor = colleague(first, f"Tutor {n}")

    assert (UNSIGNED, False) in outcomes
    assert ((UNSIGNED, True) in outcomes) == cut.get("answer_lost", False)


@pytest.mark.long
def test_whoever_dies_at_any_send_leaves_all_or_nothing(first, tmp_path):
    tutor, how, n = first, KILLED, 0
    while how == KILLED:
        n += 1
        how = dying(tutor, tmp_path / "calls", n=n)
        if there_if_told(tutor, how) and how == KILLED:
            tutor = colleague(first, f"Tutor {n}")

    assert (how, n > HALFWAY) == (0, True)
