"""Pure rules about accounts: addresses, passwords, waiting after failures; and what is dated."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta

SHORTEST, LONGEST = 12, 200  # characters of a password
FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Something that is so from one moment up to, not including, another; and when we learned."""

    id: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    recorded_at: datetime
    end_recorded_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether it is so at that time."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def runs(periods: Iterable[Period], *, at: datetime) -> bool:
    """Whether one of these periods covers that time."""
    return any(each.covers(at) for each in periods)


def moments(facts: object) -> list[datetime]:
    """Return every moment that stands in these facts, however deep, in order.

    Whatever is dated changes only at one of them; none can be forgotten when a fact gains a field.
    """
    return sorted(_moments(facts))


def _moments(facts: object) -> set[datetime]:
    if isinstance(facts, datetime):
        return {facts}
    if is_dataclass(facts):
        facts = tuple(getattr(facts, each.name) for each in fields(facts))
    return (
        {found for each in facts for found in _moments(each)} if isinstance(facts, tuple) else set()
    )


def email_key(address: str) -> str:
    """Return the spelling by which an address is found: NFKC and case-folded."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def password_fault(password: str, *, about: Sequence[str] = ()) -> str | None:
    """Return what is wrong with a new password in a sentence, or None.

    Any characters are taken as they are (NIST SP 800-63B 5.1.1.2); `about` are words that others
    know of this person, which alone must not make a password.
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three random words are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(password.casefold())) < 5:  # noqa: PLR2004 - one key held down, and its kin
        return "Use more different characters."
    known = {word for text in about for word in text.casefold().replace("@", " ").split()}
    left = password.casefold()
    for word in sorted((word for word in known if len(word) > 2), key=len, reverse=True):  # noqa: PLR2004
        left = left.replace(word, "")
    if len(left) < SHORTEST // 2:
        return "Do not use your name, your address or the company's name."
    return None


def wait_until(failures: Sequence[datetime]) -> datetime | None:
    """Return when the next try is heard after these failures (oldest first), or None for at once.

    Five are free; then the wait doubles from 30 seconds to 15 minutes and never locks anyone out.
    """
    over = len(failures) - FREE_TRIES
    if over < 0:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_DELAY)
    return failures[-1] + wait
