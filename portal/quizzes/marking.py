"""What came of the choices: where the tutor is, what each choice meant, and the mark.

Out of: one point for each step of the right way, fixed when the attempt is drawn. A wrong choice
loses the point of its step, and of the steps that are left out because of it. What is left out by
a choice safer than the policy asks is not lost. Steps on a detour earn and cost no points.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from portal.quizzes.drawing import Asked, Drawn
from portal.quizzes.steps import Asks, Kind, Option, Step, Upshot


class BadChoice(ValueError):
    """The choice does not belong to the step at which the tutor is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was taken at one step, by its ids in the drawn copy; several are apart by spaces."""

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
    """One step with what was taken there: one option, all that were ticked, or the order."""

    place: Position
    taken: tuple[Option, ...]

    @property
    def kind(self) -> Kind:
        """What it amounts to."""
        return self.place.step.kind_of(self.taken)

    @property
    def upshot(self) -> Upshot:
        """What it leads to."""
        return self.place.step.upshot_of(self.taken)

    @property
    def choice(self) -> Choice:
        """It, by its ids."""
        ids = " ".join(option.id for option in self.taken)
        return Choice(scenario=self.place.asked.scenario.id, step=self.place.step.id, option=ids)


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
    asks: Asks
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
        asks=place.step.asks,
        options=tuple((str(number), option.text) for number, option in options),
    )


def chosen(place: Position, numbers: str) -> Choice:
    """Return the choice behind the numbers of options as shown, apart by spaces; raises BadChoice.

    One number where one is asked for, at least one where all that fit are, and all in an order.
    """
    by_number = dict(enumerate(place.asked.options(place.step), start=1))
    shown_as = {str(number): number for number in by_number}
    wanted = [shown_as.get(each, 0) for each in numbers.split(" ")]
    if 0 in wanted or len(set(wanted)) < len(wanted):
        raise BadChoice(f"no option is numbered {numbers!r}")
    if len(wanted) not in _counts(place.step):
        raise BadChoice(f"{place.step.id} asks for {place.step.asks}, not for {len(wanted)}")
    if place.step.asks is Asks.ALL:
        wanted.sort()
    return Answered(place=place, taken=tuple(by_number[each] for each in wanted)).choice


def numbers(place: Position, worth: Kind) -> str:
    """Return an answer of this worth, or else the right one, by its numbers as shown."""
    answers = list(place.step.every_answer())
    right = place.step.answer
    taken = next((each for each in answers if place.step.kind_of(each) is worth), right)
    shown_as = {option: n for n, option in enumerate(place.asked.options(place.step), start=1)}
    return " ".join(str(shown_as[option]) for option in taken)


def feedback(answer: Answered) -> Feedback:
    """Return what happened, why, and the clauses behind it."""
    end = answer.upshot
    return Feedback(kind=answer.kind, outcome=end.outcome, why=end.why, clauses=end.clauses)


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
    ids = choice.option.split(" ")
    known = {option.id for option in here.step.options}
    if set(ids) <= known and len(set(ids)) == len(ids) and len(ids) in _counts(here.step):
        return Answered(place=here, taken=here.step.by_ids(choice.option))
    raise BadChoice(f"{choice.scenario}, step {choice.step} has no option {choice.option!r}")


def _counts(step: Step) -> range:
    """Return how many options an answer may have."""
    every = len(step.options)
    least, most = {Asks.ONE: (1, 1), Asks.ALL: (1, every), Asks.ORDER: (every, every)}[step.asks]
    return range(least, most + 1)


def _after(drawn: Drawn, answer: Answered) -> Position | None:
    """Return where a choice leads: on within the walk, or to the next scenario."""
    for step in answer.place.asked.scenario.steps:
        if step.id == answer.taken[0].next:
            return replace(answer.place, step=step)
    return _start(drawn, answer.place.number + 1)


def _missed(answers: Iterable[Answered]) -> Iterator[tuple[str, Step]]:
    """Yield each step that was answered wrong or left out because of a wrong turn."""
    turns: dict[str, Kind] = {}  # how each scenario last left the right way
    for answer in answers:
        scenario, kind = answer.place.asked.scenario.id, answer.kind
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
    onward = answer.taken[0].next
    following = ids.index(onward) if onward else len(ids)
    between = ids[ids.index(answer.place.step.id) + 1 : following]
    return (step for step in scenario.right_way if step.id in between)
