"""Since when an answer holds, until when, and what the veil hides."""

from dataclasses import replace

import pytest

from portal.clearance.rules import changes_at, decide, veiled
from tests.clearance.facts import (
    ALWAYS,
    CLEARED,
    LESSON,
    NEW,
    ONE,
    at,
    having,
    period,
    signed,
    version,
    waiver,
)

TWO = version("2.0", "2026-06-01 09:00", grace="2026-06-15 11:00", published="2026-05-01")
LEFT, LEAVING = period("2026-01-02", "2026-05-01"), period("2026-01-02", "2026-09-01")
SUMMER = period("2026-07-01", "2026-08-01")


@pytest.mark.parametrize(
    ("standing", "since", "until"),
    [
        (CLEARED, "2026-01-05 12:00", "2027-01-05 12:00"),
        (having(CLEARED, ONE, TWO), "2026-01-05 12:00", "2026-06-15 11:00"),
        (replace(CLEARED, suspensions=(SUMMER,)), "2026-01-05 12:00", "2026-07-01"),
        (replace(CLEARED, suspensions=(ALWAYS,)), "2026-01-02", None),
        (replace(NEW, suspensions=(SUMMER,)), "2026-01-02", None),
        (NEW, "2026-01-02", None),
        (replace(CLEARED, engagements=()), None, None),
        (replace(CLEARED, engagements=(period("2026-07-01"),)), None, "2026-07-01"),
        (replace(NEW, engagements=(LEFT,)), "2026-05-01", None),
        (replace(NEW, engagements=(LEAVING,)), "2026-01-02", "2026-09-01"),
    ],
    ids=[
        "cleared until the signature expires",
        "cleared until grace ends",
        "cleared until a suspension",
        "suspended ever since engaged",
        "blocked through a suspension and after it",
        "blocked since engaged",
        "never engaged",
        "not engaged yet",
        "not engaged any more",
        "blocked until the engagement ends",
    ],
)
def test_an_answer_says_since_when_and_until_when(standing, since, until):
    decision = decide(standing, at=LESSON)

    assert decision.since == (since and at(since))
    assert decision.until == (until and at(until))


def test_signing_again_in_time_does_not_begin_a_new_answer():
    renewed = (*CLEARED.acknowledgements, signed("1.0", "2026-03-01"))
    decision = decide(replace(CLEARED, acknowledgements=renewed), at=LESSON)

    assert decision.since == at("2026-01-05 12:00")
    assert decision.until == at("2027-03-01")


def test_a_waiver_that_ends_and_a_pass_turn_the_answer_where_they_should():
    expired = (signed("1.0", "2026-01-05", expires="2026-05-01"),)
    june = waiver(1, "2026-05-20", "2026-06-03", cycle="2")
    standing = having(CLEARED, acknowledgements=expired, waivers=(june,))

    assert decide(standing, at=LESSON).since == june.starts_at
    assert decide(standing, at=LESSON).until == june.ends_at
    assert decide(standing, at=at("2026-05-10")).since == at("2026-05-01")


def test_reasons_may_change_before_the_answer_does():
    blocked = replace(NEW, suspensions=(SUMMER,))

    assert decide(blocked, at=LESSON).until is None
    assert changes_at(blocked, at=LESSON) == SUMMER.starts_at
    assert changes_at(blocked, at=SUMMER.starts_at) == SUMMER.ends_at
    assert changes_at(blocked, at=SUMMER.ends_at) is None


@pytest.mark.parametrize("standing", [CLEARED, NEW], ids=["cleared otherwise", "blocked anyway"])
def test_whoever_may_not_know_learns_neither_reason_nor_time_of_a_suspension(standing):
    decision = veiled(replace(standing, suspensions=(SUMMER,)), at=at("2026-07-10"))

    assert decision.codes == ("not-cleared",)
    assert decision.since is decision.until is decision.blocks[0].about is None


@pytest.mark.parametrize("when", ["2026-06-01", "2026-09-01"], ids=["to come", "over"])
@pytest.mark.parametrize("standing", [CLEARED, NEW], ids=["cleared", "blocked"])
def test_the_veil_lies_over_suspensions_to_come_and_past_ones_too(standing, when):
    hidden = replace(standing, suspensions=(SUMMER,))

    assert veiled(hidden, at=at(when)) == decide(standing, at=at(when))


def test_without_a_suspension_there_is_nothing_to_veil():
    assert veiled(CLEARED, at=LESSON) == decide(CLEARED, at=LESSON)
    assert veiled(NEW, at=LESSON) == decide(NEW, at=LESSON)
