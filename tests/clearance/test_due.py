"""What is due and by when; how a tutor stands, in one word."""

from dataclasses import replace

import pytest

from portal.clearance.due import State, due, state
from tests.clearance.facts import (
    ALWAYS,
    CLEARED,
    NEW,
    ONE,
    at,
    enforced,
    having,
    passed,
    period,
    requirement,
    signed,
    version,
    waiver,
)

TWO = version("2.0", "2026-06-01 09:00", grace="2026-06-15 11:00", published="2026-05-01")
CHANGED = having(CLEARED, ONE, TWO)
GO_LIVE = enforced("2026-04-01", said="2026-03-01")
LATER = having(NEW, requirements=(requirement(ONE, enforcements=(GO_LIVE,)),))


def told(standing, when):
    """Return step, version and deadline of everything due."""
    found = due(standing, at=at(when), opens_days=90)
    return [(each.step.code, each.about.version, each.deadline) for each in found]


@pytest.mark.parametrize(
    ("standing", "when", "what"),
    [
        (CLEARED, "2026-10-07 11:59", []),
        (CLEARED, "2026-10-07 12:00", [("pass-quiz", "1.0", at("2027-01-05 12:00"))]),
        (CHANGED, "2026-04-30", []),
        (CHANGED, "2026-05-01", [("pass-quiz", "2.0", TWO.grace_ends_at)]),
        (CHANGED, "2026-06-20", [("pass-quiz", "2.0", None)]),
        (NEW, "2026-02-01", [("pass-quiz", "1.0", None)]),
        (replace(CLEARED, acknowledgements=()), "2026-02-01", [("sign", "1.0", None)]),
        (replace(CLEARED, engagements=()), "2026-02-01", []),
        (LATER, "2026-03-10", [("pass-quiz", "1.0", at("2026-04-01"))]),
        (having(NEW, version("1.0", "2026-03-01", published="2026-02-01")), "2026-02-10",
         [("pass-quiz", "1.0", at("2026-03-01"))]),
    ],
    ids=[
        "renewal not open yet",
        "renewal open",
        "a version not announced yet",
        "a version announced",
        "grace over",
        "a new tutor",
        "passed, not signed",
        "not engaged",
        "not enforced yet",
        "the first version announced",
    ],
)  # fmt: skip
def test_what_is_due(standing, when, what):
    assert told(standing, when) == what


def test_an_expiry_during_grace_is_the_deadline():
    expiring = (signed("1.0", "2026-01-05", expires="2026-06-05 11:00"),)

    assert told(replace(CHANGED, acknowledgements=expiring), "2026-06-02") == [
        ("pass-quiz", "2.0", at("2026-06-05 11:00"))
    ]


def test_a_waiver_puts_the_deadline_off_to_its_end():
    june = waiver(2, "2026-06-15 11:00", "2026-06-25")

    assert told(replace(CHANGED, waivers=(june,)), "2026-06-20") == [
        ("pass-quiz", "2.0", june.ends_at)
    ]


def test_whoever_signed_the_announced_version_has_nothing_due():
    ahead = (signed("1.0", "2026-01-05"), signed("2.0", "2026-05-05"))
    first = version("1.0", "2026-03-01", published="2026-02-01")
    early = having(NEW, first, acknowledgements=(signed("1.0", "2026-02-05"),))

    assert told(replace(CHANGED, acknowledgements=ahead), "2026-06-02") == []
    assert told(early, "2026-02-10") == []


def test_a_policy_that_will_be_for_the_tutor_is_due_before_it_is():
    travel = requirement(ONE, policy="travel", applies=((period("2026-05-01"),),))
    standing = having(CLEARED, requirements=(requirement(ONE), travel))

    assert told(standing, "2026-04-20") == [("pass-quiz", "1.0", at("2026-05-01"))]


def test_nothing_is_due_beyond_the_end_of_the_engagement():
    leaving = replace(CHANGED, engagements=(period("2026-01-02", "2026-06-10", name="first"),))

    assert told(leaving, "2026-06-02") == []


def test_the_most_urgent_comes_first():
    policies = (
        requirement(ONE, TWO),
        requirement(ONE, policy="travel", applies=((period("2026-05-20"),),)),
        requirement(ONE, policy="data"),
    )
    standing = having(CLEARED, requirements=policies)

    assert [each.about.policy for each in due(standing, at=at("2026-05-10"), opens_days=90)] == [
        "data",
        "travel",
        "online-safeguarding",
    ]


@pytest.mark.parametrize(
    ("standing", "when", "word"),
    [
        (CLEARED, "2026-03-01", State.CLEARED),
        (CHANGED, "2026-05-20", State.CLEARED),
        (CHANGED, "2026-06-01 11:00", State.DUE),
        (CHANGED, "2026-06-16", State.BLOCKED),
        (CLEARED, "2026-12-23", State.DUE),
        (NEW, "2026-03-01", State.NOT_STARTED),
        (replace(NEW, passes=(passed(1, "2026-02-01"),)), "2026-03-01", State.BLOCKED),
        (replace(NEW, passes=(passed(1, "2026-04-01"),)), "2026-03-01", State.NOT_STARTED),
        (replace(NEW, suspensions=(ALWAYS,)), "2026-03-01", State.BLOCKED),
        (replace(NEW, enabled_in=()), "2026-03-01", State.BLOCKED),
        (replace(CLEARED, engagements=()), "2026-03-01", State.BLOCKED),
        (replace(CLEARED, engagements=(period("2026-02-01", name="second"),)), "2026-03-01",
         State.NOT_STARTED),
        (LATER, "2026-03-10", State.CLEARED),
        (LATER, "2026-03-20", State.DUE),
    ],
    ids=str,
)  # fmt: skip
def test_a_tutor_stands_in_one_word(standing, when, word):
    assert state(standing, at=at(when), opens_days=90) == word


def test_a_suspension_to_come_does_not_show_in_the_word_or_in_what_is_due():
    hidden = replace(CLEARED, suspensions=(period("2026-03-02", "2026-04-01"),))

    assert state(hidden, at=at("2026-03-01"), opens_days=90) == State.CLEARED
    assert told(hidden, "2026-03-01") == []
