"""Whatever somebody changes in the database without our key is found; with it, from outside."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.acknowledgements.afterwards import correct, revoke
from portal.acknowledgements.declining import decline
from portal.acknowledgements.verify import verify
from portal.ledger.keys import load_key, load_public
from portal.ledger.models import Head, Payload
from portal.ledger.queries import head
from portal.ledger.witness import sign, stored
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import NOW, POLICY, as_person
from tests.faults.tampering import behind, change, cut, reading, rechain

HR = as_person("hr", Role.HR)


@pytest.fixture
def tutor(app):
    """One who signed and was revoked, one who signed and has a note, one who declined."""
    first, settings = arrive(app), app.extensions["settings"]
    second, third = colleague(first, "Zoe Other"), colleague(first, "Kit Lowry")
    serials = [each.sign(each.unprinted()) for each in (first, second)]
    told = {"reason": "For a reason.", "now": NOW + timedelta(hours=1)}
    with first.db.change() as session:
        revoke(session, serials[0], **told, by=HR)
        correct(session, serials[1], **told, by=HR)
        decline(session, POLICY, "1.0", **told, by=third.actor, settings=settings)
    return first


def found(tutor, connection, *heads):
    key = load_public(tutor.app.extensions["settings"].keys)
    return verify(reading(connection), heads=heads, key=key).faults


def check(tutor, *, changes):
    """Make so many changes, one at a time, each undone after it; all must be found."""
    seed = random.randrange(2**32)
    chance, unfound = random.Random(seed), []
    for _ in range(changes):
        with behind(tutor.db.engine) as connection:
            words = change(connection, chance)
            if not found(tutor, connection):
                unfound.append(words)
    assert unfound == [], f"seed {seed}"
    with behind(tutor.db.engine) as connection:
        assert found(tutor, connection) == []


def test_changes_at_random_are_all_found(tutor):
    check(tutor, changes=12)


@pytest.mark.long
def test_five_hundred_changes_at_random_are_all_found(tutor):
    check(tutor, changes=500)


def lie(connection):
    """Let the newest entry say something else, and hash everything again."""
    seq, said = connection.execute(sa.select(Payload.seq, Payload.json)).all()[-1]
    other = said.replace("For a reason.", "For another.", 1)
    assert other != said
    connection.execute(sa.update(Payload).where(Payload.seq == seq).values(json=other))
    return rechain(connection)


def test_who_hashes_everything_again_without_the_key_is_found(tutor):
    with behind(tutor.db.engine) as connection:
        lie(connection)

        assert "head 1 signature: is not that of our key" in map(str, found(tutor, connection))


def test_who_holds_the_key_too_is_found_from_outside_only(tutor):
    key = load_key(tutor.app.extensions["settings"].keys)
    with tutor.db.reader() as session:
        outside = head(session)

    with behind(tutor.db.engine) as connection:
        said = sign(stored(*lie(connection)), key)
        connection.execute(sa.update(Head).values(signature=said))

        assert found(tutor, connection) == []
        assert [each.field for each in found(tutor, connection, outside)] == ["hash"]


def test_a_tail_cut_off_is_found_because_nobody_can_sign_the_new_end(tutor):
    with behind(tutor.db.engine) as connection:
        cut(connection, random.Random())

        assert "signature" in {each.field for each in found(tutor, connection)}


def test_an_older_copy_put_back_whole_is_found_from_outside_only(tutor):
    with tutor.db.reader() as session:
        seq, link = head(session)

    with behind(tutor.db.engine) as connection:
        assert found(tutor, connection, (seq, link)) == []
        assert [each.field for each in found(tutor, connection, (seq + 1, "ab" * 32))] == ["seq"]
