"""Pure rules about accounts: addresses, passwords, waiting after failures; and what is dated."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta

SHORTEST, LONGEST = 12, 200  # characters of a password
FEWEST_DIFFERENT = 5  # one key held down, and its kin, is no password
# Browsers name their forebears too, so the younger stand first.
PROGRAMS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome")),
    ("Safari", "Safari"),
)
SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("CrOS", "ChromeOS")),
    *(("Windows", "Windows"), ("Macintosh", "a Mac"), ("Linux", "Linux")),
)
# What the most used long passwords are made of.
EVERYBODYS = (
    *("password", "passwort", "passphrase", "letmein", "welcome", "changeme", "iloveyou", "admin"),
    *("1234567890", "0123456789", "123456789", "12345678", "123456", "1234", "987654321", "111"),
    *("qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm", "1q2w3e4r5t6y", "1q2w3e4r", "abcdefghijkl"),
    *("abcdef", "abc", "football", "monkey", "dragon", "sunshine", "princess", "tutor", "teacher"),
)
FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """When a period was to end, None for not at all, as was put on record at some moment."""

    ends_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Something that is so from one moment up to, not including, another; and when we learned."""

    id: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    recorded_at: datetime
    end_recorded_at: datetime | None = None
    corrected: tuple[End, ...] = ()  # ends that no longer hold, in the order they were recorded

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


def search_key(text: str) -> str:
    """Return what is compared when somebody looks for a name: no case, no accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).strip()


def digest_of(secret: str) -> str:
    """Return what is stored in place of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_own_path(path: str) -> bool:
    """Whether a browser sent there stays with us.

    Two slashes lead to another host, a backslash counts as one, and white space is skipped (WHATWG
    URL, 4.4).
    """
    hidden = any(character <= " " or character == "\\" for character in path)
    return path.startswith("/") and not path.startswith("//") and not hidden


def password_fault(password: str, *, about: Sequence[str] = ()) -> str | None:
    """Return what is wrong with a new password in a sentence, or None.

    Any characters are taken as they are (NIST SP 800-63B 5.1.1.2); `about` are words that others
    know of this person, which alone must not make a password.
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three random words are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(password.casefold())) < FEWEST_DIFFERENT:
        return "Use more different characters."
    if _is_left_with_little(password, without=_words(about)):
        return "Do not use your name, your address or the company’s name."
    if _is_left_with_little(password, without=EVERYBODYS):
        return "Many people use a password like this. Use words that nobody would guess."
    return None


def wait_until(failures: Sequence[datetime], *, free: int = FREE_TRIES) -> datetime | None:
    """Return when the next try is heard after these failures (oldest first), or None for at once.

    Some are free; then the wait doubles from 30 seconds to 15 minutes and never locks anyone out.
    """
    over = len(failures) - free
    if over < 0:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_DELAY)
    return failures[-1] + wait


def device_in_words(agent: str) -> str:
    """Return what a browser calls itself, as its owner would: "Firefox on Windows"."""
    program = next((words for mark, words in PROGRAMS if mark in agent), "A browser")
    system = next((words for mark, words in SYSTEMS if mark in agent), "another device")
    return f"{program} on {system}"


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.split(r"[\W_]+", text) if len(word) > 2}  # noqa: PLR2004 - "Jo" is in too many words


def _is_left_with_little(password: str, *, without: Iterable[str]) -> bool:
    """Whether these words are most of it, however often they are repeated."""
    left = password.casefold()
    for word in sorted((word.casefold() for word in without), key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < SHORTEST // 2
