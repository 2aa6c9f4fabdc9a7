"""How long a signature counts, which cycle it belongs to, when it may be renewed. Pure."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NOON = time(12)
FEBRUARY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """One signature, with its dates; the engagement is the one it was made in."""

    id: str = ""
    policy: str
    major: int
    minor: int
    cycle: int = 1
    engagement_id: str
    signed_at: datetime
    expires_at: datetime
    anniversary_at: datetime
    revoked_at: datetime | None = None
    revocation_recorded_at: datetime | None = None

    @property
    def number(self) -> tuple[int, int]:
        """Major and minor of the version that was signed."""
        return self.major, self.minor

    def counts(self, at: datetime) -> bool:
        """Whether it was signed by then, is not yet expired and not revoked."""
        return self.signed_at <= at < self.expires_at and not self.revoked(at)

    def revoked(self, at: datetime) -> bool:
        """Whether it was revoked at or before then."""
        return self.revoked_at is not None and self.revoked_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Until when a signature counts, and the anniversary that its renewal is reckoned from."""

    expires_at: datetime
    anniversary_at: datetime


def expiry(
    signed_at: datetime,
    *,
    months: int,
    previous: datetime | None,
    opens_days: int,
    zone: ZoneInfo,
    last_noon: Callable[[date], datetime],
    days_earlier: int = 0,
) -> Expiry:
    """Return when a signature made now stops counting, in UTC.

    `days_earlier` brings a first renewal forward, by half of its term at most, so that not all
    fall on one day.

    `previous` is the anniversary of the signature it renews, see `previous_anniversary`.
    `last_noon` gives noon of the last working day up to a local date: a lapse must begin while
    somebody can be rung. The next renewal is reckoned from the anniversary, not from that day.
    """
    start = signed_at
    if previous and opens_at(previous, days=opens_days) <= signed_at < previous:
        start = previous
    first = start.astimezone(zone).date()
    day = _months_later(first, months)
    if previous is None:
        day -= min(timedelta(days=days_earlier), (day - first) // 2)
    anniversary = datetime.combine(day, NOON, tzinfo=zone).astimezone(signed_at.tzinfo)
    return Expiry(expires_at=last_noon(day), anniversary_at=anniversary)


def opens_at(anniversary_at: datetime, *, days: int) -> datetime:
    """Return the moment from which a signature may be renewed: so many days before."""
    return anniversary_at - timedelta(days=days)


def cycle(acknowledgements: Iterable[Acknowledged], *, policy: str, major: int) -> int:
    """Return the cycle that the tutor's next signature of this major belongs to, from 1 on.

    Every earlier one counts, revoked ones and those of former engagements too.
    """
    same = (each for each in acknowledgements if (each.policy, each.major) == (policy, major))
    return 1 + sum(1 for _ in same)


def previous_anniversary(
    acknowledgements: Iterable[Acknowledged],
    *,
    policy: str,
    major: int,
    engagement_id: str,
    at: datetime,
) -> datetime | None:
    """Return the anniversary that a signature made now would renew, or None.

    Only an unrevoked signature of the same major in the same engagement is renewed: a new major
    and a return begin afresh.
    """
    wanted = (policy, major, engagement_id)
    same = [
        each
        for each in acknowledgements
        if (each.policy, each.major, each.engagement_id) == wanted and not each.revoked(at)
    ]
    return max((each.anniversary_at for each in same), default=None)


def _months_later(day: date, months: int) -> date:
    """Return the same day so many months later; 29 February counts as 28."""
    years, before = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, before + 1
    last = 28 if month == FEBRUARY else monthrange(year, month)[1]
    wanted = min(day.day, 28) if day.month == FEBRUARY else day.day
    return date(year, month, min(wanted, last))
