"""What a quiz is made of: scenarios of steps, steps of options, and cards that are never scored."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from portal.policies.text import UNSAFE


class Form(StrEnum):
    """How a scenario is asked."""

    SINGLE = "single"
    WALK = "walk"


class Kind(StrEnum):
    """What a choice amounts to; safer than the policy asks counts as right."""

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


class Option(Piece):
    """One thing a tutor might do, what then happens, and why it is right or not."""

    id: Id
    text: Short
    right: StrictBool = False
    safer: StrictBool = False
    outcome: Line
    why: Line
    clauses: Clauses
    next: Id | None = None

    @property
    def kind(self) -> Kind:
        """Right, safer than the policy asks, or wrong."""
        if self.safer:
            return Kind.SAFER
        return Kind.RIGHT if self.right else Kind.WRONG

    @model_validator(mode="after")
    def _safer_is_never_wrong(self) -> Self:
        if self.safer and not self.right:
            raise ValueError("safer than the policy asks is never wrong: add right = true")
        return self


class Step(Piece):
    """One decision; the clauses are those that it tests."""

    id: Id
    clauses: Clauses
    situation: Situation | None = None
    question: Short
    critical: StrictBool = False
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]

    @property
    def best(self) -> Option:
        """What the policy asks."""
        return next(option for option in self.options if option.kind is Kind.RIGHT)

    @model_validator(mode="after")
    def _one_best(self) -> Self:
        _refuse_twins("option", (option.id for option in self.options))
        best = [option.id for option in self.options if option.kind is Kind.RIGHT]
        if len(best) != 1:
            raise ValueError(
                f"exactly one option is right and not only safer, here {best or 'none'}"
            )
        if all(option.right for option in self.options):
            raise ValueError("no option is wrong, so nothing is tested")
        return self


class Scenario(Piece):
    """A situation with one decision, or a walk through several."""

    id: Id
    title: Title
    form: Form
    situation: Situation
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=12)]

    @property
    def right_way(self) -> tuple[Step, ...]:
        """The steps that someone meets who does at each what the policy asks."""
        return tuple(_follow(self.steps))

    @property
    def clauses(self) -> frozenset[str]:
        """What everyone who does right is tested on."""
        return frozenset(chain.from_iterable(step.clauses for step in self.right_way))

    @property
    def critical(self) -> bool:
        """Whether a wrong choice on the right way fails the attempt."""
        return any(step.critical for step in self.right_way)

    @property
    def words(self) -> int:
        """How many words there are to read on the right way, the clauses not counted."""
        texts = chain([self.title, self.situation], *map(_texts, self.right_way))
        return sum(len(text.split()) for text in texts)

    @model_validator(mode="after")
    def _every_way_ends(self) -> Self:
        _refuse_twins("step", (step.id for step in self.steps))
        faults = list(chain(_misshapen(self), _astray(self.steps)))
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Card(Piece):
    """Something to know that is never scored, often because the policy is silent."""

    id: Id
    title: Title
    clauses: Clauses
    situation: Situation
    advice: Advice
    ruling: Line  # what the company still has to decide


class Quiz(Piece):
    """The questions about one major of one policy."""

    policy: Id
    major: Annotated[StrictInt, Field(ge=1)]
    version: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}\.(0|[1-9]\d{0,3})$")]
    title: Title
    must_cover: Clauses  # tested in every full attempt: the escalation and reporting clauses
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]
    cards: tuple[Card, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _refuse_twins(
            "item", [*(one.id for one in self.scenarios), *(one.id for one in self.cards)]
        )
        tested = frozenset(chain.from_iterable(scenario.clauses for scenario in self.scenarios))
        if missing := [clause for clause in self.must_cover if clause not in tested]:
            raise ValueError(f"no scenario tests {', '.join(missing)}")
        return self


@lru_cache(maxsize=256)  # a page that lists every scenario would take its digests anew each time
def digest(item: Scenario | Card | Quiz) -> str:
    """Return the SHA-256, in hex, of the content: what a named person approves."""
    # Without defaults: a field that a later portal adds does not undo the approvals given before.
    content = item.model_dump(mode="json", exclude_defaults=True)
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _refuse_twins(noun: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"two are called {noun} {one}")
        seen.add(one)


def _follow(steps: Sequence[Step]) -> Iterator[Step]:
    by_id = {step.id: step for step in steps}
    step: Step | None = steps[0]
    while step:
        yield step
        step = by_id[step.best.next] if step.best.next else None


def _texts(step: Step) -> tuple[str, ...]:
    options = (option.text for option in step.options)
    return (step.situation or "", step.question, *options, step.best.outcome, step.best.why)


def _misshapen(scenario: Scenario) -> Iterator[str]:
    first, *others = scenario.steps
    if scenario.form is Form.SINGLE and others:
        yield "a single choice has one step"
    if scenario.form is Form.WALK and not others:
        yield "a walk has more than one step"
    if first.situation:
        yield f"step {first.id} starts from the situation of the scenario and has none of its own"
    for step in others:
        if not step.situation:
            yield f"step {step.id} needs a situation of its own"


def _astray(steps: Sequence[Step]) -> Iterator[str]:
    """Yield each option that leads back or nowhere, and each step that nothing leads to."""
    place = {step.id: n for n, step in enumerate(steps)}
    reached = {steps[0].id}
    for step in steps:
        if step.id not in reached:
            yield f"nothing leads to step {step.id}"
        for option in filter(lambda option: option.next, step.options):
            if place.get(str(option.next), -1) <= place[step.id]:
                yield f"step {step.id}, option {option.id} leads to {option.next}, not further down"
            reached.add(str(option.next))
