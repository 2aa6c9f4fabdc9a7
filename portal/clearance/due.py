"""What is due, and by when: told from the rule, so that no page reckons a deadline itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from portal.acknowledgements.rules import Acknowledged, opens_at
from portal.clearance.rules import (
    NOT_SIGNED,
    PASS_QUIZ,
    QUIZ_NOT_PASSED,
    SIGN,
    Case,
    Standing,
    Step,
    Subject,
    blocks,
    judge,
    judged,
    signatures,
)
from portal.people.rules import moments
from portal.policies.rules import Requirement

SOON = timedelta(days=14)


class State(StrEnum):
    """How a tutor stands, in one word for lists."""

    CLEARED = "cleared"
    DUE = "due"  # cleared, but not for long unless something is done
    BLOCKED = "blocked"
    NOT_STARTED = "not-started"  # blocked, and nothing passed or signed in this engagement
    LEFT = "left"  # the engagement has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something the tutor can do now so as to teach on, or again."""

    about: Subject
    step: Step
    deadline: datetime | None  # from then on it blocks; None: it blocks already


def state(standing: Standing, *, at: datetime, opens_days: int, soon: timedelta = SOON) -> State:
    """Return how the tutor stands then; `soon` is how far ahead a deadline makes it due."""
    if _has_left(standing, at):
        return State.LEFT
    if reasons := {block.code for block in blocks(standing, at=at)}:
        untouched = reasons <= {QUIZ_NOT_PASSED.code, NOT_SIGNED.code}
        return State.NOT_STARTED if untouched and not _begun(standing, at) else State.BLOCKED
    ahead = due(standing, at=at, opens_days=opens_days)
    near = any(each.deadline and each.deadline <= at + soon for each in ahead)
    return State.DUE if near else State.CLEARED


def due(standing: Standing, *, at: datetime, opens_days: int) -> tuple[Due, ...]:
    """Return what this tutor can do now, the most urgent first; nothing outside an engagement.

    A newer version is due as soon as it is announced, a renewal from `opens_days` before the
    anniversary on. What is waived or not yet enforced is due before that ends.
    """
    if not _engaged_in(standing, at):
        return ()
    found = [_due(standing, each, at=at, opens_days=opens_days) for each in standing.requirements]
    return tuple(sorted((each for each in found if each), key=lambda each: each.deadline or at))


def _due(
    standing: Standing, requirement: Requirement, *, at: datetime, opens_days: int
) -> Due | None:
    only = replace(standing, requirements=(requirement,))
    case = judge(standing, requirement, at=at)
    step = SIGN if case.passed else PASS_QUIZ
    if _blocks(only, at):
        return Due(about=case.subject, step=step, deadline=None)
    deadline = next(_lapses(only, at), None)
    held = _newest_held(standing, case, at=at)
    if deadline is None or (held and at < opens_at(held.anniversary_at, days=opens_days)):
        return None
    return Due(about=case.subject, step=step, deadline=deadline)


def _newest_held(standing: Standing, case: Case, *, at: datetime) -> Acknowledged | None:
    """Return the signature that counts of the newest major, the last to expire."""
    wanted = case.to_sign.major if case.to_sign else None
    signed = signatures(standing, case.requirement, at=at)
    held = (each for each in signed if each.major == wanted and each.counts(at))
    return max(held, key=lambda each: each.expires_at, default=None)


def _lapses(only: Standing, at: datetime) -> Iterator[datetime]:
    """Give the moments ahead, within this engagement, at which the one policy blocks."""
    engaged = _engaged_in(only, at)
    later = (turn for turn in moments(only) if turn > at)
    return (turn for turn in later if _engaged_in(only, turn) == engaged and _blocks(only, turn))


def _blocks(only: Standing, at: datetime) -> bool:
    return any(case.blocks for case in judged(only, at=at))


def _engaged_in(standing: Standing, at: datetime) -> set[str]:
    return {each.id for each in standing.engagements if each.covers(at)}


def _has_left(standing: Standing, at: datetime) -> bool:
    return bool(standing.engagements) and all(
        each.ends_at is not None and each.ends_at <= at for each in standing.engagements
    )


def _begun(standing: Standing, at: datetime) -> bool:
    """Return whether anything was passed or signed since the engagement began."""
    start = min(each.starts_at for each in standing.engagements if each.covers(at))
    steps = [each.signed_at for each in standing.acknowledgements]
    steps += [each.passed_at for each in standing.passes]
    return any(start <= moment <= at for moment in steps)
