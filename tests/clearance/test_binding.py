"""Which version binds whom, and from when: grace, joiners, cancelled versions, go-live."""

from dataclasses import replace

import pytest

from portal.clearance.rules import bound_from, decide, judged
from tests.clearance.facts import (
    CLEARED,
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
)

TWO = version("2.0", "2026-06-01 09:00", grace="2026-06-15 11:00", published="2026-05-01")
THREE = version("3.0", "2026-06-08 09:00", grace="2026-06-22 11:00", published="2026-05-20")


def binding(standing, when):
    (case,) = judged(standing, at=at(when))
    return case.binding and case.binding.label


@pytest.mark.parametrize(
    ("when", "label"),
    [
        ("2025-12-31 23:59:59", None),
        ("2026-01-01 00:00:00", "1.0"),
        ("2026-06-01 09:00:01", "1.0"),
        ("2026-06-15 10:59:59", "1.0"),
        ("2026-06-15 11:00:00", "2.0"),
    ],
)
def test_during_grace_the_previous_version_still_binds(when, label):
    assert binding(having(CLEARED, ONE, TWO), when) == label


@pytest.mark.parametrize(
    ("when", "label"),
    [
        ("2026-06-08 09:00:00", "1.0"),
        ("2026-06-15 11:00:00", "2.0"),
        ("2026-06-22 10:59:59", "2.0"),
        ("2026-06-22 11:00:00", "3.0"),
    ],
)
def test_grace_after_grace_binds_one_version_after_the_other(when, label):
    assert binding(having(CLEARED, ONE, TWO, THREE), when) == label


def test_a_shorter_grace_of_a_newer_version_overtakes_the_older():
    quick = replace(THREE, grace_ends_at=at("2026-06-10"))

    assert binding(having(CLEARED, ONE, TWO, quick), "2026-06-11") == "3.0"


@pytest.mark.parametrize(
    ("acknowledgements", "moment"),
    [
        ((), TWO.effective_at),
        ((signed("1.0", "2026-01-05"),), TWO.grace_ends_at),
        ((signed("2.0", "2026-05-05"),), TWO.grace_ends_at),
        ((signed("1.0", "2026-01-05", expires="2026-06-01 09:00"),), TWO.effective_at),
        ((signed("1.0", "2026-01-05", expires="2026-06-01 09:01"),), TWO.grace_ends_at),
        ((signed("1.0", "2026-01-05", revoked="2026-06-01 09:00"),), TWO.effective_at),
        ((signed("1.0", "2026-06-01 09:01"),), TWO.effective_at),
        ((signed("1.0", "2026-06-01 09:00"),), TWO.grace_ends_at),
    ],
    ids=["none", "held", "announced", "expired", "in time", "revoked", "late", "just then"],
)
def test_grace_is_for_whoever_held_a_signature_as_the_version_took_effect(acknowledgements, moment):
    assert bound_from(TWO, signed=acknowledgements) == moment


def test_a_signature_that_expires_during_grace_blocks_at_once():
    expiring = (signed("1.0", "2026-01-05", expires="2026-06-05 11:00"),)
    standing = having(CLEARED, ONE, TWO, acknowledgements=expiring)

    assert decide(standing, at=at("2026-06-05 10:59:59")).cleared
    assert decide(standing, at=at("2026-06-05 11:00")).codes[-1] == "signature-expired"
    assert decide(standing, at=at("2026-06-15 11:00")).codes[-1] == "not-signed"


def test_a_joiner_signs_the_announced_version_and_needs_no_other():
    joined = (signed("2.0", "2026-05-05"),)
    standing = having(NEW, ONE, TWO, acknowledgements=joined)

    assert [decide(standing, at=at(day)).cleared for day in ("2026-05-04", "2026-05-05")] == [
        False,
        True,
    ]
    assert decide(standing, at=TWO.effective_at).cleared
    assert decide(standing, at=TWO.grace_ends_at).cleared


def test_a_joiner_who_has_signed_nothing_has_no_grace():
    (quiz, signature) = decide(having(NEW, ONE, TWO), at=TWO.effective_at).blocks

    assert quiz.about.version == signature.about.version == "2.0"
    assert binding(having(NEW, ONE, TWO), "2026-06-01 09:00") == "2.0"


def test_whoever_returns_has_no_grace_from_the_former_engagement():
    engagements = (
        period("2026-01-02", "2026-04-01", name="first"),
        period("2026-05-01", name="second"),
    )

    assert binding(having(CLEARED, ONE, TWO, engagements=engagements), "2026-06-02") == "2.0"


def test_what_is_signed_is_the_newest_version_also_when_an_older_one_binds():
    (_, signature) = decide(having(NEW, ONE, TWO), at=at("2026-05-02")).blocks

    assert signature.about.version == "2.0"


def test_a_version_that_binds_is_answered_by_a_newer_one():
    ahead = (signed("3.0", "2026-05-21"),)
    standing = having(CLEARED, ONE, TWO, THREE, acknowledgements=ahead)

    assert all(decide(standing, at=at(day)).cleared for day in ("2026-05-22", "2026-06-30"))


@pytest.mark.parametrize(("day", "cleared"), [("2026-05-09", True), ("2026-05-10", False)])
def test_signatures_of_a_cancelled_version_stop_counting(day, cleared):
    called_off = replace(TWO, cancelled_at=at("2026-05-10"))
    joined = (signed("2.0", "2026-05-05"),)
    standing = having(NEW, ONE, called_off, acknowledgements=joined)

    assert decide(standing, at=at(day)).cleared is cleared
    assert binding(standing, "2026-07-01") == "1.0"


def test_after_a_cancelled_version_the_older_one_is_signed_and_nothing_called_expired():
    called_off = replace(TWO, cancelled_at=at("2026-05-10"))
    joined = (signed("2.0", "2026-05-05", expires="2026-05-06"),)

    blocks = decide(having(NEW, ONE, called_off, acknowledgements=joined), at=at("2026-07-01"))

    assert blocks.codes == ("quiz-not-passed", "not-signed")
    assert blocks.blocks[0].about.version == "1.0"


def test_wording_neither_asks_for_a_signature_nor_shortens_grace():
    wording = version("2.1", "2026-06-02", grace="2026-06-02", published="2026-06-02")
    standing = having(CLEARED, ONE, version("1.1", "2026-03-01"), TWO, wording)

    assert decide(standing, at=TWO.grace_ends_at - SECOND).cleared
    assert binding(standing, "2026-06-15 11:00") == "2.0"


def test_a_signature_of_a_wording_answers_its_major():
    wording = version("1.1", "2026-03-01")
    fresh = (signed("1.1", "2026-03-02"),)

    assert decide(having(NEW, ONE, wording, acknowledgements=fresh), at=at("2026-05-01")).cleared


@pytest.mark.parametrize(
    ("engaged", "when", "cleared"),
    [
        ("2026-02-28 23:59:59", "2026-03-31 23:59:59", True),
        ("2026-02-28 23:59:59", "2026-04-01 00:00:00", False),
        ("2026-03-01 00:00:00", "2026-03-02 00:00:00", False),
        ("2026-03-01 10:00:00", "2026-03-02 00:00:00", False),
    ],
    ids=["engaged before", "its day has come", "that midnight", "the same morning"],
)
def test_go_live_spares_until_its_day_those_engaged_before_the_day_it_was_set(
    engaged, when, cleared
):
    told = (enforced("2026-04-01", said="2026-03-01 09:00"),)
    since = (period(engaged, name="first"),)
    standing = having(NEW, requirements=(requirement(ONE, enforcements=told),), engagements=since)

    assert decide(standing, at=at(when)).cleared is cleared


def test_a_return_after_go_live_is_bound_at_once():
    told = (enforced("2026-04-01", said="2026-03-01 09:00"),)
    engagements = (
        period("2026-01-02", "2026-02-01", name="first"),
        period("2026-03-05", name="second"),
    )
    standing = having(
        NEW, requirements=(requirement(ONE, enforcements=told),), engagements=engagements
    )

    assert not decide(standing, at=at("2026-03-10")).cleared


def test_a_policy_that_is_not_yet_enforced_is_in_force_all_the_same():
    told = (enforced("2026-04-01", said="2026-03-01"),)
    standing = having(NEW, requirements=(requirement(ONE, enforcements=told),))
    (case,) = judged(standing, at=at("2026-03-02"))

    assert case.binding == ONE
    assert not case.enforced
    assert "nothing-in-force" not in decide(standing, at=at("2026-03-02")).codes


@pytest.mark.parametrize(
    ("when", "cleared"),
    [("2026-02-20", False), ("2026-03-02", True), ("2026-04-02", False), ("2026-04-06", True)],
    ids=["nothing said yet", "spared", "its day", "put off"],
)
def test_the_last_word_said_by_then_tells_from_when_it_is_enforced(when, cleared):
    told = (
        enforced("2026-04-01", said="2026-03-01"),
        enforced("2026-05-01", said="2026-04-05"),
    )
    standing = having(NEW, requirements=(requirement(ONE, enforcements=told),))

    assert decide(standing, at=at(when)).cleared is cleared
