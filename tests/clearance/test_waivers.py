"""What a waiver excuses from, and when one may be granted."""

from dataclasses import replace

import pytest

from portal.clearance.rules import decide
from portal.clearance.waivers import faults, next_cycle
from tests.clearance.facts import (
    ALWAYS,
    CLEARED,
    LESSON,
    NEW,
    ONE,
    SECOND,
    at,
    having,
    period,
    requirement,
    signed,
    version,
    waiver,
)

TWO = version("2.0", "2026-05-01", grace="2026-05-15")
JUNE = waiver(2, "2026-05-28", "2026-06-10", cycle="1")
LATE = having(CLEARED, ONE, TWO)  # signed 1.0, has not signed 2.0
EXCUSED = replace(LATE, waivers=(JUNE,))
TODAY = at("2026-05-28")


def test_a_waiver_lets_a_late_tutor_teach():
    assert not decide(LATE, at=LESSON).cleared
    assert decide(EXCUSED, at=LESSON).cleared


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"waivers": (replace(JUNE, policy="travel"),)}, "not-signed"),
        ({"waivers": (replace(JUNE, major=1),)}, "not-signed"),
        ({"waivers": (replace(JUNE, major=3),)}, "not-signed"),
        ({"waivers": (replace(JUNE, ended_at=LESSON),)}, "not-signed"),
        ({"acknowledgements": ()}, "not-signed"),
        ({"acknowledgements": (signed("1.0", "2026-06-01 16:01"),)}, "not-signed"),
        (
            {"acknowledgements": (signed("1.0", "2026-01-05", revoked="2026-05-30"),)},
            "not-signed",
        ),
        ({"engagements": (period("2026-05-01", name="second"),)}, "not-signed"),
        ({"suspensions": (ALWAYS,)}, "suspended"),
        ({"enabled_in": ()}, "not-enabled"),
    ],
    ids=[
        "another policy",
        "an older major",
        "a newer major",
        "taken back",
        "who has never signed",
        "who signed later",
        "whose signature was revoked",
        "who signed in a former engagement",
        "who is suspended",
        "who is not enabled",
    ],
)
def test_a_waiver_does_not_excuse(change, left):
    decision = decide(replace(EXCUSED, **change), at=LESSON)

    assert decision.codes[-1] == left


def test_an_expired_signature_is_ground_enough():
    expired = (signed("1.0", "2026-01-05", expires="2026-02-01"),)

    assert decide(replace(EXCUSED, acknowledgements=expired), at=LESSON).cleared


@pytest.mark.parametrize(
    ("moment", "cleared"),
    [
        (JUNE.starts_at - SECOND, False),
        (JUNE.starts_at, True),
        (JUNE.ends_at - SECOND, True),
        (JUNE.ends_at, False),
    ],
)
def test_a_waiver_holds_to_the_second_and_ends_by_itself(moment, cleared):
    assert decide(EXCUSED, at=moment).cleared is cleared


def test_a_waiver_for_one_major_does_not_carry_over_to_the_next():
    three = version("3.0", "2026-06-01")
    standing = having(EXCUSED, ONE, TWO, three)

    assert decide(standing, at=three.effective_at - SECOND).cleared
    assert not decide(standing, at=three.effective_at).cleared


def test_a_waiver_belongs_to_the_cycle_of_the_signature_it_waits_for():
    assert next_cycle(CLEARED, policy="online-safeguarding", major=1) == 2
    assert next_cycle(CLEARED, policy="online-safeguarding", major=2) == 1


def granted(standing, wish=JUNE, *, hr_by=""):
    found = faults(standing, wish, hr_by=hr_by, longest_days=14, now=TODAY)
    return {block.code for block in found}


def test_a_first_waiver_for_a_late_tutor_may_be_granted():
    assert granted(LATE) == set()


@pytest.mark.parametrize(
    ("standing", "wish", "code"),
    [
        (replace(LATE, suspensions=(ALWAYS,)), JUNE, "suspended"),
        (having(NEW, ONE, TWO), JUNE, "waiver-before-signing"),
        (LATE, replace(JUNE, major=1), "waiver-not-binding"),
        (LATE, replace(JUNE, policy="travel"), "waiver-not-binding"),
        (having(requirements=(requirement(),)), JUNE, "waiver-not-binding"),
        (LATE, replace(JUNE, ends_at=at("2026-06-11 00:00:01")), "waiver-too-long"),
        (LATE, replace(JUNE, ends_at=JUNE.starts_at), "waiver-too-long"),
        (LATE, replace(JUNE, starts_at=TODAY - SECOND), "waiver-backdated"),
    ],
    ids=str,
)
def test_a_waiver_is_refused(standing, wish, code):
    assert code in granted(standing, wish)


def test_fourteen_days_are_not_too_long():
    assert granted(LATE, replace(JUNE, ends_at=at("2026-06-11"))) == set()


def test_a_second_waiver_needs_hr_and_a_third_is_never_granted():
    once = replace(LATE, waivers=(waiver(2, "2026-05-15", "2026-05-20"),))
    twice = replace(once, waivers=(*once.waivers, waiver(2, "2026-05-20", "2026-05-25")))

    assert granted(once) == {"waiver-needs-hr"}
    assert granted(once, hr_by="hazel") == set()
    assert granted(twice, hr_by="hazel") == {"waiver-third"}


def test_waivers_of_an_earlier_cycle_are_not_counted():
    earlier = tuple(waiver(2, "2026-05-15", "2026-05-20", cycle=n) for n in ("7", "8"))

    assert granted(replace(LATE, waivers=earlier)) == set()
