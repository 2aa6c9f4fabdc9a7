"""No lesson without clearance, whoever asks and however."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM, Role
from portal.ledger.models import Entry, Payload
from portal.people.actions import begin, end
from portal.people.models import Dated, Kind
from portal.scheduling.actions import Taken, book
from portal.scheduling.gate import NotCleared
from portal.scheduling.models import Lesson, LessonGround
from portal.scheduling.rules import Place, Wish
from tests.factories import NOW, as_person, publish_policy, renumbered

TOMORROW = NOW + timedelta(days=1)


def wish(tutor, **changes):
    told = Wish(
        tutor_id=tutor.id,
        starts_at=TOMORROW,
        ends_at=TOMORROW + timedelta(hours=1),
        place=Place.HOME,
        pupil="P-1042",
    )
    return replace(told, **changes)


def try_to_book(tutor, *, by=None, now=NOW, **changes):
    with tutor.app.app_context(), tutor.db.change() as session:
        return book(session, wish(tutor, **changes), by=by or tutor.actor, now=now)


def refusal_codes(tutor, **asked):
    with pytest.raises(NotCleared) as caught:
        try_to_book(tutor, **asked)
    return [block.code for block in caught.value.shown["blocks"]]


def lessons(tutor):
    with tutor.db.reader() as session:
        return session.scalars(sa.select(Lesson.id)).all()


def test_a_cleared_tutor_gets_a_lesson_that_names_what_it_rests_on(cleared):
    lesson = try_to_book(cleared)

    with cleared.db.reader() as session:
        grounds = session.scalars(sa.select(LessonGround.acknowledgement_id)).all()
    assert lessons(cleared) == [lesson]
    assert len(grounds) == 1


MANAGER, HR = Role.MANAGER, Role.HR


@pytest.mark.parametrize("role", [None, MANAGER, HR, Role.ADMINISTRATOR])
def test_nobody_can_schedule_a_tutor_who_has_not_signed(tutor, role):
    by = as_person("somebody", role) if role else None

    assert refusal_codes(tutor, by=by) == ["not-signed"]
    assert lessons(tutor) == []


def test_the_refusal_is_on_the_ledger_although_its_transaction_rolled_back(tutor):
    refusal_codes(tutor)

    with tutor.db.reader() as session:
        last = session.scalars(sa.select(Entry.seq).where(Entry.type == "refused")).one()
        told = json.loads(session.scalars(sa.select(Payload.json).where(Payload.seq == last)).one())
    assert told["subject"] == tutor.id
    assert told["facts"]["blocks"] == ["not-signed"]


def test_the_gate_asks_about_the_time_of_the_lesson(cleared):
    with cleared.app.app_context(), cleared.db.change() as session:
        effective = NOW + timedelta(days=3)
        publish_policy(session, renumbered("2.0"), now=NOW, effective_at=effective)

    within_grace = try_to_book(cleared)
    after = NOW + timedelta(days=60)
    codes = refusal_codes(cleared, starts_at=after, ends_at=after + timedelta(hours=1))

    assert lessons(cleared) == [within_grace]
    assert codes == ["quiz-not-passed", "not-signed"]


def test_a_lesson_after_the_signature_ends_is_refused(cleared):
    late = NOW + timedelta(days=370)

    codes = refusal_codes(cleared, starts_at=late, ends_at=late + timedelta(hours=1))

    assert codes == ["quiz-not-passed", "signature-expired"]


def suspend(tutor):
    with tutor.app.app_context(), tutor.db.change() as session:
        begin(session, tutor.id, kind=Kind.SUSPENSION, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.TUTOR, "not-cleared"), (MANAGER, "not-cleared"), (HR, "suspended")],
)
def test_a_suspension_is_veiled_from_all_who_may_not_know(cleared, role, code):
    suspend(cleared)

    assert refusal_codes(cleared, by=as_person("somebody", role)) == [code]


def test_who_is_not_engaged_any_more_cannot_be_scheduled(cleared):
    with cleared.app.app_context(), cleared.db.change() as session:
        period = session.scalars(sa.select(Dated.id).where(Dated.kind == Kind.ENGAGEMENT)).one()
        end(session, period, by=SYSTEM, now=NOW)

    assert refusal_codes(cleared)[0] == "not-engaged"


def test_before_anything_is_in_force_nobody_is_cleared(app, tutor):
    before = NOW - timedelta(days=300)

    codes = refusal_codes(
        tutor, starts_at=before, ends_at=before + timedelta(hours=1), now=before - timedelta(days=1)
    )

    assert "nothing-in-force" in codes


def test_a_place_that_the_code_does_not_know_is_refused_beside_the_rest(tutor):
    assert refusal_codes(tutor, place="cafe") == ["not-signed", "place-not-permitted"]


def test_a_tutor_cannot_teach_two_lessons_at_once(cleared):
    try_to_book(cleared)

    with pytest.raises(Taken):
        try_to_book(cleared, starts_at=TOMORROW + timedelta(minutes=30))
