"""What an attempt belongs to, how much of the quiz it asks, and on which terms."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from portal.config import Settings
from portal.quizzes.rules import Patience, Wish


class Scope(StrEnum):
    """How much an attempt asks: all of it, or the short check of whoever passed before.

    The short one tests what changed since, and each critical clause once.
    """

    FULL = "full"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One policy, major and cycle: what a pass and its failures belong to."""

    policy: str
    major: int
    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Which go is wished for, as the tutor's home put it into the address.

    `changed` are clauses that a short check tests besides those that differ from the version
    passed last; the server knows the latter by itself.
    """

    cycle: int = 1
    scope: Scope = Scope.FULL
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The numbers of an attempt; `unreviewed` is whether scenarios nobody approved may be drawn."""

    scenarios: int
    walks: int
    words: int
    pass_percent: int
    patience: Patience
    unreviewed: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the terms that this installation was told."""
        wait = timedelta(minutes=settings.wait_minutes)
        return cls(
            scenarios=settings.scenarios_per_attempt,
            walks=settings.walks_per_attempt,
            words=settings.words_per_attempt,
            pass_percent=settings.pass_percent,
            patience=Patience(failures=settings.wait_after_failures, wait=wait),
            unreviewed=settings.demonstration,
        )

    def usual(self, scope: Scope) -> int:
        """Return how many scenarios an attempt asks, or about how many the short one does."""
        return self.scenarios if scope is Scope.FULL else (self.scenarios + 1) // 2

    def wish(self, scope: Scope, **wanted: frozenset[str] | tuple[str, ...]) -> Wish:
        """Return what to draw; `wanted` are must_cover, missed and seen."""
        size = self.scenarios if scope is Scope.FULL else None
        return Wish(size=size, walks=self.walks, words=self.words, **wanted)
