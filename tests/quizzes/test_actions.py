"""Attempts are opened in order, choices are kept once, marks are the server's."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.db import init_db
from portal.errors import NotFound
from portal.ledger.queries import about
from portal.outbox.models import Outgoing
from portal.policies.actions import PolicyChanged
from portal.quizzes import queries
from portal.quizzes.actions import (
    OutOfStep,
    approve,
    choose,
    reopen,
    unlock,
    withdraw,
)
from portal.quizzes.content import digest
from portal.quizzes.course import Course, Scope
from portal.quizzes.models import Attempt, Choice, Result
from portal.quizzes.passing import bound_pass
from portal.quizzes.queries import failures, get_attempt, passes
from portal.quizzes.refusals import NotForYou
from portal.quizzes.shelf import quiz_on_file
from portal.quizzes.steps import Kind
from portal.quizzes.turn import NotAllRead, NotApproved, NotYet, Passed
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    TERMS,
    add_managed_team,
    add_tutor,
    answer_all,
    as_person,
    current,
    fail_quiz,
    next_step,
    number_of,
    pass_quiz,
    publish_policy,
    read_all,
    renumbered,
    reopen_all,
    start_quiz,
)

MINUTE = timedelta(minutes=1)
FIRST = Course(policy=POLICY, major=1, cycle=1)


@pytest.fixture
def session(database_url):
    database = init_db(database_url, info={})
    with database.change() as session:
        publish_policy(session)
        yield session
    database.engine.dispose()


@pytest.fixture
def tutor(session):
    """Somebody who has read everything."""
    tutor = add_tutor(session)
    read_all(session, tutor)
    return tutor


def count(session, table):
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def types(session, subject):
    return [each.type for each in about(session, subject)]


def test_no_attempt_starts_before_every_section_was_opened(session):
    tutor = add_tutor(session)

    with pytest.raises(NotAllRead):
        start_quiz(session, tutor)

    assert count(session, Attempt) == 0


def test_an_attempt_asks_eight_scenarios_two_of_them_walks_and_covers_every_escalation(
    session, tutor
):
    attempt = get_attempt(session, start_quiz(session, tutor), person_id=tutor)

    scenarios = [each.scenario for each in attempt.drawn.asked]
    assert len(scenarios) == 8
    assert sum(each.form == "walk" for each in scenarios) == 2
    tested = frozenset().union(*(each.clauses for each in scenarios))
    assert tested >= set(quiz_on_file(POLICY).must_cover)


def test_opening_twice_gives_the_one_open_attempt(session, tutor):
    assert start_quiz(session, tutor, seed=1) == start_quiz(session, tutor, seed=2)

    assert count(session, Attempt) == 1


def test_right_choices_pass_and_the_pass_is_bound(session, tutor):
    attempt_id = start_quiz(session, tutor)

    answer_all(session, attempt_id, by=as_person(tutor), now=NOW)

    found = bound_pass(session, tutor, policy=POLICY, major=1, cycle=1)
    assert (found.id, found.score, found.closed_at) == (attempt_id, found.out_of, NOW)
    assert [row.cycle for row in passes(session, tutor)] == [1]
    assert types(session, tutor)[:2] == ["attempt.passed", "choice.made"]


def test_safer_choices_pass_too(session, tutor):
    attempt_id = start_quiz(session, tutor)

    answer_all(session, attempt_id, by=as_person(tutor), worth=Kind.SAFER)

    assert get_attempt(session, attempt_id, person_id=tutor).outcome.passed


def test_one_missed_critical_step_fails_whatever_the_score(session, tutor):
    attempt_id, by, missed = start_quiz(session, tutor), as_person(tutor), False

    while here := next_step(session, attempt_id, by=by):
        seq, place = here
        worth = Kind.WRONG if place.step.critical and not missed else Kind.RIGHT
        missed = missed or place.step.critical
        option = number_of(place, worth)
        choose(session, attempt_id, seq=seq, option=option, terms=TERMS, by=by, now=NOW)

    outcome = get_attempt(session, attempt_id, person_id=tutor).outcome
    assert not outcome.passed
    assert outcome.score >= outcome.out_of - 4


def test_the_same_choice_sent_again_changes_nothing(session, tutor):
    attempt_id, by = start_quiz(session, tutor), as_person(tutor)
    _, place = next_step(session, attempt_id, by=by)
    sent = {"seq": 1, "option": number_of(place, Kind.RIGHT), "terms": TERMS}

    choose(session, attempt_id, **sent, by=by, now=NOW)
    choose(session, attempt_id, **sent, by=by, now=NOW + MINUTE)

    assert count(session, Choice) == 1
    assert types(session, tutor).count("choice.made") == 1


def test_a_second_tab_with_another_choice_is_refused(session, tutor):
    attempt_id, by = start_quiz(session, tutor), as_person(tutor)
    _, place = next_step(session, attempt_id, by=by)
    choose(session, attempt_id, seq=1, option="1", terms=TERMS, by=by, now=NOW)

    with pytest.raises(OutOfStep) as refused:
        choose(session, attempt_id, seq=1, option="2", terms=TERMS, by=by, now=NOW)

    assert refused.value.facts == {"attempt": attempt_id, "answered": 1}
    kept = session.scalars(sa.select(Choice.option)).one()
    assert kept == place.asked.options(place.step)[0].id


@pytest.mark.parametrize(("seq", "option"), [(2, "1"), (0, "1"), (-1, "1"), (1, "9"), (1, "a")])
def test_no_step_can_be_skipped_and_no_option_made_up(session, tutor, seq, option):
    attempt_id = start_quiz(session, tutor)

    with pytest.raises(OutOfStep):
        choose(
            session, attempt_id, seq=seq, option=option, terms=TERMS, by=as_person(tutor), now=NOW
        )

    assert count(session, Choice) == 0


def test_a_finished_attempt_takes_no_more_choices(session, tutor):
    attempt_id = start_quiz(session, tutor)
    answer_all(session, attempt_id, by=as_person(tutor))
    made = count(session, Choice)

    with pytest.raises(OutOfStep):
        choose(
            session,
            attempt_id,
            seq=made + 1,
            option="1",
            terms=TERMS,
            by=as_person(tutor),
            now=NOW,
        )

    assert (count(session, Choice), count(session, Result)) == (made, 1)


def test_somebody_elses_attempt_does_not_exist(session, tutor):
    attempt_id = start_quiz(session, tutor)
    other = as_person(add_tutor(session, "Sam Okafor"))

    with pytest.raises(NotFound):
        choose(session, attempt_id, seq=1, option="1", terms=TERMS, by=other, now=NOW)
    with pytest.raises(NotFound):
        reopen(session, attempt_id, clauses=["CSP-4"], by=other, now=NOW)


def test_the_first_retry_starts_once_the_missed_clauses_were_opened_again(session, tutor):
    attempt_id = fail_quiz(session, tutor, now=NOW)

    with pytest.raises(NotYet):
        start_quiz(session, tutor, now=NOW)
    reopen_all(session, attempt_id, by=as_person(tutor), now=NOW)

    assert start_quiz(session, tutor, now=NOW) != attempt_id


def test_only_missed_clauses_are_recorded_as_opened_again(session, tutor):
    attempt_id = fail_quiz(session, tutor, now=NOW)

    reopen(session, attempt_id, clauses=["PRE-1", "CSP-7"], by=as_person(tutor), now=NOW)
    reopen(session, attempt_id, clauses=["CSP-7"], by=as_person(tutor), now=NOW)

    assert queries.reopened(session, attempt_id) == {"CSP-7"}
    assert types(session, tutor).count("clauses.reopened") == 1


def test_from_the_third_failure_on_there_is_half_an_hour_to_wait(session, tutor):
    by = as_person(tutor)
    reopen_all(session, fail_quiz(session, tutor, times=3, now=NOW), by=by, now=NOW)

    with pytest.raises(NotYet):
        start_quiz(session, tutor, now=NOW + 29 * MINUTE)

    assert start_quiz(session, tutor, now=NOW + 30 * MINUTE)


def test_the_learning_manager_is_told_of_the_third_failure(session, tutor):
    by = as_person(tutor)
    reopen_all(session, fail_quiz(session, tutor, times=3, now=NOW), by=by, now=NOW)

    queued = session.execute(sa.select(Outgoing.kind, Outgoing.payload)).all()
    third = failures(session, tutor, course=FIRST)[-1]
    assert [(row.kind, json.loads(row.payload)) for row in queued] == [
        ("quiz-failed", {"attempt": third.attempt_id})
    ]


def test_a_manager_lifts_the_wait_of_their_own_tutor(session):
    team, manager = add_managed_team(session)
    tutor = add_tutor(session, team=team)
    read_all(session, tutor)
    by = as_person(tutor)
    reopen_all(session, fail_quiz(session, tutor, times=3, now=NOW), by=by, now=NOW)
    by = as_person(manager, Role.MANAGER)

    unlock(session, tutor, policy=POLICY, major=1, reason="We talked", by=by, now=NOW + MINUTE)

    assert start_quiz(session, tutor, now=NOW + 2 * MINUTE)
    assert types(session, tutor)[1] == "quiz.unlocked"


@pytest.mark.parametrize(
    ("roles", "refusal"), [((Role.MANAGER,), NotFound), ((Role.TUTOR,), NotForYou)]
)
def test_nobody_else_lifts_a_wait(session, tutor, roles, refusal):
    stranger = as_person(add_tutor(session, "Sam Okafor"), *roles)

    with pytest.raises(refusal):
        unlock(session, tutor, policy=POLICY, major=1, reason="", by=stranger, now=NOW)


def test_nobody_lifts_their_own_wait(session, tutor):
    with pytest.raises(NotForYou):
        unlock(
            session,
            tutor,
            policy=POLICY,
            major=1,
            reason="",
            by=as_person(tutor, Role.MANAGER),
            now=NOW,
        )


def test_what_is_passed_is_not_asked_again_in_the_same_cycle(session, tutor):
    pass_quiz(session, tutor)

    with pytest.raises(Passed):
        start_quiz(session, tutor)


@pytest.mark.parametrize("cycle", [0, 2, -1])
def test_a_cycle_that_has_not_come_cannot_be_made_up(session, tutor, cycle):
    with pytest.raises(NotFound):
        start_quiz(session, tutor, cycle=cycle)


def test_the_next_cycle_follows_a_passed_one(session, tutor):
    pass_quiz(session, tutor)

    assert start_quiz(session, tutor, cycle=2)


def clauses_of(session, attempt_id, tutor):
    asked = get_attempt(session, attempt_id, person_id=tutor).drawn.asked
    return frozenset().union(*(each.scenario.clauses for each in asked))


def test_a_short_check_asks_about_what_changed_since_the_version_passed(session, tutor):
    pass_quiz(session, tutor)
    publish_policy(session, renumbered("1.1"))  # another word in GEO-2
    read_all(session, tutor)

    for seed in range(10):
        with session.begin_nested() as trial:
            short = start_quiz(session, tutor, cycle=2, scope=Scope.SHORT, seed=seed)
            assert clauses_of(session, short, tutor) >= {"GEO-2"} | quiz_on_file(POLICY).critical
            trial.rollback()


def test_a_short_check_asks_about_what_home_knows_to_have_changed(session, tutor):
    pass_quiz(session, tutor)
    changed = frozenset({"CON-3", "NOT-9"})  # the second is tested by nothing

    short = start_quiz(session, tutor, cycle=2, scope=Scope.SHORT, changed=changed)

    assert "CON-3" in clauses_of(session, short, tutor)


def test_an_attempt_on_a_version_that_is_not_the_newest_does_not_start(session, tutor):
    shown = current(session)
    publish_policy(session, renumbered("1.1"))

    with pytest.raises(PolicyChanged):
        start_quiz(session, tutor, version=shown)


def test_a_running_attempt_ends_on_its_own_copy_when_a_version_is_published(session, tutor):
    attempt_id = start_quiz(session, tutor)
    publish_policy(session, renumbered("1.1"))

    answer_all(session, attempt_id, by=as_person(tutor))

    assert get_attempt(session, attempt_id, person_id=tutor).outcome.passed


def test_outside_the_demonstration_nothing_is_asked_that_nobody_approved(session, tutor):
    with pytest.raises(NotApproved):
        start_quiz(session, tutor, terms=replace(TERMS, unreviewed=False))


def test_an_approval_can_be_taken_back_at_once(session, tutor):
    strict, quiz = replace(TERMS, unreviewed=False), quiz_on_file(POLICY)
    for each in quiz.scenarios:
        approve(session, each.id, digest=digest(each), by=LEAD, now=NOW)
    attempt = get_attempt(session, start_quiz(session, tutor, terms=strict), person_id=tutor)
    first = attempt.drawn.ids[0]

    withdraw(session, first, by=LEAD, now=NOW, reason="unclear")

    assert first not in {each.scenario for each in queries.approved(session).values()}


def test_a_scenario_is_approved_once_by_the_lead_only(session):
    scenario = quiz_on_file(POLICY).scenarios[0]
    words = digest(scenario)

    approve(session, scenario.id, digest=words, by=LEAD, now=NOW)
    approve(session, scenario.id, digest=words, by=LEAD, now=NOW + MINUTE)

    assert queries.approved(session)[words].by == LEAD.name
    assert queries.approved(session)[words].at == NOW
    with pytest.raises(NotForYou):
        approve(session, scenario.id, digest=words, by=as_person("x", Role.HR), now=NOW)


def test_what_was_never_approved_cannot_be_withdrawn(session):
    with pytest.raises(NotFound):
        withdraw(session, "S01", by=LEAD, now=NOW)


def test_a_retry_asks_other_scenarios_where_there_are_any(session, tutor):
    first = fail_quiz(session, tutor)
    reopen_all(session, first, by=as_person(tutor))

    second = start_quiz(session, tutor)

    asked = [set(get_attempt(session, each, person_id=tutor).drawn.ids) for each in (first, second)]
    assert len(asked[0] & asked[1]) <= 3
