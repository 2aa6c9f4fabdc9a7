"""Find acknowledgements: newest first, one page at a time, wherever the page begins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.queries import OF_SERIAL, SIGNED
from portal.people.scope import asked, visible

PAGE = 50
FOUND = SIGNED.selected_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for; what is empty does not narrow. `until` is not included."""

    name: str = ""
    policy: str = ""
    version: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""  # serial of the last row of the page before


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of what was found, how many there are in all, and whether more follow."""

    rows: tuple[Any, ...]
    count: int
    more: bool


def search(session: Session, wanted: Wanted, *, seen_by: Actor, now: datetime) -> Page:
    """Return the acknowledgements that fit and that this reader may see, the newest first."""
    told = asked(seen_by, now=now)
    fitting = SIGNED.where(FOUND.person_id.in_(visible(seen_by)), *_narrowed(wanted))
    count = session.scalar(sa.select(sa.func.count()).select_from(fitting.subquery()), told)
    ordered = fitting.order_by(FOUND.signed_at.desc(), FOUND.id.desc()).limit(PAGE + 1)
    rows = session.execute(ordered.where(*_following(session, wanted.after)), told).all()
    return Page(rows=tuple(rows[:PAGE]), count=count or 0, more=len(rows) > PAGE)


def _narrowed(wanted: Wanted) -> list[Any]:
    major, _, minor = wanted.version.partition(".")
    tests: tuple[tuple[Any, Callable[[], Any]], ...] = (
        (wanted.policy, lambda: FOUND.policy == wanted.policy),
        (major, lambda: FOUND.major == int(major)),
        (minor, lambda: FOUND.minor == int(minor)),
        (wanted.since, lambda: FOUND.signed_at >= wanted.since),
        (wanted.until, lambda: FOUND.signed_at < wanted.until),
    )
    words = [_says(word) for word in wanted.name.split()]
    return [*words, *(test() for told, test in tests if told)]


def _says(word: str) -> Any:
    """Return the test that name or address holds this word, in whatever case.

    SQLite folds the case of A to Z only, so the usual spellings of others are asked for as well.
    """
    spellings = {word, word.lower(), word.upper(), word.capitalize()}
    return sa.or_(
        *(FOUND.name.icontains(each, autoescape=True) for each in sorted(spellings)),
        FOUND.email.icontains(word, autoescape=True),
    )


def _following(session: Session, serial: str) -> list[Any]:
    """Return what holds of all rows after this one; nothing where there is no such row."""
    last = session.execute(OF_SERIAL, {"serial": serial}).one_or_none() if serial else None
    if last is None:
        return []
    same_moment = sa.and_(FOUND.signed_at == last.signed_at, FOUND.id < last.id)
    return [sa.or_(FOUND.signed_at < last.signed_at, same_moment)]
