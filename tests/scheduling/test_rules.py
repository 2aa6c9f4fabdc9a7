"""What a lesson itself must be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.scheduling.rules import LONGEST, PLACES, SHORTEST, Place, Wish, faults

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
START = datetime(2026, 11, 24, 16, tzinfo=UTC)
WISH = Wish(
    tutor_id="a",
    starts_at=START,
    ends_at=START + timedelta(minutes=60),
    place="practice-room",
    pupil="P-1042",
)


def codes(**change):
    return [block.code for block in faults(replace(WISH, **change), now=NOW)]


def lasting(**length):
    return codes(ends_at=START + timedelta(**length))


@pytest.mark.parametrize("place", Place)
def test_tutors_teach_from_a_practice_room_or_from_home(place):
    assert codes(place=place.value) == []
    assert place in PLACES


@pytest.mark.parametrize("place", ["", "cafe", "Home", "practice room", "home "])
def test_any_other_place_is_refused_with_whom_to_ask(place):
    (block,) = faults(replace(WISH, place=place), now=NOW)

    assert block.code == "place-not-permitted"
    assert block.step.code == "ask-manager-first"


@pytest.mark.parametrize(("second", "found"), [(-1, True), (0, True), (1, False)])
def test_a_lesson_starts_in_the_future(second, found):
    start = NOW + timedelta(seconds=second)
    late = codes(starts_at=start, ends_at=start + timedelta(hours=1))

    assert ("start-in-the-past" in late) is found


@pytest.mark.parametrize(
    ("length", "sensible"),
    [
        ({"minutes": SHORTEST}, True),
        ({"minutes": SHORTEST, "seconds": -1}, False),
        ({"minutes": LONGEST}, True),
        ({"minutes": LONGEST, "seconds": 1}, False),
        ({"minutes": 0}, False),
        ({"minutes": -60}, False),
        ({"days": 365}, False),
    ],
)
def test_a_lesson_has_a_sensible_length(length, sensible):
    assert (lasting(**length) == []) is sensible


def test_a_lesson_across_the_change_of_the_clocks_keeps_its_length():
    start = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    wish = replace(WISH, starts_at=start, ends_at=start + timedelta(hours=1))

    assert wish.minutes == 60
    assert faults(wish, now=NOW) == ()


@pytest.mark.parametrize("pupil", ["P-1042", "7", "a1", "2026/17", "TC_88.b", "9" * 40])
def test_a_pupil_is_an_opaque_reference(pupil):
    assert codes(pupil=pupil) == []


SPACED = ["Sam 7", "Sam\u00a07", "7 ", "\n7", "7\n"]
NO_REFERENCE = ["", "Sam", "9" * 41, "zoë7", "٣", "-7", "<b>7", "7\x00"]


@pytest.mark.parametrize("pupil", [*SPACED, *NO_REFERENCE], ids=ascii)
def test_a_name_or_anything_like_one_is_refused(pupil):
    assert codes(pupil=pupil) == ["pupil-not-a-reference"]


@given(st.text(max_size=60))
def test_whatever_is_accepted_holds_a_digit_and_no_space(pupil):
    if codes(pupil=pupil) == []:
        assert any(letter in "0123456789" for letter in pupil)
        assert pupil.isascii()
        assert pupil.split() == [pupil]
        assert len(pupil) <= 40


def test_every_fault_is_named_in_the_type_that_clearance_answers_in():
    worst = Wish(tutor_id="a", starts_at=NOW, ends_at=NOW, place="cafe", pupil="Sam")
    found = faults(worst, now=NOW)

    assert [block.code for block in found] == [
        "place-not-permitted",
        "start-in-the-past",
        "length-not-sensible",
        "pupil-not-a-reference",
    ]
    assert all(block.sentence.endswith(".") and block.step.sentence for block in found)
