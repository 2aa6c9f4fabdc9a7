"""What a quiz is made of: scenarios of steps, steps of options, and cards that are never scored."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain
from typing import Annotated, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from portal.quizzes.steps import (
    Advice,
    Asks,
    Clauses,
    Id,
    Line,
    Piece,
    Situation,
    Step,
    Title,
    refuse_twins,
)


class Form(StrEnum):
    """How a scenario goes: one decision, or several that follow from each other."""

    SINGLE = "single"
    WALK = "walk"


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
    def asks_all(self) -> bool:
        """Whether all that fit are to be chosen: an attempt has one such scenario at most."""
        return self.steps[0].asks is Asks.ALL

    @property
    def critical(self) -> bool:
        """Whether a wrong choice on the right way fails the attempt."""
        return any(step.critical for step in self.right_way)

    @cached_property
    def words(self) -> int:
        """How many words there are to read on the right way, the clauses not counted."""
        texts = chain([self.title, self.situation], *map(_texts, self.right_way))
        return sum(len(text.split()) for text in texts)

    @cached_property
    def quotes(self) -> tuple[str, ...]:
        """The clauses shown on the right way, one as often as it is shown."""
        ends = (step.upshot_of(step.answer) for step in self.right_way)
        return tuple(chain.from_iterable(end.clauses for end in ends))

    @model_validator(mode="after")
    def _every_way_ends(self) -> Self:
        refuse_twins("step", (step.id for step in self.steps))
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

    @cached_property
    def critical(self) -> frozenset[str]:
        """The clauses that any attempt tests again: those to cover, and those of critical steps."""
        steps = chain.from_iterable(scenario.right_way for scenario in self.scenarios)
        tested = (step.clauses for step in steps if step.critical)
        return frozenset(self.must_cover).union(*tested)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_twins("item", [*(one.id for one in self.scenarios), *(one.id for one in self.cards)])
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


def _follow(steps: Sequence[Step]) -> Iterator[Step]:
    by_id = {step.id: step for step in steps}
    step: Step | None = steps[0]
    while step:
        yield step
        onward = step.answer[0].next
        step = by_id[onward] if onward else None


def _texts(step: Step) -> tuple[str, ...]:
    options = (option.text for option in step.options)
    end = step.upshot_of(step.answer)
    return (step.situation or "", step.question, *options, end.outcome, end.why)


def _misshapen(scenario: Scenario) -> Iterator[str]:
    first, *others = scenario.steps
    if scenario.form is Form.SINGLE and others:
        yield "a single choice has one step"
    if scenario.form is Form.WALK:
        yield from _no_walk(scenario)
    if first.situation:
        yield f"step {first.id} starts from the situation of the scenario and has none of its own"
    for step in others:
        if not step.situation:
            yield f"step {step.id} needs a situation of its own"


def _no_walk(scenario: Scenario) -> Iterator[str]:
    if len(scenario.steps) == 1:
        yield "a walk has more than one step"
    for step in scenario.steps:
        if step.asks is not Asks.ONE:
            yield f"step {step.id} of a walk asks for one choice"


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
