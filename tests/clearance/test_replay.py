"""What was known then: whatever was recorded later is not known yet."""

from dataclasses import replace

import pytest

from portal.clearance.replay import known_at
from portal.clearance.rules import decide
from portal.people.rules import End
from tests.clearance.facts import (
    CLEARED,
    LESSON,
    NEW,
    ONE,
    SECOND,
    at,
    enforced,
    having,
    period,
    requirement,
    signed,
    version,
    waiver,
)

KNOWN = at("2026-06-10 09:00")  # when each of these facts went on record
LATE = "2026-06-10 09:00"
TWO = version("2.0", "2026-05-01", grace="2026-05-15")


def ended(when, **more):
    return period("2026-01-02", when, end_recorded=LATE, name="first", **more)


FOUND_OUT = [
    {"engagements": (ended("2026-05-01"),)},
    {"enabled_in": (ended("2026-05-01"),)},
    {"suspensions": (period("2026-05-01", recorded=LATE),)},
    {
        "acknowledgements": (
            signed("1.0", "2026-01-05", revoked="2026-05-01", revocation_recorded=LATE),
        )
    },
    {
        "requirements": (
            requirement(ONE),
            requirement(ONE, policy="travel", applies=((period("2026-05-01", recorded=LATE),),)),
        )
    },
    {"requirements": (requirement(ONE, applies=((ended("2026-05-01"),),)),)},
]


@pytest.mark.parametrize("change", FOUND_OUT, ids=lambda change: next(iter(change)))
def test_what_came_out_later_changes_the_answer_but_not_the_one_that_was_given(change):
    standing = replace(CLEARED, **change)

    assert not decide(standing, at=LESSON).cleared
    assert not decide(known_at(standing, KNOWN), at=LESSON).cleared
    assert decide(known_at(standing, KNOWN - SECOND), at=LESSON).cleared


def test_of_an_end_put_right_twice_each_answer_knows_the_one_of_its_day():
    said = (("2026-05-20", "2026-05-30"), ("2026-05-21", None), ("2026-05-22", "2026-06-30"))
    *wrong, right = [End(ends_at=end and at(end), recorded_at=at(day)) for day, end in said]
    told = {"ends_at": right.ends_at, "end_recorded_at": right.recorded_at}
    first = replace(CLEARED.engagements[0], **told, corrected=tuple(wrong))
    standing = replace(CLEARED, engagements=(first,))

    def cleared(then):
        known = known_at(standing, at(then))
        return [decide(known, at=at(day)).cleared for day in ("2026-06-01", "2026-07-01")]

    assert cleared("2026-05-19") == [True, True]
    assert cleared("2026-05-20") == [False, False]
    assert cleared("2026-05-21") == [True, True]
    assert cleared("2026-05-22") == [True, False]


EXCUSED = [
    {"engagements": (period("2026-01-02", recorded=LATE, name="first"),)},
    {"enabled_in": (period("2026-01-02", recorded=LATE),)},
    {"requirements": (requirement(version("1.0", "2026-01-01", published=LATE)),)},
]


@pytest.mark.parametrize("change", EXCUSED, ids=lambda change: next(iter(change)))
def test_what_was_recorded_late_did_not_help_before(change):
    standing = replace(CLEARED, **change)

    assert decide(known_at(standing, KNOWN), at=at("2026-06-11")).cleared
    assert not decide(known_at(standing, KNOWN - SECOND), at=at("2026-06-11")).cleared


def test_a_waiver_recorded_later_was_not_there_and_one_taken_back_later_still_stood():
    excused = having(CLEARED, ONE, TWO, waivers=(waiver(2, "2026-05-28", "2026-06-10"),))
    (granted,) = excused.waivers
    back = replace(granted, ended_at=at("2026-05-29"), end_recorded_at=at("2026-06-02"))
    taken_back = replace(excused, waivers=(back,))

    assert not decide(known_at(excused, granted.recorded_at - SECOND), at=LESSON).cleared
    assert decide(known_at(taken_back, LESSON), at=LESSON).cleared
    assert not decide(taken_back, at=LESSON).cleared


def test_a_version_called_off_later_was_still_announced():
    called_off = replace(version("2.0", "2026-07-01", published="2026-05-01"), cancelled_at=KNOWN)
    joined = having(NEW, ONE, called_off, acknowledgements=(signed("2.0", "2026-05-05"),))

    assert not decide(joined, at=KNOWN).cleared
    assert decide(known_at(joined, KNOWN - SECOND), at=KNOWN).cleared


def test_go_live_put_off_later_was_not_put_off_before():
    told = (enforced("2026-05-01", said="2026-03-01"), enforced("2026-07-01", said=LATE))
    standing = having(NEW, requirements=(requirement(ONE, enforcements=told),))

    assert decide(standing, at=KNOWN).cleared
    assert not decide(known_at(standing, KNOWN - SECOND), at=KNOWN).cleared


def test_signatures_and_passes_of_later_are_not_known_yet():
    before = known_at(CLEARED, at("2026-01-04"))

    assert before.acknowledgements == ()
    assert before.passes == ()
