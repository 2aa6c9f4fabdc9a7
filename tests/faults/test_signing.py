"""Wherever a signature is cut off by death, all of it is there or none of it."""

from dataclasses import dataclass
from itertools import count

import pytest
import sqlalchemy as sa

from portal.acknowledgements.models import Acknowledgement, StoredPdf, StoredRecord
from portal.acknowledgements.verify import verify
from portal.ledger.models import Entry
from portal.outbox.models import Outgoing
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW
from tests.faults.children import KILLED, in_child, sign_and_die

EVIDENCE = (Acknowledgement, StoredRecord, StoredPdf)
NOTHING, EVERYTHING = (0, 0, 0, 0, 0), (1, 1, 1, 1, 2)
FEWEST = 20  # moments in a signature; with fewer, the deaths are not where we think


@pytest.fixture
def tutor(app):
    return arrive(app)


@dataclass(frozen=True)
class Left:
    """What is there after a death, or after a signature."""

    how: int
    stored: tuple[int, ...]
    faults: list


def left_after(tutor, *, what, moment):
    settings = tutor.app.extensions["settings"]
    how = in_child(sign_and_die, settings, what, tutor.actor, NOW, moment=moment)
    with tutor.db.reader() as session:
        stored = tuple(session.scalar(each) for each in counted())
    return Left(how, stored, verify(tutor.db.reader).faults)


def counted():
    yield from (sa.select(sa.func.count()).select_from(each) for each in EVIDENCE)
    signed = Entry.type == "acknowledgement.signed"
    yield sa.select(sa.func.count()).select_from(Entry).where(signed)
    mails = Outgoing.kind.in_(("acknowledgement-copy", "tutor-cleared"))
    yield sa.select(sa.func.count()).select_from(Outgoing).where(mails)


def test_a_death_at_any_moment_of_signing_leaves_all_or_nothing(tutor):
    what, seen = tutor.unprinted(), []
    for moment in count(1):
        seen.append(left_after(tutor, what=what, moment=moment))
        if seen[-1].stored != NOTHING:
            break

    assert len(seen) > FEWEST
    assert [each for each in seen if each.faults or each.how != KILLED] == []
    assert {each.stored for each in seen[:-1]} == {NOTHING}
    assert seen[-1].stored == EVERYTHING, "the last death comes after the commit"


def test_after_any_death_the_tutor_signs_as_if_nothing_had_been(tutor):
    what = tutor.unprinted()
    left_after(tutor, what=what, moment=FEWEST)

    alive = left_after(tutor, what=what, moment=-1)

    assert alive == Left(0, EVERYTHING, [])
