"""Whom a change would hit is what the rules answer about policies as they would be."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.acknowledgements.actions import sealed
from portal.acknowledgements.press import Made
from portal.policies.queries import get_version
from portal.policies.text import parse
from portal.publishing.citing import gone, touched, untested
from portal.publishing.impact import of_cancelling, of_enforcing, of_publishing
from portal.publishing.proposal import of_file
from portal.publishing.queries import OnFile
from portal.publishing.rules import Word, checkers
from portal.quizzes.shelf import quiz_on_file
from portal.scheduling.actions import book
from portal.scheduling.rules import Place, Wish
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import EARLIER, POLICY, TEXT, publish_policy, renumbered

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOW, DAY = EARLIER + timedelta(days=2), timedelta(days=1)
PAPER = b"%PDF-1.7 not opened here"
MADE = Made(pdf=PAPER, digest=hashlib.sha256(PAPER).hexdigest())


@pytest.fixture
def tutor(app):
    """Return a tutor who has signed 1.0 and has a lesson in 5 days and one in 40; one has not."""
    tutor = arrive(app)
    colleague(tutor, "Wren Ashby")
    tutor.sign(sealed(tutor.draft(now=EARLIER + DAY), MADE), now=EARLIER + DAY)
    with app.app_context(), tutor.db.change() as session:
        for days in (5, 40):
            begins = NOW + days * DAY
            ends = begins + timedelta(hours=1)
            place = {"place": Place.HOME, "pupil": "P-1042"}
            wish = Wish(tutor_id=tutor.id, starts_at=begins, ends_at=ends, **place)
            book(session, wish, by=tutor.actor, now=NOW)
    return tutor


def proposed(tutor, version, **changes):
    text = renumbered(version)
    found = OnFile(name=POLICY, document=parse(text), text=text)
    settings = tutor.app.extensions["settings"]
    return replace(of_file(found, settings=settings, now=NOW), **changes)


def impact(tutor, proposal):
    with tutor.db.reader() as session:
        return of_publishing(session, proposal, opens_days=90, now=NOW)


def test_a_new_major_is_signed_by_the_end_of_grace_and_the_lessons_after_it_are_at_risk(tutor):
    found = impact(tutor, proposed(tutor, "2.0"))

    by = {each.names: each.by for each in found.signers}
    assert by[("Wren Ashby",)] is None
    assert by[("Priya Nair",)] == proposed(tutor, "2.0").grace_ends_at
    assert [each.starts_at for each in found.uncovered] == [NOW + 40 * DAY]
    assert found.blocked == ()


@ONE_DATABASE
def test_without_grace_everything_from_then_on_is_at_risk(tutor):
    found = impact(tutor, proposed(tutor, "2.0", grace_ends_at=NOW))

    assert [each.starts_at for each in found.uncovered] == [NOW + 5 * DAY, NOW + 40 * DAY]
    assert found.blocked == ("Priya Nair",)


@ONE_DATABASE
def test_a_change_of_wording_asks_nobody_to_sign(tutor):
    found = impact(tutor, proposed(tutor, "1.1"))

    assert (found.count, found.uncovered) == (0, ())


def test_a_new_policy_hits_its_audience_only(tutor):
    for_all = proposed(tutor, "1.0", policy="travel")

    assert impact(tutor, for_all).count == 2
    assert impact(tutor, replace(for_all, audience=("tag", "drivers"))).count == 0


def test_calling_off_what_nobody_signed_touches_no_lesson(tutor):
    with tutor.db.change() as session:
        publish_policy(session, renumbered("2.0"), now=NOW, effective_at=NOW + 30 * DAY)
        version = get_version(session, POLICY, "2.0")

        found = of_cancelling(session, POLICY, version.id, opens_days=90, now=NOW)

    assert (found.uncovered, found.blocked) == ((), ())


def test_enforcing_today_blocks_whoever_has_not_signed(tutor):
    with tutor.db.reader() as session:
        found = of_enforcing(session, now=NOW)

    assert (found.blocked, found.uncovered) == (("Wren Ashby",), ())


def test_scenarios_are_told_that_cite_what_is_gone_or_changes():
    quiz, shorter = quiz_on_file(POLICY), parse(TEXT.split("{#TEC-4}", maxsplit=1)[0])

    lost = gone(quiz, shorter)

    assert {each.clause for each in lost} == {"TEC-4", "SAN-1"}
    assert all(each.by for each in lost)
    assert [each.clause for each in touched(quiz, ["CSP-4", "ABC-1"])] == ["CSP-4"]
    assert set(untested(None, shorter)) == set(shorter.clauses)
    assert set(untested(quiz, shorter)) < set(shorter.clauses)


@pytest.mark.parametrize(
    ("answering", "editors", "approved_by", "word"),
    [
        ("lead hr", "author", "", Word.AWAITED),
        ("lead hr", "author", "lead", Word.GIVEN),
        ("lead hr", "lead", "lead", Word.AWAITED),
        ("lead", "lead", "", Word.NOBODY),
        ("", "author", "", Word.NOBODY),
    ],
)
def test_whoever_wrote_is_never_the_second_person(answering, editors, approved_by, word):
    told = {"editors": editors.split(), "approved_by": approved_by}

    assert checkers(answering.split(), **told).word is word
