"""Time, where it leaves pure reckoning: the clock, local days, bank holidays, moments in words.

Moments are aware and UTC everywhere else; a zone is an IANA name such as "Europe/London".
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = "Europe/London"
NOON = time(12)
SATURDAY = 5


def now() -> datetime:
    """Return this moment in UTC. Only routes and commands ask; all else is told."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str = LONDON) -> datetime:
    """Return the same moment as the clocks of the zone show it; ValueError for a naive one."""
    if moment.tzinfo is None:
        message = f"a moment without a zone: {moment!r}"
        raise ValueError(message)
    return moment.astimezone(ZoneInfo(zone))


def from_local(shown: datetime, zone: str = LONDON) -> datetime:
    """Return the UTC moment at which the clocks of the zone show this naive time.

    The hour that comes twice in October is the first of the two. ValueError for the hour that
    never comes in March.
    """
    moment = shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if local(moment, zone).replace(tzinfo=None) != shown:
        message = f"the clocks of {zone} never show {shown:%d %b %Y, %H:%M}"
        raise ValueError(message)
    return moment


def start_of_day(moment: datetime, zone: str = LONDON) -> datetime:
    """Return the UTC moment at which the local day of this moment began."""
    return _at(local(moment, zone).date(), time(0), zone)


def is_working_day(day: date) -> bool:
    """Whether somebody can be rung: Monday to Friday, no bank holiday in England."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


def noon_of_last_working_day(day: date, zone: str = LONDON) -> datetime:
    """Return noon, in UTC, of the last working day up to and including this day."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return _at(day, NOON, zone)


def in_words(moment: datetime, zone: str = LONDON) -> str:
    """Return the moment for people, to the minute: "3 Dec 2026, 16:00 GMT"."""
    shown = local(moment, zone)
    return f"{shown.day} {shown:%b %Y, %H:%M %Z}"


def day_in_words(moment: date, zone: str = LONDON) -> str:
    """Return the day, or the local day of a moment, for people: "3 Dec 2026"."""
    shown = local(moment, zone) if isinstance(moment, datetime) else moment
    return f"{shown.day} {shown:%b %Y}"


def exactly(moment: datetime, zone: str = LONDON) -> str:
    """Return the moment for evidence: "25 Oct 2026, 01:30:00 BST (UTC+01:00)".

    The offset tells the two hours apart that the clocks show twice in October.
    """
    shown = local(moment, zone)
    return f"{shown.day} {shown:%b %Y, %H:%M:%S %Z} (UTC{shown.isoformat()[-6:]})"


def _at(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
