"""What comes before signing, and when a signature is due at all."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM
from portal.acknowledgements.models import Revocation
from portal.acknowledgements.ready import ready
from portal.acknowledgements.refusals import AlreadySigned, MayNotSign, NotYet, TextChanged
from portal.errors import NotFound
from portal.people.actions import begin, end
from portal.people.models import Dated, Kind
from portal.policies.actions import cancel
from portal.policies.text import digest
from portal.quizzes.steps import Kind as Worth
from tests.acknowledgements.tutors import arrive, join
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    answer_all,
    pass_quiz,
    publish_policy,
    read_all,
    renumbered,
    start_quiz,
)

NEXT_YEAR = datetime(2027, 11, 1, 10, tzinfo=UTC)  # within 90 days of the anniversary


def ask(tutor, label="1.0", *, name=POLICY, now=NOW):
    settings = tutor.app.extensions["settings"]
    with tutor.db.reader() as session:
        return ready(session, name, label, by=tutor.actor, settings=settings, now=now)


def passes(tutor, **rest):
    with tutor.db.change() as session:
        pass_quiz(session, tutor.id, **rest)


def publishes(tutor, version, **rest):
    with tutor.db.change() as session:
        publish_policy(session, renumbered(version), now=NOW, **rest)


def revokes(tutor):
    row = {"revoked_at": NOW, "recorded_at": NOW, "revoked_by": "hr", "reason": "by mistake"}
    with tutor.db.change() as session:
        held = session.scalars(sa.text("SELECT id FROM acknowledgements")).one()
        session.execute(sa.insert(Revocation), {**row, "acknowledgement_id": held})


def returns(tutor):
    with tutor.db.change() as session:
        wanted = (Dated.person_id == tutor.id, Dated.kind == Kind.ENGAGEMENT)
        period = session.scalars(sa.select(Dated.id).where(*wanted)).one()
        end(session, period, by=SYSTEM, now=NOW)
        begin(session, tutor.id, kind=Kind.ENGAGEMENT, by=SYSTEM, now=NOW + timedelta(days=1))
    with tutor.db.change() as session:
        read_all(session, tutor.id, now=NOW + timedelta(days=1, hours=1))


def test_who_has_read_and_passed_may_sign(app):
    found = ask(arrive(app))

    assert (found.label, found.cycle) == ("1.0", 1)
    assert found.attempt.score == found.attempt.out_of


def test_reading_comes_first(app):
    with pytest.raises(NotYet) as refusal:
        ask(join(app))

    assert refusal.value.shown["section"].number == 1


def test_then_come_the_scenarios(app):
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)

    with pytest.raises(NotYet) as refusal:
        ask(tutor)

    assert refusal.value.shown["section"] is None


def test_a_failed_attempt_is_no_pass(app):
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        answer_all(session, start_quiz(session, tutor.id), by=tutor.actor, worth=Worth.WRONG)

    with pytest.raises(NotYet):
        ask(tutor)


def test_only_who_is_engaged_may_sign(app):
    tutor = arrive(app)
    returns(tutor)

    with pytest.raises(MayNotSign):
        ask(tutor, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("label", ["2.0", "1", "1.0.0", "01.0", "x"])
def test_a_version_that_is_not_there_is_not_found(app, label):
    with pytest.raises(NotFound):
        ask(join(app), label)


def test_another_policy_is_not_found(app):
    with pytest.raises(NotFound):
        ask(join(app), name="another")


@pytest.mark.parametrize("version", ["1.1", "2.0"])
def test_only_the_newest_version_is_signed(app, version):
    tutor = arrive(app)
    publishes(tutor, version)

    with pytest.raises(TextChanged) as refusal:
        ask(tutor)

    assert refusal.value.facts["newest"] == version


def test_the_sections_of_another_wording_are_read_again_but_the_pass_counts(app):
    tutor = arrive(app)
    publishes(tutor, "1.1")
    with pytest.raises(NotYet):
        ask(tutor, "1.1")

    with tutor.db.change() as session:
        read_all(session, tutor.id, now=NOW)

    assert ask(tutor, "1.1").cycle == 1


def test_who_has_signed_is_led_there(app):
    tutor = arrive(app)
    serial = tutor.sign(tutor.unprinted())

    with pytest.raises(AlreadySigned) as refusal:
        ask(tutor)

    assert refusal.value.serial == serial


def test_another_wording_of_a_signed_major_asks_for_nothing(app):
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    publishes(tutor, "1.1")

    with pytest.raises(AlreadySigned):
        ask(tutor, "1.1")


def test_a_new_major_is_signed_ahead_in_its_own_first_cycle(app):
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    publishes(tutor, "2.0", effective_at=NOW + timedelta(days=30))
    with tutor.db.change() as session:
        read_all(session, tutor.id, now=NOW)

    with pytest.raises(NotYet) as refusal:
        ask(tutor, "2.0")

    assert refusal.value.facts["cycle"] == 1


@pytest.mark.parametrize(
    ("event", "when"),
    [
        (lambda _tutor: None, NEXT_YEAR),
        (lambda _tutor: None, datetime(2028, 3, 1, tzinfo=UTC)),
        (revokes, NOW + timedelta(hours=1)),
        (returns, NOW + timedelta(days=2)),
    ],
    ids=["renewal-open", "expired", "revoked", "returned"],
)
def test_a_new_cycle_needs_a_pass_of_its_own(app, event, when):
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    event(tutor)

    with pytest.raises(NotYet) as refusal:
        ask(tutor, now=when)
    passes(tutor, cycle=2, now=when)

    assert refusal.value.facts["cycle"] == 2
    assert ask(tutor, now=when).cycle == 2


def test_a_renewal_is_reckoned_from_the_old_anniversary(app):
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    passes(tutor, cycle=2, now=NEXT_YEAR)

    draft = tutor.draft(now=NEXT_YEAR)

    assert draft.anniversary_at == datetime(2028, 11, 23, 12, tzinfo=UTC)
    assert draft.record.expires_at == datetime(2028, 11, 23, 12, tzinfo=UTC)


def test_the_renewal_is_not_open_a_second_before_ninety_days_ahead(app):
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    opens = datetime(2027, 11, 23, 12, tzinfo=UTC) - timedelta(days=90)

    with pytest.raises(AlreadySigned):
        ask(tutor, now=opens - timedelta(seconds=1))
    with pytest.raises(NotYet):
        ask(tutor, now=opens)


def test_what_was_signed_of_a_version_called_off_does_not_count(app):
    tutor = arrive(app)
    publishes(tutor, "1.1", effective_at=NOW + timedelta(days=30))
    with tutor.db.change() as session:
        read_all(session, tutor.id, now=NOW)
    tutor.sign(tutor.unprinted(tutor.draft(version="1.1", shown=digest(renumbered("1.1")))))
    with tutor.db.change() as session:
        cancel(session, POLICY, "1.1", reason="not agreed", by=LEAD, now=NOW)

    with pytest.raises(NotYet) as refusal:
        ask(tutor)

    assert refusal.value.facts["cycle"] == 2
