"""The wait after failures, per account and per network address: it slows down, never locks out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import new_id
from portal.errors import Refusal
from portal.people.models import Failed
from portal.people.rules import digest_of, email_key, wait_until

REMEMBER = timedelta(hours=1)
FREE = {"account": 5, "address": 30, "asking": 10, "checking": 30}  # an office shares one address
MINUTE = 60  # seconds

FAILURES = sa.select(Failed.at).where(
    Failed.key == sa.bindparam("key"), Failed.at > sa.bindparam("since")
)


class MustWait(Refusal):
    """Too many tries; the account stays open, and its owner may try again soon."""

    status = 429
    code = "must-wait"
    template = "people/wait.html"
    leaves_trace = False  # each failure is on the ledger; hammering must not fill it

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Please wait {_in_words(wait)} before the next try")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What tries are counted under: only a digest of it is kept."""

    key: str
    free: int


def of_account(email: str) -> Counter:
    """Return the counter of an account, whether or not there is one."""
    return _counter("account", email_key(email))


def of_address(address: str) -> Counter:
    """Return the counter of a network address."""
    return _counter("address", _network(address))


def of_asking(address: str) -> Counter:
    """Return the counter of those who ask for links from a network address."""
    return _counter("asking", _network(address))


def of_checking(address: str) -> Counter:
    """Return the counter of files checked from a network address."""
    return _counter("checking", _network(address))


def claim(session: Session, counters: Sequence[Counter], *, now: datetime) -> list[str]:
    """Count a try before it is heard, so that many at once cannot slip past; return its marks.

    Raises MustWait.
    """
    waits = [wait for counter in counters if (wait := _wait(session, counter, now=now))]
    if waits:
        raise MustWait(max(waits))
    session.execute(sa.delete(Failed).where(Failed.at < now - REMEMBER))
    marks = [new_id() for _ in counters]
    keys = zip(marks, counters, strict=True)
    rows = [{"id": mark, "key": counter.key, "at": now} for mark, counter in keys]
    session.execute(sa.insert(Failed), rows)
    return marks


def give_back(session: Session, marks: Sequence[str]) -> None:
    """Take a claimed try off again: it was no failure."""
    session.execute(sa.delete(Failed).where(Failed.id.in_(marks)))


def forgive(session: Session, counter: Counter) -> None:
    """Forget what was counted: the account's owner is here."""
    session.execute(sa.delete(Failed).where(Failed.key == counter.key))


def _wait(session: Session, counter: Counter, *, now: datetime) -> timedelta | None:
    since = {"key": counter.key, "since": now - REMEMBER}
    until = wait_until(sorted(session.scalars(FAILURES, since)), free=counter.free)
    return until - now if until and until > now else None


def _counter(kind: str, name: str) -> Counter:
    return Counter(key=digest_of(f"{kind} {name}"), free=FREE[kind])


def _network(address: str) -> str:
    """Return what one connection can choose from: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        bits = 64 if ":" in address else 32
        return str(ip_network((address, bits), strict=False))
    except ValueError:
        return address


def _in_words(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds <= MINUTE:
        return f"{seconds} seconds"
    return f"{math.ceil(seconds / MINUTE)} minutes"
