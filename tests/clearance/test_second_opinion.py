"""The rule against a second, naive reading of the same section, over random histories."""

from dataclasses import replace
from itertools import takewhile

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.clearance.due import State, due, state
from portal.clearance.replay import known_at
from portal.clearance.rules import NOT_CLEARED, Decision, blocks, changes_at, decide, veiled
from tests.clearance.facts import SECOND
from tests.clearance.histories import TICKS, at, histories
from tests.clearance.naive import reasons

END = TICKS + 40  # nothing recorded by then is dated later
TIMES = st.integers(-1, END)
some = settings(max_examples=60, deadline=None)
many = settings(max_examples=120, deadline=None)


def told(standing, time):
    return {(each.code, each.about and each.about.policy) for each in blocks(standing, at=time)}


def kind(standing, tick):
    """Return whether engaged, whether cleared: what `since` and `until` are about."""
    found = reasons(standing, at(tick))
    return ("not-engaged", None) in found, not found


@many
@given(histories())
def test_both_readings_agree_at_every_time(history):
    known = history.standing

    for tick in range(-1, END):
        expected = reasons(known, at(tick))
        assert told(known, at(tick)) == expected, tick
        assert told(known, at(tick + 1) - SECOND) == expected, tick


@some
@given(histories(), TIMES)
def test_since_and_until_are_the_ends_of_the_run_of_equal_answers(history, tick):
    known = history.standing
    answer = kind(known, tick)
    before = list(takewhile(lambda t: kind(known, t) == answer, range(tick, -3, -1)))
    after = [t for t in range(tick + 1, END + 1) if kind(known, t) != answer]

    decision = decide(known, at=at(tick))

    assert decision.since == (at(before[-1]) if before[-1] > -2 else None)
    assert decision.until == (at(after[0]) if after else None)


@some
@given(histories(), TIMES)
def test_changes_at_is_the_next_time_at_which_any_reason_differs(history, tick):
    known = history.standing
    now = reasons(known, at(tick))
    later = [t for t in range(tick + 1, END + 1) if reasons(known, at(t)) != now]

    found = changes_at(known, at=at(tick))

    assert found is None or found > at(tick)
    assert not later or found <= at(later[0])


@some
@given(histories(), st.integers(1, TICKS - 1), TIMES)
def test_what_was_answered_on_a_day_can_be_answered_again_from_later_records(history, day, tick):
    recalled = known_at(history.standing, at(day))

    assert recalled == history.known[day]
    assert decide(recalled, at=at(tick)) == decide(history.known[day], at=at(tick))


@some
@given(histories(), TIMES)
def test_under_the_veil_the_answer_is_that_of_the_rule_and_no_suspension_shows(history, tick):
    known, found = history.standing, reasons(history.standing, at(tick))
    unsuspected = decide(replace(known, suspensions=()), at=at(tick))

    answer = veiled(known, at=at(tick))

    suspended = ("suspended", None) in found
    assert answer.cleared == (not found)
    assert answer == (Decision(at=at(tick), blocks=(NOT_CLEARED,)) if suspended else unsuspected)


@some
@given(histories(), TIMES)
def test_the_word_for_lists_agrees_with_the_rule(history, tick):
    word = state(history.standing, at=at(tick), opens_days=1)

    assert (word in {State.CLEARED, State.DUE}) == (not reasons(history.standing, at(tick)))


@some
@given(histories(), TIMES)
def test_a_deadline_is_the_time_from_which_its_policy_blocks(history, tick):
    for each in due(history.standing, at=at(tick), opens_days=1):
        when = each.deadline or at(tick)
        found = {policy for code, policy in reasons(history.standing, when) if policy}
        assert each.about.policy in found
