"""Small quizzes for the tests, and a strategy that makes any valid one."""

import random
from pathlib import Path

from hypothesis import strategies as st

from portal.policies.text import parse
from portal.quizzes.content import Quiz
from portal.quizzes.drawing import draw
from portal.quizzes.loader import load
from portal.quizzes.marking import Answered, position
from portal.quizzes.rules import Wish
from portal.quizzes.steps import Kind

ROOT = Path(__file__).parents[2]
CODE = parse((ROOT / "policies/online-safeguarding/1.0.md").read_text("utf-8"))
FILE = ROOT / "quizzes/online-safeguarding.toml"
QUIZ = load(FILE, clauses=CODE.clauses)
IDS = frozenset(scenario.id for scenario in QUIZ.scenarios)
FULL = Wish(size=8, walks=2, must_cover=QUIZ.must_cover)
TAGS = {
    Kind.RIGHT: {"right": True},
    Kind.SAFER: {"right": True, "safer": True},
    Kind.WRONG: {},
}


def drawn(seed, wish=FULL, *, eligible=IDS):
    """One attempt at the quiz that ships."""
    return draw(QUIZ, wish, eligible=eligible, lengths=CODE.lengths, rng=random.Random(seed))


def walk_through(attempt, pick):
    """Every choice of someone who takes `pick(answers)` of all that could be given at each step."""
    choices = []
    while place := position(attempt, choices):
        choices.append(pick(answers_at(place)).choice)
    return choices


def answers_at(place):
    """Each answer that could be given here, options in the order in which they are shown."""
    shown = place.asked.options(place.step)
    step = place.step.model_copy(update={"options": shown})
    return [Answered(place=place, taken=taken) for taken in step.every_answer()]


def of_kind(*kinds):
    """Take the first answer of the first of these kinds that there is."""
    return lambda answers: next(one for kind in kinds for one in answers if one.kind is kind)


def an_option(number, kind, leads_to=None):
    return {
        "id": f"o{number}",
        "text": f"Do this {number}",
        "outcome": "It happens.",
        "why": "So it is.",
        "clauses": ("ABC-1",),
        "next": leads_to,
        **TAGS[kind],
    }


def a_step(number, options, *, clause="ABC-1", critical=False):
    return {
        "id": f"s{number}",
        "clauses": (clause,),
        "situation": "Later." if number else None,
        "question": "What now?",
        "critical": critical,
        "options": options,
    }


@st.composite
def walks(draw_one, name):
    """A walk of up to five steps in which each step is reached and each way leads on or ends."""
    count = draw_one(st.integers(2, 5))
    steps, reached = [], {0}
    for number in range(count):
        onward = st.sampled_from([*range(number + 1, count), None])
        kinds = [
            Kind.RIGHT,
            Kind.WRONG,
            *draw_one(st.lists(st.sampled_from([*Kind][1:]), max_size=2)),
        ]
        leads = [draw_one(onward) for _ in kinds]
        if number + 1 < count and number + 1 not in reached | set(leads):
            leads[draw_one(st.integers(0, len(kinds) - 1))] = number + 1
        reached |= set(leads)
        options = [
            an_option(n, kind, None if to is None else f"s{to}")
            for n, (kind, to) in enumerate(zip(kinds, leads, strict=True))
        ]
        clause = f"ABC-{draw_one(st.integers(1, 3))}"
        steps.append(a_step(number, options, clause=clause, critical=draw_one(st.booleans())))
    return {"id": name, "title": name, "form": "walk", "situation": "Here.", "steps": steps}


def a_single(name, *, clause="ABC-1", critical=False):
    options = [an_option(0, Kind.WRONG), an_option(1, Kind.RIGHT), an_option(2, Kind.SAFER)]
    steps = [a_step(0, options, clause=clause, critical=critical)]
    return {"id": name, "title": name, "form": "single", "situation": "Here.", "steps": steps}


def a_whole(*kinds):
    return {
        f"when_{kind}": {"outcome": "So.", "why": "As.", "clauses": ("ABC-1",)} for kind in kinds
    }


def an_order(name, *, clause="ABC-1", critical=False):
    options = [{"id": f"o{n}", "text": f"Do this {n}"} for n in range(4)]
    options[2]["after"], options[3]["after"] = ("o0", "o1"), ("o2",)
    step = {**a_step(0, options, clause=clause, critical=critical), "asks": "order"}
    steps = [{**step, **a_whole("right", "safer", "wrong")}]
    return {"id": name, "title": name, "form": "single", "situation": "Here.", "steps": steps}


def a_choose_all(name, *, clause="ABC-1", critical=False):
    kinds = (Kind.WRONG, Kind.RIGHT, Kind.SAFER, Kind.RIGHT)
    options = [{"id": f"o{n}", "text": f"Do {n}", **TAGS[kind]} for n, kind in enumerate(kinds)]
    step = {**a_step(0, options, clause=clause, critical=critical), "asks": "all"}
    steps = [{**step, **a_whole("right", "safer", "wrong")}]
    return {"id": name, "title": name, "form": "single", "situation": "Here.", "steps": steps}


@st.composite
def attempts(draw_one):
    """An attempt at any valid quiz, all of it."""
    singles = [
        a_single(f"S{n}", clause=f"ABC-{1 + n % 3}", critical=draw_one(st.booleans()))
        for n in range(draw_one(st.integers(1, 4)))
    ]
    singles += [an_order(f"O{n}") for n in range(draw_one(st.integers(0, 2)))]
    singles += [a_choose_all("A0")] * draw_one(st.integers(0, 1))
    walking = [draw_one(walks(f"W{n}")) for n in range(draw_one(st.integers(1, 3)))]
    quiz = Quiz.model_validate(
        {
            "policy": "a-policy",
            "major": 1,
            "version": "1.0",
            "title": "Any quiz",
            "must_cover": ("ABC-1",),
            "scenarios": singles + walking,
        }
    )
    wish = Wish(size=len(quiz.scenarios), walks=len(walking), must_cover=quiz.must_cover)
    rng = random.Random(draw_one(st.integers(0, 999)))
    return draw(quiz, wish, eligible={one.id for one in quiz.scenarios}, lengths={}, rng=rng)
