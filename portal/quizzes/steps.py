"""One decision: what a tutor may do, how it is asked, and what an answer amounts to.

A step asks for one option, for all that fit, or for an order. Only its parts know what is right.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations, permutations
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from portal.policies.text import UNSAFE

FEWEST, MOST = 3, 4  # things to put in order: more is a test of memory


class Asks(StrEnum):
    """How a step is asked: one choice, all that fit, or an order."""

    ONE = "one"
    ALL = "all"
    ORDER = "order"


class Kind(StrEnum):
    """What an answer amounts to; safer than the policy asks counts as right."""

    RIGHT = "right"
    SAFER = "safer"
    WRONG = "wrong"


def _words(most: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if (count := len(text.split())) > most:
            raise ValueError(f"{count} words, at most {most}")
        if UNSAFE.search(text):
            raise ValueError("an invisible character is not allowed")
        return text

    return check


def _known(clause: str, info: ValidationInfo) -> str:
    """Refuse a clause that the policy does not have; a frozen copy is read without asking."""
    if info.context is not None and clause not in info.context:
        raise ValueError(f"the policy has no clause {clause}")
    return clause


Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$")]
Clauses = Annotated[tuple[Annotated[str, AfterValidator(_known)], ...], Field(min_length=1)]
Title = Annotated[Filled, AfterValidator(_words(8))]
Short = Annotated[Filled, AfterValidator(_words(25))]
Line = Annotated[Filled, AfterValidator(_words(40))]
Situation = Annotated[Filled, AfterValidator(_words(60))]
Advice = Annotated[Filled, AfterValidator(_words(90))]


class Piece(BaseModel):
    """A part of a quiz: unknown names are refused, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Upshot(Piece):
    """What an answer leads to, why it is right or not, and the clauses behind it."""

    outcome: Line
    why: Line
    clauses: Clauses


class Option(Piece):
    """One thing a tutor might do; where one is chosen, with what then happens, and why.

    In an order, `after` names what has to come before it.
    """

    id: Id
    text: Short
    right: StrictBool = False
    safer: StrictBool = False
    outcome: Line = ""
    why: Line = ""
    clauses: Clauses = ()
    next: Id | None = None
    after: tuple[Id, ...] = ()

    @property
    def kind(self) -> Kind:
        """Right, safer than the policy asks, or wrong."""
        if self.safer:
            return Kind.SAFER
        return Kind.RIGHT if self.right else Kind.WRONG

    @property
    def upshot(self) -> Upshot:
        """What it leads to, where one is chosen."""
        return Upshot(outcome=self.outcome, why=self.why, clauses=self.clauses)

    @model_validator(mode="after")
    def _safer_is_never_wrong(self) -> Self:
        if self.safer and not self.right:
            raise ValueError("safer than the policy asks is never wrong: add right = true")
        return self


class Step(Piece):
    """One decision; the clauses are those that it tests.

    Where all that fit or an order is asked for, the answer as a whole has its upshot. The options
    of an order stand in the right one; another order that keeps to every `after` is safer.
    """

    id: Id
    clauses: Clauses
    asks: Asks = Asks.ONE
    situation: Situation | None = None
    question: Short
    critical: StrictBool = False
    when_right: Upshot | None = None
    when_safer: Upshot | None = None
    when_wrong: Upshot | None = None
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]

    @property
    def best(self) -> Option:
        """What the policy asks, where one is chosen."""
        return next(option for option in self.options if option.kind is Kind.RIGHT)

    @property
    def answer(self) -> tuple[Option, ...]:
        """What the policy asks, however it is asked."""
        if self.asks is Asks.ORDER:
            return self.options
        return tuple(option for option in self.options if option.kind is Kind.RIGHT)

    def by_ids(self, ids: str) -> tuple[Option, ...]:
        """Return the options of these ids, apart by spaces; raises KeyError."""
        by_id = {option.id: option for option in self.options}
        return tuple(by_id[one] for one in ids.split(" "))

    def every_answer(self) -> Iterator[tuple[Option, ...]]:
        """Yield each answer that can be given."""
        if self.asks is Asks.ORDER:
            yield from permutations(self.options)
        else:
            most = 1 if self.asks is Asks.ONE else len(self.options)
            for count in range(1, most + 1):
                yield from combinations(self.options, count)

    def kind_of(self, taken: Sequence[Option]) -> Kind:
        """Return what these options amount to, taken together and in this order."""
        return _KINDS[self.asks](self, taken)

    def upshot_of(self, taken: Sequence[Option]) -> Upshot:
        """Return what these options lead to."""
        ends = {
            Kind.RIGHT: self.when_right,
            Kind.SAFER: self.when_safer,
            Kind.WRONG: self.when_wrong,
        }
        return ends[self.kind_of(taken)] or taken[0].upshot

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse_twins("option", (option.id for option in self.options))
        if faults := list(_FAULTS[self.asks](self)):
            raise ValueError("; ".join(faults))
        return self


def refuse_twins(noun: str, ids: Iterable[str]) -> None:
    """Raise ValueError where two of a kind have one name."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"two are called {noun} {one}")
        seen.add(one)


def _one(_step: Step, taken: Sequence[Option]) -> Kind:
    return taken[0].kind


def _all(step: Step, taken: Sequence[Option]) -> Kind:
    """Nothing wrong is taken and nothing that the policy asks is left; what is safer may be."""
    kinds = {option.kind for option in taken}
    if Kind.WRONG in kinds or not set(step.answer) <= set(taken):
        return Kind.WRONG
    return Kind.SAFER if Kind.SAFER in kinds else Kind.RIGHT


def _order(step: Step, taken: Sequence[Option]) -> Kind:
    if tuple(taken) == step.options:
        return Kind.RIGHT
    place = {option.id: n for n, option in enumerate(taken)}
    kept = all(place[one] < place[option.id] for option in taken for one in option.after)
    return Kind.SAFER if kept else Kind.WRONG


def _faults_of_one(step: Step) -> Iterator[str]:
    best = [option.id for option in step.options if option.kind is Kind.RIGHT]
    if len(best) != 1:
        yield f"exactly one option is right and not only safer, here {best or 'none'}"
    if all(option.right for option in step.options):
        yield "no option is wrong, so nothing is tested"
    if step.when_right or step.when_safer or step.when_wrong:
        yield "each option says itself what it leads to, so there is no when_right and the like"
    for option in step.options:
        if not (option.outcome and option.why and option.clauses) or option.after:
            yield f"option {option.id} needs outcome, why and clauses, and has no after"


def _faults_of_all(step: Step) -> Iterator[str]:
    kinds = [option.kind for option in step.options]
    if kinds.count(Kind.RIGHT) < 2:  # noqa: PLR2004 - one would be a trick
        yield "at least two options are right and not only safer"
    if Kind.WRONG not in kinds:
        yield "no option is wrong, so nothing is tested"
    yield from _faults_of_the_whole(step, safer=Kind.SAFER in kinds)


def _faults_of_order(step: Step) -> Iterator[str]:
    orders = list(permutations(step.options))
    kinds = {step.kind_of(each) for each in orders} if _afters_stand(step) else set()
    if not FEWEST <= len(step.options) <= MOST:
        yield f"{FEWEST} or {MOST} things are put in order, here {len(step.options)}"
    elif not kinds:
        yield "options stand in the right order, so after names options above only"
    elif Kind.WRONG not in kinds:
        yield "every order is accepted, so nothing is tested: say what comes after what"
    if any(option.right for option in step.options):
        yield "in an order no option is right by itself"
    yield from _faults_of_the_whole(step, safer=Kind.SAFER in kinds)


def _afters_stand(step: Step) -> bool:
    above: set[str] = set()
    for option in step.options:
        if not set(option.after) <= above:
            return False
        above.add(option.id)
    return True


def _faults_of_the_whole(step: Step, *, safer: bool) -> Iterator[str]:
    """Yield what is missing or too much where the answer as a whole has its upshot."""
    if not (step.when_right and step.when_wrong):
        yield "when_right and when_wrong say what the answer leads to"
    if safer and not step.when_safer:
        yield "an answer can be safer than the policy asks: when_safer says so"
    if step.when_safer and not safer:
        yield "no answer is safer than the policy asks, so when_safer is never shown"
    for option in step.options:
        if option.outcome or option.why or option.clauses or option.next:
            yield f"option {option.id} has only a text: the answer is taken as a whole"


_KINDS = {Asks.ONE: _one, Asks.ALL: _all, Asks.ORDER: _order}
_FAULTS = {
    Asks.ONE: _faults_of_one,
    Asks.ALL: _faults_of_all,
    Asks.ORDER: _faults_of_order,
}
