"""What a group understood, reckoned from what each of them chose when they first met it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.quizzes.content import Scenario
from portal.quizzes.drawing import Asked
from portal.quizzes.marking import mark, replay
from portal.quizzes.met import Closed, Met
from portal.quizzes.shares import Share
from portal.quizzes.statistics import NO_TEAM, figures
from portal.quizzes.steps import Asks, Kind
from tests.factories import EARLIER
from tests.quizzes.samples import a_choose_all, an_order, drawn, of_kind, walk_through

RIGHT, WRONG = of_kind(Kind.RIGHT), of_kind(Kind.WRONG, Kind.RIGHT)


def attempt(person, pick, *, seed=1, n=1, minutes=8):
    """One finished attempt of somebody who chooses so."""
    asked = drawn(seed)
    choices = walk_through(asked, pick)
    answers = replay(asked, choices).answers
    met = tuple(
        Met(
            asked=one,
            choices=tuple(
                (each.step, each.option) for each in choices if each.scenario == one.scenario.id
            ),
        )
        for one in asked.asked
    )
    assert answers
    return Closed(
        person_id=person,
        n=n,
        opened_at=EARLIER,
        closed_at=EARLIER + timedelta(minutes=minutes),
        missed=frozenset(mark(asked, choices, pass_percent=80).missed_clauses),
        met=met,
    )


def test_of_each_person_only_the_first_meeting_counts():
    told = figures([attempt("a", WRONG), attempt("a", RIGHT, n=2)], teams={})

    assert (told.people, told.attempts) == (1, 2)
    assert {each.right for each in told.clauses} == {Share(part=0, of=1)}
    assert {each.right for each in told.scenarios} == {Share(part=0, of=1)}


def test_every_choice_is_counted_and_the_first_ones_apart():
    told = figures([attempt("a", WRONG), attempt("a", RIGHT, n=2), attempt("b", RIGHT)], teams={})

    for each in told.scenarios:
        step = each.scenario.steps[0]
        assert each.right == Share(part=1, of=2)
        if step.asks is not Asks.ONE:
            continue
        chosen = {option.id: each.chosen[step.id, option.id] for option in step.options}
        first = {option.id: each.first[step.id, option.id] for option in step.options}
        assert sum(chosen.values()) == 3
        assert sum(first.values()) == 2


@pytest.mark.parametrize(
    ("asks", "ids", "counted"),
    [
        (an_order, "o1 o0 o2 o3", {"o2": 1, "o3": 1}),
        (a_choose_all, "o0 o3", {"o0": 1, "o3": 1}),
    ],
)
def test_of_several_options_each_that_was_chosen_or_well_placed_is_counted(asks, ids, counted):
    scenario = Scenario.model_validate(asks("A"))
    asked = Asked(scenario=scenario, digest="", orders=())
    one = replace(attempt("a", RIGHT), met=(Met(asked=asked, choices=(("s0", ids),)),))

    (told,) = figures([one], teams={}).scenarios

    assert told.first == {("s0", each): count for each, count in counted.items()}


def test_teams_are_told_apart_and_the_weakest_come_first():
    people = [attempt(f"n{n}", RIGHT) for n in range(12)] + [attempt("s", WRONG)]
    teams = {f"n{n}": "North" for n in range(12)}

    told = figures(people, teams=teams)

    assert told.teams == (NO_TEAM, "North")
    assert all(each.teams["North"] == Share(part=12, of=12) for each in told.clauses)
    assert all(each.teams[NO_TEAM] == Share(part=0, of=1) for each in told.clauses)


def test_what_cannot_be_told_comes_after_what_can():
    group = [attempt(f"n{n}", RIGHT if n % 2 else WRONG) for n in range(12)]

    told = figures([*group, attempt("late", WRONG, seed=2)], teams={})

    counts = [each.right.of >= 10 for each in told.clauses]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == 2


def test_the_wrong_choice_made_most_often_is_named():
    told = figures([attempt(f"n{n}", WRONG) for n in range(3)], teams={})

    for each in told.scenarios:
        if each.scenario.steps[0].asks is Asks.ORDER:
            continue
        wrong = [o.text for s in each.scenario.steps for o in s.options if o.kind is Kind.WRONG]
        assert each.most_wrong() in wrong
    assert figures([attempt("a", RIGHT)], teams={}).scenarios[0].most_wrong() == ""


@pytest.mark.parametrize(("count", "told"), [(9, None), (12, 8)])
def test_times_are_told_of_groups_only(count, told):
    minutes = figures([attempt(f"n{n}", RIGHT) for n in range(count)], teams={}).minutes

    assert (minutes and minutes.middle) == told


def test_a_scenario_is_counted_since_its_words_last_changed():
    old, new = attempt("a", WRONG), attempt("b", RIGHT)
    met = tuple(
        replace(each, asked=each.asked.model_copy(update={"digest": f"{each.asked.digest} anew"}))
        for each in new.met
    )

    told = figures([old, replace(new, met=met)], teams={})

    assert {each.right for each in told.scenarios} == {Share(part=1, of=1)}
