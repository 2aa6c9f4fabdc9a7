"""kill -9 of the portal while people sign: whoever was told "signed" is, and nothing is half."""

import os
import random
import signal
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.acknowledgements.keys import ROOT, load_root
from portal.acknowledgements.models import Acknowledgement
from portal.acknowledgements.seal import verify_pdf
from portal.acknowledgements.verify import verify
from portal.people.models import Person
from portal.people.passwords import hashed
from tests.acknowledgements.tutors import PASSWORD, arrive, colleague
from tests.faults.servers import PATIENCE, Crowd, served
from tests.standins.mail_server import free_port

ONE_ROUND = 6  # people; more than sign at once


@pytest.fixture
def tutor(app):
    return arrive(app)


def people(tutor, *, number):
    """Return so many tutors, by id, who may sign; all with the same password."""
    names = [f"Tutor {number}-{each}" for each in range(ONE_ROUND)]
    found = {colleague(tutor, name).id: name for name in names}
    with tutor.db.change() as session:
        session.execute(sa.update(Person).values(password_hash=hashed(PASSWORD)))
    return found


def signatures(tutor):
    with tutor.db.reader() as session:
        wanted = sa.select(Acknowledgement.person_id, Acknowledgement.serial)
        return dict(session.execute(wanted).all())


def faults(tutor):
    root = load_root(tutor.app.extensions["settings"].keys / ROOT)
    return verify(tutor.db.reader, judge=partial(verify_pdf, roots=[root])).faults


def wait_for_a_bad_moment(tutor, crowd, *, chance):
    """Wait until some were told, and then, if it comes soon, until a signature is being written."""
    for _ in range(chance.randrange(1, ONE_ROUND - 1)):
        crowd.answers.get(timeout=PATIENCE)
    journal = journal_of(tutor)
    for _ in range(chance.randrange(20_000)):
        if journal and journal.exists():
            return


def journal_of(tutor):
    """Return the file that SQLite has beside its own only while it commits."""
    url = tutor.db.engine.url
    return Path(f"{url.database}-journal") if url.get_backend_name() == "sqlite" else None


def kill_while_signing(tutor, *, number, chance):
    """Serve, let a crowd sign, kill everything in the middle; return what they were told."""
    port, settings = free_port(), tutor.app.extensions["settings"]
    with served(settings, port=port) as server:
        crowd = Crowd(tutor.app, people(tutor, number=number), port=port)
        wait_for_a_bad_moment(tutor, crowd, chance=chance)
        os.killpg(server.pid, signal.SIGKILL)
        crowd.leave()
    return crowd.told


def check(tutor, *, rounds):
    chance, told = random.Random(), {}
    for number in range(rounds):
        told |= kill_while_signing(tutor, number=number, chance=chance).signed
        stored = signatures(tutor)
        assert told.items() <= stored.items(), "somebody was told of a signature that is not there"
        assert faults(tutor) == []
    assert told, "the portal was always killed before anybody was told anything"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_kill_9_whoever_was_told_signed_is_and_nothing_is_half(tutor):
    check(tutor, rounds=2)


@pytest.mark.long
def test_no_kill_in_many_leaves_half_a_signature(tutor):
    check(tutor, rounds=20)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_heard_nothing_signs_when_the_portal_is_back(tutor):
    crowd, port = people(tutor, number=0), free_port()
    with served(tutor.app.extensions["settings"], port=port) as server:
        first = Crowd(tutor.app, crowd, port=port)
        os.killpg(server.pid, signal.SIGKILL)
        first.leave()

    with served(tutor.app.extensions["settings"], port=port):
        again = {each: crowd[each] for each in first.told.nothing}
        second = Crowd(tutor.app, again, port=port)
        second.leave()

    assert first.told.nothing, "the portal was killed too late to keep anybody from signing"
    assert first.told.signed | second.told.signed == signatures(tutor)
    assert signatures(tutor).keys() == crowd.keys()


@pytest.mark.long
def test_told_to_stop_the_portal_finishes_what_it_has_begun_and_stops(tutor):
    port = free_port()
    with served(tutor.app.extensions["settings"], port=port) as server:
        crowd = Crowd(tutor.app, people(tutor, number=0), port=port)
        crowd.answers.get(timeout=PATIENCE)  # and all others are in the middle

        server.terminate()

        assert server.wait(PATIENCE) == 0
        crowd.leave()
    assert signatures(tutor) == crowd.told.signed
    assert faults(tutor) == []
