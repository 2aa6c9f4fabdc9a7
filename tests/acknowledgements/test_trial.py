"""A signature that rests on an attempt marked again: the record says so, and verify reckons so."""

import pytest

from portal.acknowledgements import verify
from portal.acknowledgements.queries import every_id, find_record
from portal.acknowledgements.record import read
from portal.acknowledgements.render import render
from tests.acknowledgements.tutors import join
from tests.factories import EARLIER, read_all
from tests.ledger.tampering import unguarded
from tests.quizzes.test_remarking import SPARE, SPARE_SEED, finish, withdraw


@pytest.fixture
def tutor(app):
    """Somebody who passed because a question was withdrawn, and signed."""
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        finish(session, tutor.id, SPARE, seed=SPARE_SEED)
        withdraw(session, SPARE, now=EARLIER)
    tutor.sign(tutor.unprinted())
    return tutor


def faults(tutor):
    return [str(each) for each in verify.verify(tutor.db.reader).faults]


def test_what_nobody_touched_fits(tutor):
    assert faults(tutor) == []


def test_the_record_and_the_printed_page_tell_of_both_results(tutor):
    with tutor.db.reader() as session:
        (one,) = every_id(session)
        record = read(find_record(session, one))

    told = record.attempt.remarked
    assert told.withdrawn == (SPARE.scenario.id,)
    assert (told.reason, told.marked_at) == ("The key was wrong.", EARLIER)
    assert record.attempt.score == record.attempt.out_of
    assert told.score < told.out_of
    assert render(record, fingerprint="ab" * 32)


@pytest.mark.parametrize(
    ("column", "value"), [("score", 1), ("out_of", 99), ("passed", False), ("missed", '["GEO-6"]')]
)
def test_a_re_marking_that_was_edited_is_found(tutor, column, value):
    unguarded(tutor.db.engine, f"UPDATE remarked_results SET {column} = :value", value=value)

    assert any("remarked_results" in each and column in each for each in faults(tutor))
