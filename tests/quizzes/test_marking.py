"""Marking: safer is never wrong, a critical miss fails, every walk ends, and the key stays here."""

import json
import random
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.quizzes.content import Scenario
from portal.quizzes.drawing import Asked, Drawn, pack, unpack
from portal.quizzes.marking import (
    BadChoice,
    Choice,
    chosen,
    feedback,
    mark,
    position,
    replay,
    shown,
)
from portal.quizzes.steps import Kind
from tests.quizzes.samples import (
    a_single,
    a_step,
    an_option,
    attempts,
    drawn,
    of_kind,
    walk_through,
)

RIGHT = of_kind(Kind.RIGHT)
SAFEST = of_kind(Kind.SAFER, Kind.RIGHT)
WRONG = of_kind(Kind.WRONG)


def attempt_at(*scenarios):
    """An attempt at these scenarios, options in the order of the file."""
    asked = []
    for one in map(Scenario.model_validate, scenarios):
        orders = tuple(tuple(option.id for option in step.options) for step in one.steps)
        asked.append(Asked(scenario=one, digest="", orders=orders))
    return Drawn(policy="p", major=1, version="1.0", digest="", asked=tuple(asked))


def two_ways_down():
    """Four steps; s1 is a detour, and the safer option of s0 leaves out s2."""
    steps = [
        a_step(
            0,
            [
                an_option(0, Kind.RIGHT, "s2"),
                an_option(1, Kind.WRONG, "s1"),
                an_option(2, Kind.SAFER, "s3"),
            ],
        ),
        a_step(
            1,
            [
                an_option(0, Kind.RIGHT, "s2"),
                an_option(1, Kind.WRONG),
                an_option(2, Kind.SAFER, "s3"),
            ],
            clause="ABC-2",
        ),
        a_step(2, [an_option(0, Kind.RIGHT, "s3"), an_option(1, Kind.WRONG, "s3")], clause="ABC-3"),
        a_step(3, [an_option(0, Kind.RIGHT), an_option(1, Kind.WRONG)], clause="ABC-4"),
    ]
    return attempt_at(
        {"id": "W", "title": "W", "form": "walk", "situation": "Here.", "steps": steps}
    )


def took(*way):
    return [Choice(scenario="W", step=one[:2], option=one[2:]) for one in way]


@pytest.mark.parametrize(
    ("way", "score", "missed"),
    [
        (("s0o0", "s2o0", "s3o0"), 3, ()),
        (("s0o2", "s3o0"), 3, ()),
        (("s0o1", "s1o0", "s2o0", "s3o0"), 2, ("ABC-1",)),
        (("s0o1", "s1o2", "s3o0"), 2, ("ABC-1",)),
        (("s0o1", "s1o1"), 0, ("ABC-1", "ABC-2", "ABC-3", "ABC-4")),
        (("s0o0", "s2o1", "s3o1"), 1, ("ABC-3", "ABC-4")),
    ],
)
def test_a_detour_costs_the_step_that_led_to_it_and_what_it_leaves_out(way, score, missed):
    marked = mark(two_ways_down(), took(*way), pass_percent=80)

    assert (marked.score, marked.out_of) == (score, 3)
    assert marked.missed_clauses == missed


def test_four_of_five_is_eighty_percent_and_passes():
    attempt = attempt_at(*(a_single(f"S{n}") for n in range(5)))
    choices = walk_through(attempt, RIGHT)
    wrong = Choice(scenario="S0", step="s0", option="o0")

    assert mark(attempt, [wrong, *choices[1:]], pass_percent=80).passed
    assert not mark(attempt, [wrong, *choices[1:]], pass_percent=81).passed


def test_a_missed_critical_step_fails_whatever_the_score():
    attempt = attempt_at(a_single("S0", critical=True), *(a_single(f"S{n}") for n in range(1, 20)))
    choices = walk_through(attempt, RIGHT)
    choices[0] = Choice(scenario="S0", step="s0", option="o0")

    marked = mark(attempt, choices, pass_percent=80)

    assert (marked.score, marked.out_of) == (19, 20)
    assert marked.critical_missed == ("S0",)
    assert not marked.passed


@given(attempts())
def test_any_quiz_is_passed_by_doing_what_the_policy_asks(attempt):
    marked = mark(attempt, walk_through(attempt, RIGHT), pass_percent=100)

    assert marked.passed
    assert marked.score == marked.out_of


@given(attempts())
def test_any_quiz_is_passed_by_doing_what_is_safer_wherever_one_can(attempt):
    marked = mark(attempt, walk_through(attempt, SAFEST), pass_percent=100)

    assert marked.passed
    assert marked.missed_clauses == ()


@given(attempts())
def test_any_quiz_is_failed_by_doing_wrong(attempt):
    marked = mark(attempt, walk_through(attempt, WRONG), pass_percent=1)

    assert not marked.passed
    assert marked.score == 0


@given(attempts(), st.randoms(use_true_random=False))
def test_every_way_ends_and_a_kept_attempt_marks_the_same(attempt, rng):
    choices = walk_through(attempt, rng.choice)

    assert len(choices) <= sum(len(one.scenario.steps) for one in attempt.asked)
    assert mark(attempt, choices, pass_percent=80) == mark(
        unpack(pack(attempt)), choices, pass_percent=80
    )


@pytest.mark.long
@settings(max_examples=1000)
@given(attempts(), st.randoms(use_true_random=False))
def test_a_thousand_attempts_at_any_quiz_mark_the_same_out_of_what_is_stored(attempt, rng):
    choices = walk_through(attempt, rng.choice)
    stored = json.dumps([asdict(each) for each in choices])

    again = [Choice(**each) for each in json.loads(stored)]

    assert all(len(each.option) <= 160 for each in again)
    assert mark(unpack(pack(attempt)), again, pass_percent=80) == mark(
        attempt, choices, pass_percent=80
    )


@given(attempts(), st.randoms(use_true_random=False))
def test_points_and_clauses_are_missed_only_by_wrong_choices(attempt, rng):
    choices = walk_through(attempt, rng.choice)
    marked = mark(attempt, choices, pass_percent=80)
    wrong = [one for one in replay(attempt, choices).answers if one.kind is Kind.WRONG]

    assert 0 <= marked.score <= marked.out_of
    assert bool(marked.missed_clauses) == bool(wrong)
    assert wrong or marked.score == marked.out_of


@given(attempts(), st.randoms(use_true_random=False))
def test_the_place_is_the_same_on_any_device(attempt, rng):
    choices = walk_through(attempt, rng.choice)
    middle = choices[: len(choices) // 2]

    place = position(unpack(pack(attempt)), middle)

    assert place.step.id == choices[len(middle)].step


def test_what_is_shown_holds_no_key():
    attempt = drawn(seed=3)
    place = position(attempt, [])
    text = str(asdict(shown(place)))

    for option in place.step.options:
        assert option.text in text
        assert option.outcome not in text
        assert option.why not in text
    assert not {"right", "safer", "critical"} & set(asdict(shown(place)))


def test_each_step_of_a_walk_is_shown_with_its_own_situation():
    attempt = two_ways_down()

    assert shown(position(attempt, [])).situation == "Here."
    assert shown(position(attempt, took("s0o0"))).situation == "Later."


def test_options_are_numbered_in_the_order_of_this_attempt():
    place = position(drawn(seed=3), [])

    for number, text in shown(place).options:
        choice = chosen(place, number)
        assert text in [one.text for one in place.step.options if one.id == choice.option]


@pytest.mark.parametrize("number", ["0", "5", "-1", "", "a", "1 ", "²"])
def test_a_number_that_was_not_shown_is_refused(number):
    with pytest.raises(BadChoice, match="no option is numbered"):
        chosen(position(drawn(seed=3), []), number)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(scenario="W", step="s0", option="o9"),
        Choice(scenario="W", step="s2", option="o0"),
        Choice(scenario="X", step="s0", option="o0"),
    ],
)
def test_a_choice_that_does_not_belong_to_this_step_is_refused(choice):
    with pytest.raises(BadChoice, match=f"{choice.scenario}, step {choice.step}"):
        position(two_ways_down(), [choice])


def test_nothing_can_be_chosen_after_the_end():
    done = took("s0o1", "s1o1")

    assert position(two_ways_down(), done) is None
    with pytest.raises(BadChoice, match="not the step to answer"):
        position(two_ways_down(), [*done, *took("s2o0")])


def test_an_unfinished_attempt_has_no_mark():
    with pytest.raises(BadChoice, match="not finished"):
        mark(two_ways_down(), took("s0o0"), pass_percent=80)


def test_feedback_tells_what_happens_why_and_by_which_clause():
    (answer,) = replay(two_ways_down(), took("s0o2")).answers

    told = feedback(answer)

    assert (told.kind, told.outcome, told.why) == (Kind.SAFER, "It happens.", "So it is.")
    assert told.clauses == ("ABC-1",)


def test_random_attempts_at_our_quiz_mark_the_same_twice():
    for seed in range(200):
        attempt = drawn(seed)
        choices = walk_through(attempt, random.Random(seed).choice)

        kept = unpack(pack(attempt))
        assert mark(kept, choices, pass_percent=80) == mark(attempt, choices, pass_percent=80)
