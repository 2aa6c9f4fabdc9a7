"""Two at the same moment: one after the other, in either order, and nothing in between."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.acknowledgements.models import Acknowledgement
from portal.acknowledgements.refusals import MayNotSign, TextChanged
from portal.acknowledgements.verify import verify
from portal.clearance.queries import standing
from portal.clearance.rules import decide
from portal.ledger.models import Entry
from portal.ledger.queries import told
from portal.people.accounts import disable
from portal.people.actions import begin, take_password
from portal.people.links import LinkOver, Purpose, mint
from portal.people.models import Kind
from portal.policies.actions import NotPublished
from portal.policies.models import Version
from portal.publishing.actions import adopt
from portal.quizzes.actions import OutOfStep, choose
from portal.quizzes.marking import numbers
from portal.quizzes.models import Attempt, Choice
from portal.quizzes.steps import Kind as Worth
from portal.scheduling.actions import Taken, book
from portal.scheduling.gate import NotCleared
from portal.scheduling.models import Lesson
from portal.scheduling.rules import Place, Wish
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    TERMS,
    add_somebody,
    add_tutor,
    as_person,
    next_step,
    publish_policy,
    read_all,
    renumbered,
    set_contacts,
    start_quiz,
)
from tests.faults.races import at_once, refused

ROUNDS = [pytest.param(10), pytest.param(300, marks=pytest.mark.long)]
HR = as_person("hr", Role.HR, Role.ADMINISTRATOR)
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def tutor(app):
    return arrive(app)


@pytest.fixture
def change(app):
    """Return a doing: one action in a transaction of its own, as a page would."""

    def doing(action, *args, **rest):
        def do():
            with app.app_context(), app.extensions["db"].change() as session:
                return action(session, *args, **rest)

        return do

    return doing


def count(app, table, *where):
    with app.extensions["db"].reader() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


def fits(app):
    return verify(app.extensions["db"].reader).faults == []


def newcomers(tutor, *, rounds):
    for number in range(rounds):
        yield number, colleague(tutor, f"Tutor {number}")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_signed_before_the_new_version_or_not_at_all(app, tutor, change, rounds):
    for number in range(rounds):
        version = f"1.{number}"
        each = colleague(tutor, f"Tutor {number}")
        what = each.unprinted(each.draft(version=version, shown=newest_digest(app)))
        newer = change(publish_policy, renumbered(f"1.{number + 1}"), now=NOW)

        outcomes = at_once(lambda each=each, what=what: each.sign(what), newer)

        signed = count(app, Acknowledgement, Acknowledgement.person_id == each.id)
        kinds = [type(refusal) for refusal in refused(outcomes)]
        assert (signed, kinds) in [(1, []), (0, [TextChanged])]
        assert last_two(app)[-1] == "version.published", "signed after a newer one was published"
    assert fits(app)


@pytest.mark.parametrize("grace", [14, 0])
@pytest.mark.parametrize("rounds", [pytest.param(3), pytest.param(300, marks=pytest.mark.long)])
def test_signed_before_the_new_major_and_in_its_grace_or_not_at_all(
    app, tutor, change, rounds, grace
):
    seen = set()
    for major in range(1, rounds + 1):
        each = colleague(tutor, f"Tutor {major}")
        what = each.unprinted(each.draft(version=f"{major}.0", shown=newest_digest(app)))
        newer = change(publish_policy, renumbered(f"{major + 1}.0"), now=NOW, grace_days=grace)

        outcomes = at_once(lambda each=each, what=what: each.sign(what), newer)

        kinds = [type(refusal) for refusal in refused(outcomes)]
        signed = last_two(app) == ["acknowledgement.signed", "version.published"]
        assert (signed, kinds) in [(True, []), (False, [TextChanged])]
        teaches = [cleared(app, each, days=days) for days in (0, grace - 1, grace)]
        assert teaches == ([True, True, False] if signed and grace else [False] * 3)
        seen.add(signed)
    assert rounds < 10 or seen == {False, True}
    assert fits(app)


def last_two(app):
    """Return the types of the last two entries but traces of refusals, in their order."""
    kinds = ("acknowledgement.signed", "version.published")
    last = sa.select(Entry.type).where(Entry.type.in_(kinds)).order_by(Entry.seq.desc()).limit(2)
    with app.extensions["db"].reader() as session:
        return session.scalars(last).all()[::-1]


def cleared(app, tutor, *, days):
    with app.extensions["db"].reader() as session:
        known = standing(session, tutor.id)
    return decide(known, at=NOW + timedelta(days=max(days, 0), hours=3)).cleared


def newest_digest(app):
    with app.extensions["db"].reader() as session:
        newest = sa.select(Version.digest).order_by(Version.major.desc(), Version.minor.desc())
        return session.scalars(newest.limit(1)).one()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_signed_before_the_account_is_closed_or_not_at_all(app, tutor, change, rounds):
    with app.extensions["db"].change() as session:
        add_somebody(session, "Another Administrator", Role.ADMINISTRATOR)
    for _, each in newcomers(tutor, rounds=rounds):
        what = each.unprinted()

        outcomes = at_once(
            lambda each=each, what=what: each.sign(what), change(disable, each.id, by=HR, now=NOW)
        )

        signed = count(app, Acknowledgement, Acknowledgement.person_id == each.id)
        kinds = [type(refusal) for refusal in refused(outcomes)]
        assert (signed, kinds) in [(1, []), (0, [MayNotSign])]
    assert fits(app)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_scheduled_before_the_suspension_or_not_at_all(app, tutor, change, rounds):
    for _, each in newcomers(tutor, rounds=rounds):
        each.sign(each.unprinted())
        suspend = change(begin, each.id, kind=Kind.SUSPENSION, by=HR, now=NOW)

        outcomes = at_once(change(book, lesson(each), by=each.actor, now=NOW), suspend)

        booked = count(app, Lesson, Lesson.tutor_id == each.id)
        kinds = [type(refusal) for refusal in refused(outcomes)]
        assert (booked, kinds) in [(1, []), (0, [NotCleared])]
        with pytest.raises(NotCleared):
            change(book, lesson(each, days=2), by=each.actor, now=NOW)()
    assert fits(app)


def lesson(tutor, *, days=1):
    starts = NOW + timedelta(days=days)
    ends = starts + timedelta(hours=1)
    return Wish(tutor_id=tutor.id, starts_at=starts, ends_at=ends, place=Place.HOME, pupil="P-1")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_the_same_hour_is_given_once(app, tutor, change, rounds):
    tutor.sign(tutor.unprinted())
    for number in range(rounds):
        asked = change(book, lesson(tutor, days=1 + number), by=tutor.actor, now=NOW)

        outcomes = at_once(asked, asked)

        assert [type(each) for each in refused(outcomes)] == [Taken]
        assert count(app, Lesson) == number + 1


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_windows_open_one_attempt(app, tutor, change, rounds):
    for number in range(rounds):
        with app.extensions["db"].change() as session:
            person = add_tutor(session, f"Tutor {number}")
            read_all(session, person)
        windows = [change(start_quiz, person, seed=seed, now=NOW) for seed in (1, 2)]

        first, second = at_once(*windows)

        assert first == second
        assert count(app, Attempt, Attempt.person_id == person) == 1


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_windows_answer_a_step_once(app, tutor, change, rounds):
    with app.extensions["db"].change() as session:
        by = as_person(add_tutor(session, "Two Windows"))
        read_all(session, by.id)
        attempt = start_quiz(session, by.id)
    for _ in range(rounds):
        with app.extensions["db"].reader() as session:
            here = next_step(session, attempt, by=by)
        if here is None:
            break
        told = {"seq": here[0], "terms": TERMS, "by": by, "now": NOW}
        answers = [numbers(here[1], worth) for worth in (Worth.RIGHT, Worth.WRONG)]

        outcomes = at_once(*(change(choose, attempt, option=each, **told) for each in answers))

        assert [type(each) for each in refused(outcomes)] == [OutOfStep]
        assert count(app, Choice, Choice.attempt_id == attempt) == here[0]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_link_is_followed_once(app, tutor, change, rounds):
    for number in range(rounds):
        with app.extensions["db"].change() as session:
            person = add_tutor(session, f"Invited {number}")
            kind, lasts = Purpose.INVITATION, timedelta(days=7)
            link = mint(session, person, kind, lasts=lasts, now=NOW)
        hashes = [f"hash {number} {each}" for each in range(2)]
        told = {"by": HR.origin, "now": SOON}

        outcomes = at_once(
            *(change(take_password, link, password_hash=each, **told) for each in hashes)
        )

        assert [type(each) for each in refused(outcomes)] == [LinkOver]
        assert len(passwords_set(app, person)) == 1


def passwords_set(app, person):
    with app.extensions["db"].reader() as session:
        return told(session, person, entry_type="password.set")


@pytest.mark.parametrize("attempt", range(3))
def test_a_version_is_adopted_once(app, change, attempt):
    with app.extensions["db"].change() as session:
        set_contacts(session)
    settings = app.extensions["settings"]
    adopting = change(adopt, POLICY, "1.0", settings=settings, by=LEAD, now=NOW)

    outcomes = at_once(adopting, adopting)

    assert [type(each) for each in refused(outcomes)] == [NotPublished]
    assert count(app, Version) == 1
    assert fits(app)
