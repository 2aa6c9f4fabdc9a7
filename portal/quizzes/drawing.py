"""A drawn attempt: the scenarios as they were at that moment, and the order of their options."""

import random
from collections.abc import Collection, Mapping
from functools import lru_cache

from portal.quizzes import rules
from portal.quizzes.content import Form, Quiz, Scenario, digest
from portal.quizzes.steps import Asks, Kind, Option, Piece, Step


class Asked(Piece):
    """One scenario of an attempt, frozen."""

    scenario: Scenario
    digest: str
    orders: tuple[tuple[str, ...], ...]  # option ids as shown, step by step

    def options(self, step: Step) -> tuple[Option, ...]:
        """Return the options of a step in the order in which this tutor sees them."""
        by_id = {option.id: option for option in step.options}
        return tuple(by_id[one] for one in self.orders[self.scenario.steps.index(step)])


class Drawn(Piece):
    """All that one attempt asks; it finishes on this copy whatever happens to the quiz."""

    policy: str
    major: int
    version: str
    digest: str
    asked: tuple[Asked, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The scenarios, in the order in which they are asked."""
        return tuple(one.scenario.id for one in self.asked)


def draw(
    quiz: Quiz,
    wish: rules.Wish,
    *,
    eligible: Collection[str],
    lengths: Mapping[str, int],
    rng: random.Random,
) -> Drawn:
    """Return an attempt made of the eligible scenarios (by id); raises rules.CannotDraw.

    `lengths` has the words of each clause: it is shown beside the explanation.
    """
    by_id = {one.id: one for one in quiz.scenarios if one.id in eligible}
    items = [_item(scenario, lengths) for scenario in by_id.values()]
    chosen = rules.choose(items, wish, rng=rng)
    return Drawn(
        policy=quiz.policy,
        major=quiz.major,
        version=quiz.version,
        digest=digest(quiz),
        asked=tuple(_ask(by_id[one], rng) for one in chosen),
    )


def words(scenario: Scenario, lengths: Mapping[str, int]) -> int:
    """Return how many words there are to read on the right way, the clauses shown included."""
    return scenario.words + sum(lengths.get(clause, 0) for clause in scenario.quotes)


def pack(drawn: Drawn) -> str:
    """Return the attempt as JSON, to be kept with it."""
    return drawn.model_dump_json(exclude_defaults=True)


@lru_cache(maxsize=64)
def unpack(text: str) -> Drawn:
    """Return the attempt that was packed; those read last are kept: each step reads its own."""
    return Drawn.model_validate_json(text)


def _item(scenario: Scenario, lengths: Mapping[str, int]) -> rules.Item:
    return rules.Item(
        id=scenario.id,
        clauses=scenario.clauses,
        walk=scenario.form is Form.WALK,
        critical=scenario.critical,
        asks_all=scenario.asks_all,
        words=words(scenario, lengths),
    )


def _ask(scenario: Scenario, rng: random.Random) -> Asked:
    orders = tuple(_shuffled(step, rng) for step in scenario.steps)
    return Asked(scenario=scenario, digest=digest(scenario), orders=orders)


def _shuffled(step: Step, rng: random.Random) -> tuple[str, ...]:
    """Return the ids in any order; where an order is asked for, in one that is wrong."""
    options = list(step.options)
    rng.shuffle(options)
    while step.asks is Asks.ORDER and step.kind_of(options) is not Kind.WRONG:
        rng.shuffle(options)
    return tuple(option.id for option in options)
