"""Who may teach: each reason alone, and one second either side of each boundary."""

from dataclasses import replace

import pytest

from portal.clearance.rules import Standing, decide, judged
from tests.clearance.facts import (
    ALWAYS,
    CLEARED,
    LESSON,
    NEW,
    ONE,
    SECOND,
    at,
    having,
    passed,
    period,
    requirement,
    signed,
    version,
)

OTHER = requirement(ONE, policy="travel")


def test_a_tutor_who_passed_and_signed_may_teach():
    decision = decide(CLEARED, at=LESSON)

    assert decision.cleared
    assert decision.codes == ()
    assert decision.next_step is None


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"engagements": ()}, ["not-engaged"]),
        ({"enabled_in": ()}, ["not-enabled"]),
        ({"suspensions": (ALWAYS,)}, ["suspended"]),
        ({"requirements": ()}, ["nothing-in-force"]),
        ({"requirements": (requirement(),)}, ["nothing-in-force"]),
        ({"requirements": (requirement(version("1.0", "2026-06-02")),)}, ["nothing-in-force"]),
        ({"requirements": (requirement(ONE, applies=()),)}, ["nothing-in-force"]),
        ({"acknowledgements": (), "passes": ()}, ["quiz-not-passed", "not-signed"]),
        ({"acknowledgements": ()}, ["not-signed"]),
        (
            {"acknowledgements": (signed("1.0", "2026-01-05", revoked="2026-05-01"),)},
            ["quiz-not-passed", "signature-revoked"],
        ),
        (
            {"acknowledgements": (signed("1.0", "2026-01-05", expires="2026-05-01"),)},
            ["quiz-not-passed", "signature-expired"],
        ),
        ({"requirements": (requirement(ONE), OTHER)}, ["quiz-not-passed", "not-signed"]),
    ],
    ids=str,
)
def test_each_reason_blocks_alone(change, codes):
    assert decide(replace(CLEARED, **change), at=LESSON).codes == tuple(codes)


def test_about_somebody_of_whom_nothing_is_known_the_answer_is_no():
    codes = decide(Standing(), at=LESSON).codes

    assert codes == ("not-engaged", "not-enabled", "nothing-in-force")


def test_a_block_says_which_policy_which_version_and_what_to_do():
    both = replace(NEW, requirements=(OTHER, requirement(ONE)), acknowledgements=(signed_travel(),))

    quiz, signature = decide(both, at=LESSON).blocks

    assert quiz.about == signature.about
    assert (quiz.about.policy, quiz.about.version) == ("online-safeguarding", "1.0")
    assert (quiz.step.code, signature.step.code) == ("pass-quiz", "sign")
    assert decide(both, at=LESSON).next_step == quiz.step


def signed_travel():
    return signed("1.0", "2026-01-05", policy="travel")


def test_reasons_come_in_the_order_to_fix_them():
    worst = replace(NEW, enabled_in=(), suspensions=(ALWAYS,))

    codes = decide(worst, at=LESSON).codes

    assert codes == ("not-enabled", "suspended", "quiz-not-passed", "not-signed")


def test_one_of_two_policies_signed_does_not_clear_and_the_other_is_named():
    standing = replace(CLEARED, requirements=(requirement(ONE), OTHER))

    assert {block.about.policy for block in decide(standing, at=LESSON).blocks} == {"travel"}


@pytest.mark.parametrize(
    ("fact", "moment"),
    [
        ({"engagements": (period("2026-01-02", "2026-06-01", name="first"),)}, "2026-06-01"),
        ({"enabled_in": (period("2026-01-02", "2026-06-01"),)}, "2026-06-01"),
        ({"suspensions": (period("2026-06-01"),)}, "2026-06-01"),
        ({"requirements": (requirement(ONE, version("2.0", "2026-05-01", grace="2026-06-01")),)},
         "2026-06-01"),
        ({"acknowledgements": (signed("1.0", "2026-01-05", expires="2026-06-01 11:00"),)},
         "2026-06-01 11:00"),
        ({"acknowledgements": (signed("1.0", "2026-01-05", revoked="2026-06-01 09:30"),)},
         "2026-06-01 09:30"),
        ({"requirements": (requirement(ONE, applies=((period("2025-01-01", "2026-06-01"),),)),)},
         "2026-06-01"),
    ],
    ids=["engaged", "enabled", "not suspended", "grace", "expiry", "revocation", "audience"],
)  # fmt: skip
def test_up_to_the_second_before_it_ends_a_tutor_may_teach(fact, moment):
    standing = replace(CLEARED, **fact)

    assert decide(standing, at=at(moment) - SECOND).cleared
    assert not decide(standing, at=at(moment)).cleared
    assert not decide(standing, at=at(moment) + SECOND).cleared


@pytest.mark.parametrize(
    ("fact", "moment"),
    [
        ({"engagements": (period("2026-01-05 09:00", name="first"),)}, "2026-01-05 12:00"),
        ({"acknowledgements": (signed("1.0", "2026-02-01 10:00"),)}, "2026-02-01 10:00"),
        ({"enabled_in": (period("2026-02-01"),)}, "2026-02-01"),
        ({"suspensions": (period("2026-01-20", "2026-02-01"),)}, "2026-02-01"),
        ({"requirements": (requirement(ONE, applies=((period("2026-02-01"),),)),)}, "2026-02-01"),
    ],
    ids=["signature", "later signature", "enabled", "suspension over", "audience"],
)
def test_from_the_second_at_which_it_begins_a_tutor_may_teach(fact, moment):
    standing = replace(CLEARED, **fact)

    assert not decide(standing, at=at(moment) - SECOND).cleared
    assert decide(standing, at=at(moment)).cleared
    assert decide(standing, at=at(moment) + SECOND).cleared


def test_the_question_is_about_the_time_of_the_lesson():
    two = having(CLEARED, ONE, version("2.0", "2026-06-01", grace="2026-06-15"))

    assert decide(two, at=at("2026-06-14")).cleared
    assert decide(two, at=at("2026-06-16")).codes == ("quiz-not-passed", "not-signed")


@pytest.mark.parametrize(
    ("when", "cleared"),
    [("2026-03-01", True), ("2026-05-01", False), ("2026-08-01", False), ("2026-09-02", True)],
)
def test_whoever_leaves_and_returns_signs_again(when, cleared):
    returned = replace(
        CLEARED,
        engagements=(
            period("2026-01-02", "2026-04-01", name="first"),
            period("2026-07-01", name="second"),
        ),
        acknowledgements=(
            signed("1.0", "2026-01-05"),
            signed("1.0", "2026-09-01", cycle="2", engagement="second"),
        ),
    )

    assert decide(returned, at=at(when)).cleared is cleared


def test_after_a_return_the_old_signature_is_no_signature_and_the_old_pass_no_pass():
    back = period("2026-05-01", name="second")
    returned = replace(CLEARED, engagements=(back,))

    assert decide(returned, at=LESSON).codes == ("quiz-not-passed", "not-signed")


@pytest.mark.parametrize(
    ("a_pass", "open_reasons"),
    [
        (passed(1, "2026-05-01", cycle=1), ("quiz-not-passed", "signature-expired")),
        (passed(2, "2026-05-01", cycle=2), ("quiz-not-passed", "signature-expired")),
        (passed(1, "2026-06-02", cycle=2), ("quiz-not-passed", "signature-expired")),
        (passed(1, "2026-05-01", cycle=2), ("signature-expired",)),
    ],
    ids=["an older cycle", "another major", "later", "this cycle"],
)
def test_a_pass_belongs_to_one_major_and_one_cycle(a_pass, open_reasons):
    expired = (signed("1.0", "2026-01-05", expires="2026-04-01"),)
    standing = replace(CLEARED, acknowledgements=expired, passes=(a_pass,))

    assert decide(standing, at=LESSON).codes == open_reasons


def test_a_revoked_renewal_leaves_the_older_signature_standing():
    both = (signed("1.0", "2026-01-05"), signed("1.0", "2026-05-01", revoked="2026-05-02"))

    assert decide(replace(CLEARED, acknowledgements=both), at=LESSON).cleared


@pytest.mark.parametrize(
    ("way", "cleared"),
    [
        ((ALWAYS, period("2026-05-01")), False),
        ((ALWAYS, period("2026-05-01", "2026-05-20")), True),
        ((period("2025-01-01", "2026-05-01"), ALWAYS), True),
    ],
    ids=["in the team", "no longer in the team", "no longer for the team"],
)
def test_a_policy_for_a_team_binds_while_audience_and_membership_both_run(way, cleared):
    travel = requirement(ONE, policy="travel", applies=(way,))
    standing = replace(CLEARED, requirements=(requirement(ONE), travel))

    assert decide(standing, at=LESSON).cleared is cleared


def test_a_lesson_rests_on_the_signatures_that_meet_what_is_in_force():
    signatures = (signed("1.0", "2026-01-05"), signed("1.0", "2026-06-02"), signed_travel())
    (case,) = judged(replace(CLEARED, acknowledgements=signatures), at=LESSON)

    assert [each.id for each in case.met_by] == ["1.0 of 2026-01-05"]


def test_what_is_required_and_held_can_be_shown():
    (case,) = judged(CLEARED, at=LESSON)

    assert case.binding == ONE
    assert case.met_by == CLEARED.acknowledgements
    assert not case.blocks
