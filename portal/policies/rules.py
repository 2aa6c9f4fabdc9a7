"""Which version is the newest, when its grace ends, and what may not be published. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.people.rules import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One frozen version of a policy: its number and its moments, without its text."""

    id: str = ""
    major: int
    minor: int
    published_at: datetime
    effective_at: datetime
    grace_ends_at: datetime
    cancelled_at: datetime | None = None

    @property
    def number(self) -> tuple[int, int]:
        """Major and minor, in the order of versions."""
        return self.major, self.minor

    @property
    def label(self) -> str:
        """The version as people write it: "2.1"."""
        return f"{self.major}.{self.minor}"

    def stands(self, at: datetime) -> bool:
        """Whether it was published by then and not cancelled."""
        return self.published_at <= at and not self.cancelled(at)

    def cancelled(self, at: datetime) -> bool:
        """Whether it was cancelled by then."""
        return self.cancelled_at is not None and self.cancelled_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """From when an unmet policy blocks the tutors engaged before the day on which this was set.

    `spares_before` is the midnight that began that day: whoever is engaged since is bound at once.
    """

    enforced_from: datetime
    spares_before: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A policy, and when it is for one tutor.

    Each member of `applies` is one way in which it comes to be: it is for this tutor while all
    periods of that way run (for all tutors one, the audience; for a team two, audience and
    membership).
    """

    policy: str
    title: str
    versions: tuple[Version, ...]
    applies: tuple[tuple[Period, ...], ...]
    enforcements: tuple[Enforcement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason why a version may not be published."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is about to be published; the digest is of its text."""

    major: int
    minor: int
    digest: str
    effective_at: datetime
    clauses: frozenset[str] = frozenset()  # their ids


SETTLES = timedelta(days=14)  # as long as the longest waiver: time to take back a day set in error
SAME_TEXT = Fault(
    code="same-text",
    sentence="The text is the same as that of the newest version. There is nothing to publish.",
)
NOT_HIGHER = Fault(
    code="version-not-higher",
    sentence="The version number must be higher than every number published before.",
)
CANCELLED_MAJOR = Fault(
    code="major-cancelled",
    sentence="That major was cancelled. Give the text the number of a new one.",
)
NOT_WORDING_ONLY = Fault(
    code="not-wording-only",
    sentence="A clause was added or taken out. That is more than wording: it needs a new major.",
)
EFFECTIVE_IN_THE_PAST = Fault(
    code="effective-in-the-past",
    sentence="A version may not take effect before it is published.",
)
EFFECTIVE_BEFORE_LOWER = Fault(
    code="effective-before-lower",
    sentence="A version may not take effect before a lower one that is already published."
    " Choose a later day.",
)


def is_settled(said: Iterable[Enforcement], *, at: datetime) -> bool:
    """Whether a policy has bound everybody for so long that no later day lifts it again.

    Setting a new day spares all who were here before it, whoever never signed and whose signature
    ran out alike: that is how a company begins, not how it makes an exception.
    """
    last = max(said, key=lambda each: each.recorded_at, default=None)
    return last is not None and last.enforced_from + SETTLES <= at


def newest(versions: Iterable[Version], *, at: datetime) -> Version | None:
    """Return the highest version published by then, announced or effective: what is signed."""
    return max((each for each in versions if each.stands(at)), key=_number, default=None)


def openers(versions: Iterable[Version], *, at: datetime) -> tuple[Version, ...]:
    """Return the lowest version of each major that stands then: only majors bind.

    A later minor is wording, so it moves neither the day nor the grace of its major.
    """
    standing = (each for each in versions if each.stands(at))
    lowest = {each.major: each for each in sorted(standing, key=_number, reverse=True)}
    return tuple(lowest.values())


def grace_ends_at(
    effective_at: datetime, *, days: int, zone: ZoneInfo, last_noon: Callable[[date], datetime]
) -> datetime:
    """Return the moment, in UTC, from which a version binds those who held an earlier one.

    `last_noon` gives noon of the last working day up to a local date: a lapse must begin while
    somebody can be rung. Never before the version takes effect.
    """
    last_day = effective_at.astimezone(zone).date() + timedelta(days=days)
    return max(effective_at, last_noon(last_day))


def faults(
    draft: Draft,
    *,
    published: Iterable[Version],
    newest_digest: str | None,
    newest_clauses: frozenset[str] = frozenset(),
    now: datetime,
) -> tuple[Fault, ...]:
    """Return why this draft may not be published now; nothing means that it may.

    `published` are all versions of the policy, cancelled ones too: a number is never used twice.
    `newest_digest` is that of the newest version's text, None before the first, `newest_clauses`
    the ids of its clauses.
    """
    known = tuple(published)
    lower = [each for each in known if not each.cancelled(now) and _number(each) < _number(draft)]
    same_major = [each for each in known if each.major == draft.major]
    checks = (
        (SAME_TEXT, draft.digest == newest_digest),
        (NOT_HIGHER, any(_number(each) >= _number(draft) for each in known)),
        (CANCELLED_MAJOR, same_major and not any(each.stands(now) for each in same_major)),
        (NOT_WORDING_ONLY, same_major and draft.clauses != newest_clauses),
        (EFFECTIVE_IN_THE_PAST, draft.effective_at < now),
        (EFFECTIVE_BEFORE_LOWER, any(draft.effective_at < each.effective_at for each in lower)),
    )
    return tuple(fault for fault, holds in checks if holds)


def _number(version: Version | Draft) -> tuple[int, int]:
    return version.major, version.minor
