"""What came of the choices: where the tutor is, what each choice meant, and the mark.

Out of: one point for each step of the right way, fixed when the attempt is drawn. A wrong choice
loses the point of its step, and of the steps that are left out because of it. What is left out by
a choice safer than the policy asks is not lost. Steps on a detour earn and cost no points.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from portal.quizzes.content import Kind, Option, Step
from portal.quizzes.drawing import Asked, Drawn


class BadChoice(ValueError):
    """The choice does not belong to the step at which the tutor is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option taken at one step, by their ids in the drawn copy."""

    scenario: str
    step: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The step that is to be answered next; `number` of `count` scenarios, from 1."""

    number: int
    count: int
    asked: Asked
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One step with the option that was taken there."""

    place: Position
    option: Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The way an attempt went: each step answered so far, and the one to answer next."""

    answers: tuple[Answered, ...]
    next: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a browser may know of a step: no key, no outcome, no id that could be compared."""

    title: str
    situation: str
    question: str
    options: tuple[tuple[str, str], ...]  # number as shown, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a tutor learns once a choice is made."""

    kind: Kind
    outcome: str
    why: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The result of a finished attempt; the clauses are those to open again."""

    score: int
    out_of: int
    passed: bool
    missed_clauses: tuple[str, ...]
    critical_missed: tuple[str, ...]  # ids of scenarios


def replay(drawn: Drawn, choices: Iterable[Choice]) -> Replay:
    """Return what these choices amount to; raises BadChoice where one does not fit its step."""
    answers = []
    here = _start(drawn, 1)
    for choice in choices:
        answer = _answer(here, choice)
        answers.append(answer)
        here = _after(drawn, answer)
    return Replay(answers=tuple(answers), next=here)


def position(drawn: Drawn, choices: Iterable[Choice]) -> Position | None:
    """Return the step to answer next, None when all is answered; raises BadChoice."""
    return replay(drawn, choices).next


def shown(place: Position) -> Shown:
    """Return the step as it may be shown, options numbered in this tutor's order."""
    scenario = place.asked.scenario
    options = enumerate(place.asked.options(place.step), start=1)
    return Shown(
        title=scenario.title,
        situation=place.step.situation or scenario.situation,
        question=place.step.question,
        options=tuple((str(number), option.text) for number, option in options),
    )


def chosen(place: Position, number: str) -> Choice:
    """Return the choice behind the number of an option as shown; raises BadChoice."""
    for own, option in enumerate(place.asked.options(place.step), start=1):
        if str(own) == number:
            return Choice(scenario=place.asked.scenario.id, step=place.step.id, option=option.id)
    raise BadChoice(f"no option is numbered {number!r}")


def feedback(answer: Answered) -> Feedback:
    """Return what happened, why, and the clauses behind it."""
    option = answer.option
    return Feedback(
        kind=option.kind, outcome=option.outcome, why=option.why, clauses=option.clauses
    )


def mark(drawn: Drawn, choices: Iterable[Choice], *, pass_percent: int) -> Marked:
    """Return the result; raises BadChoice while a step is still to be answered."""
    walked = replay(drawn, choices)
    if walked.next:
        raise BadChoice("the attempt is not finished")
    missed = tuple(_missed(walked.answers))
    ways = {(one.scenario.id, step.id) for one in drawn.asked for step in one.scenario.right_way}
    score = len(ways) - sum((scenario, step.id) in ways for scenario, step in missed)
    critical = tuple(dict.fromkeys(scenario for scenario, step in missed if step.critical))
    return Marked(
        score=score,
        out_of=len(ways),
        passed=not critical and score * 100 >= pass_percent * len(ways),
        missed_clauses=tuple(sorted({clause for _, step in missed for clause in step.clauses})),
        critical_missed=critical,
    )


def _start(drawn: Drawn, number: int) -> Position | None:
    if number > len(drawn.asked):
        return None
    asked = drawn.asked[number - 1]
    return Position(
        number=number, count=len(drawn.asked), asked=asked, step=asked.scenario.steps[0]
    )


def _answer(here: Position | None, choice: Choice) -> Answered:
    if here is None or (choice.scenario, choice.step) != (here.asked.scenario.id, here.step.id):
        raise BadChoice(f"{choice.scenario}, step {choice.step} is not the step to answer")
    for option in here.step.options:
        if option.id == choice.option:
            return Answered(place=here, option=option)
    raise BadChoice(f"{choice.scenario}, step {choice.step} has no option {choice.option!r}")


def _after(drawn: Drawn, answer: Answered) -> Position | None:
    """Return where a choice leads: on within the walk, or to the next scenario."""
    for step in answer.place.asked.scenario.steps:
        if step.id == answer.option.next:
            return replace(answer.place, step=step)
    return _start(drawn, answer.place.number + 1)


def _missed(answers: Iterable[Answered]) -> Iterator[tuple[str, Step]]:
    """Yield each step that was answered wrong or left out because of a wrong turn."""
    turns: dict[str, Kind] = {}  # how each scenario last left the right way
    for answer in answers:
        scenario, kind = answer.place.asked.scenario.id, answer.option.kind
        if kind is not Kind.RIGHT:
            turns[scenario] = kind
        if kind is Kind.WRONG:
            yield scenario, answer.place.step
        if turns.get(scenario) is Kind.WRONG:
            yield from ((scenario, step) for step in _left_out(answer))


def _left_out(answer: Answered) -> Iterator[Step]:
    """Yield the steps of the right way that lie between this one and the next."""
    scenario = answer.place.asked.scenario
    ids = [step.id for step in scenario.steps]
    following = ids.index(answer.option.next) if answer.option.next else len(ids)
    between = ids[ids.index(answer.place.step.id) + 1 : following]
    return (step for step in scenario.right_way if step.id in between)
