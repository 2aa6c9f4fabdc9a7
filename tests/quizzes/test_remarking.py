"""A question withdrawn as wrong: old results stay, no pass is lost, and none comes earlier."""

import json

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.db import init_db
from portal.ledger.queries import about
from portal.outbox.models import Outgoing
from portal.quizzes.actions import WordsWithdrawn, approve, choose, reopen
from portal.quizzes.marking import mark, replay
from portal.quizzes.models import Remarked, Result
from portal.quizzes.passing import bound_pass
from portal.quizzes.queries import failures, get_attempt, passes
from portal.quizzes.refusals import NotForYou
from portal.quizzes.remarking import Question, affected, remark_faults, withdraw_question
from portal.quizzes.remarks import mark_without
from portal.quizzes.steps import Kind
from tests.factories import (
    EARLIER,
    LEAD,
    NOW,
    POLICY,
    TERMS,
    add_tutor,
    answer_all,
    as_person,
    next_step,
    number_of,
    pass_quiz,
    publish_policy,
    read_all,
    start_quiz,
)
from tests.quizzes.samples import QUIZ, drawn, of_kind, walk_through

RIGHT, WRONG = of_kind(Kind.RIGHT), of_kind(Kind.WRONG, Kind.RIGHT)
MUST = QUIZ.must_cover


def lost_without(asked, one):
    """Clauses of the must-cover list that only this scenario tests in the attempt."""
    others = [each.scenario.clauses for each in asked.asked if each.digest != one.digest]
    return set(MUST) & one.scenario.clauses - set().union(*others)


def an_attempt(*, needed):
    """A seed and the place of a critical scenario that is, or is not, needed for the coverage."""
    for seed in range(200):
        asked = drawn(seed)
        for one in asked.asked:
            fits = one.scenario.critical and len(one.scenario.steps) == 1
            if fits and bool(lost_without(asked, one)) == needed:
                return seed, one
    raise LookupError


SPARE_SEED, SPARE = an_attempt(needed=False)
NEEDED_SEED, NEEDED = an_attempt(needed=True)


def question(one):
    return Question(
        scenario=one.scenario.id, digest=one.digest, must_cover=tuple(MUST), pass_percent=80
    )


def finish(session, tutor, one, *, seed, but=True, now=EARLIER):
    """Answer all as the code asks, but this one wrong."""
    attempt, by = start_quiz(session, tutor, seed=seed, now=now), as_person(tutor)
    while here := next_step(session, attempt, by=by):
        seq, place = here
        wrong = but and place.asked.digest == one.digest
        option = number_of(place, Kind.WRONG if wrong else Kind.RIGHT)
        choose(session, attempt, seq=seq, option=option, terms=TERMS, by=by, now=now)
    return attempt


@pytest.fixture
def session(database_url):
    database = init_db(database_url, info={})
    with database.change() as session:
        publish_policy(session)
        yield session
    database.engine.dispose()


@pytest.fixture
def tutor(session):
    tutor = add_tutor(session)
    read_all(session, tutor)
    return tutor


def withdraw(session, one, *, now=NOW, by=LEAD):
    return withdraw_question(session, question(one), reason="The key was wrong.", by=by, now=now)


def test_who_failed_only_because_of_it_has_passed_from_then_on(session, tutor):
    attempt = finish(session, tutor, SPARE, seed=SPARE_SEED)
    assert passes(session, tutor) == []

    (became,) = withdraw(session, SPARE)

    assert became.id == attempt
    assert [each.passed_at for each in passes(session, tutor)] == [NOW]
    bound = bound_pass(session, tutor, policy=POLICY, major=1, cycle=1)
    assert (bound.closed_at, bound.passed_at) == (EARLIER, NOW)
    assert bound.score == bound.out_of
    assert failures(session, tutor, course=became.course) == ()


def test_the_first_result_stays_as_it_was(session, tutor):
    attempt = finish(session, tutor, SPARE, seed=SPARE_SEED)
    before = session.execute(sa.select(Result.__table__)).all()

    withdraw(session, SPARE)

    tried = get_attempt(session, attempt, person_id=tutor)
    assert session.execute(sa.select(Result.__table__)).all() == before
    assert (tried.outcome.passed, tried.standing.passed) == (False, True)
    assert list(remark_faults(tried)) == []


def test_a_pass_is_never_taken_away(session, tutor):
    pass_quiz(session, tutor)
    one = get_attempt(session, passes(session, tutor)[0].attempt_id, person_id=tutor).drawn.asked[0]

    assert withdraw(session, one) == ()

    assert [each.passed_at for each in passes(session, tutor)] == [EARLIER]
    assert session.scalars(sa.select(Remarked.passed)).all() == [True]


def test_it_stays_a_fail_where_nothing_else_tests_what_must_be_tested(session, tutor):
    attempt = finish(session, tutor, NEEDED, seed=NEEDED_SEED)

    assert withdraw(session, NEEDED) == ()

    tried = get_attempt(session, attempt, person_id=tutor)
    assert passes(session, tutor) == []
    assert set(tried.standing.missed) == lost_without(drawn(NEEDED_SEED), NEEDED)


def test_it_stays_a_fail_where_a_later_try_failed_by_itself(session, tutor):
    first = finish(session, tutor, SPARE, seed=SPARE_SEED)
    missed = get_attempt(session, first, person_id=tutor).outcome.missed
    reopen(session, first, clauses=missed, by=as_person(tutor), now=EARLIER)
    again = start_quiz(session, tutor, seed=99)
    answer_all(session, again, by=as_person(tutor), worth=Kind.WRONG)

    assert withdraw(session, SPARE) == ()
    assert passes(session, tutor) == []


def test_a_running_attempt_ends_on_its_copy_and_is_marked_again_at_its_end(session, tutor):
    attempt, by = start_quiz(session, tutor, seed=SPARE_SEED), as_person(tutor)
    withdraw(session, SPARE)

    while here := next_step(session, attempt, by=by):
        seq, place = here
        worth = Kind.WRONG if place.asked.digest == SPARE.digest else Kind.RIGHT
        option = number_of(place, worth)
        choose(session, attempt, seq=seq, option=option, terms=TERMS, by=by, now=NOW)

    tried = get_attempt(session, attempt, person_id=tutor)
    assert (tried.outcome.passed, tried.standing.passed) == (False, True)
    assert tried.outcome.out_of == mark(tried.drawn, tried.choices, pass_percent=80).out_of


def test_what_was_withdrawn_is_not_drawn_nor_approved_again(session, tutor):
    withdraw(session, SPARE)

    attempt = start_quiz(session, tutor, seed=SPARE_SEED)

    asked = get_attempt(session, attempt, person_id=tutor).drawn.asked
    assert SPARE.digest not in {each.digest for each in asked}
    with pytest.raises(WordsWithdrawn):
        approve(session, SPARE.scenario.id, digest=SPARE.digest, by=LEAD, now=NOW)


def test_withdrawn_twice_it_is_withdrawn_once(session, tutor):
    finish(session, tutor, SPARE, seed=SPARE_SEED)

    assert len(withdraw(session, SPARE)) == 1
    assert withdraw(session, SPARE) == ()
    assert session.scalar(sa.select(sa.func.count()).select_from(Remarked)) == 1


def test_only_the_safeguarding_lead_withdraws(session):
    for role in set(Role) - {Role.SAFEGUARDING_LEAD}:
        with pytest.raises(NotForYou):
            withdraw(session, SPARE, by=as_person("x", role))


def test_it_is_on_the_ledger_and_the_tutor_gets_a_mail(session, tutor):
    attempt = finish(session, tutor, SPARE, seed=SPARE_SEED)
    assert [each.turns for each in affected(session, question(SPARE))] == [True]

    withdraw(session, SPARE)

    (told,) = [each for each in about(session, tutor) if each.type == "attempt.remarked"]
    assert told.facts["became_pass"]
    mails = session.execute(sa.select(Outgoing.kind, Outgoing.payload)).all()
    payloads = {
        kind: json.loads(payload) if isinstance(payload, str) else payload
        for kind, payload in mails
    }
    assert payloads["quiz-remarked"] == {"attempt": attempt}


def test_without_a_question_the_rest_is_marked_as_if_it_had_never_been_asked():
    for seed in range(40):
        asked = drawn(seed)
        choices = walk_through(asked, (RIGHT, WRONG)[seed % 2])
        gone = asked.asked[seed % len(asked.asked)]
        rest = asked.model_copy(update={"asked": tuple(o for o in asked.asked if o is not gone)})
        kept = [each for each in choices if each.scenario != gone.scenario.id]

        told = mark_without(asked, choices, withdrawn={gone.digest}, must_cover=(), pass_percent=80)

        assert told == mark(rest, kept, pass_percent=80)
        assert replay(rest, kept).next is None


def test_nothing_left_is_no_pass():
    asked = drawn(1)
    everything = {one.digest for one in asked.asked}

    told = mark_without(
        asked, walk_through(asked, RIGHT), withdrawn=everything, must_cover=(), pass_percent=80
    )

    assert not told.passed
