"""What an author should know of a quiz before it is approved: what it tests, how long it takes."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from portal.quizzes.content import Quiz
from portal.quizzes.course import Scope, Terms
from portal.quizzes.drawing import draw, words
from portal.quizzes.rules import CannotDraw

SLOW, FAST = 120, 200  # words a minute
DRAWS = 200  # for shortest and longest: the same each time
SIBLINGS = 2  # a retry asks about what was missed by another scenario


@dataclass(frozen=True, kw_only=True)
class Review:
    """A sound quiz beside the clauses of its policy; `lengths` has the words of each clause."""

    quiz: Quiz
    lengths: Mapping[str, int]
    terms: Terms

    @cached_property
    def coverage(self) -> dict[str, tuple[str, ...]]:
        """Which scenarios test each clause on the right way, by the clauses' order in the policy.

        Cards that show a clause stand in brackets.
        """
        return {clause: tuple(self._covering(clause)) for clause in self.lengths}

    @cached_property
    def shortest_and_longest(self) -> tuple[int, int]:
        """How many words a full attempt has on the right way; raises CannotDraw."""
        counts = [self._drawn(seed) for seed in range(DRAWS)]
        return min(counts), max(counts)

    def refusals(self) -> Iterator[str]:
        """Yield why no attempt can be drawn from it."""
        try:
            _ = self.shortest_and_longest
        except CannotDraw as error:
            yield str(error)

    def remarks(self) -> Iterator[str]:
        """Yield what could be better, and is no reason to refuse it."""
        for clause in self.quiz.must_cover:
            testing = [one for one in self.quiz.scenarios if clause in one.clauses]
            if len(testing) < SIBLINGS:
                yield f"only {testing[0].id} tests {clause}: a retry has nothing else to ask"
        if not any(self.refusals()) and self.shortest_and_longest[1] > self.terms.words:
            yield (
                f"attempts can have {self.shortest_and_longest[1]} words, "
                f"more than the {self.terms.words} that are wanted"
            )

    def _covering(self, clause: str) -> Iterator[str]:
        yield from (one.id for one in self.quiz.scenarios if clause in one.clauses)
        yield from (f"({one.id})" for one in self.quiz.cards if clause in one.clauses)

    def _drawn(self, seed: int) -> int:
        every = {one.id for one in self.quiz.scenarios}
        wish = self.terms.wish(Scope.FULL, must_cover=frozenset(self.quiz.must_cover))
        rng = random.Random(seed)  # noqa: S311 - a draw, not a secret
        attempt = draw(self.quiz, wish, eligible=every, lengths=self.lengths, rng=rng)
        return sum(words(one.scenario, self.lengths) for one in attempt.asked)


def minutes(count: int, *, pace: int) -> int:
    """Return how many minutes so many words take at this pace, rounded up."""
    return -(-count // pace)
