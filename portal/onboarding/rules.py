"""When a tutor is reminded of what is due. Pure."""

from datetime import date, timedelta

DAYS = (30, 14, 7, 1)  # before the day of the deadline, once each


def reminder(deadline: date, *, known_since: date, today: date) -> int | None:
    """Return which reminder this day asks for, by its days ahead; None for none.

    One that could not go out on its day goes out later, unless the next one is due by then. None
    goes out for the day on which the version was published, or one before: the notice told of it.
    """
    left = (deadline - today).days
    days = min((each for each in DAYS if left <= each), default=None)
    if left < 0 or days is None or deadline - timedelta(days=days) <= known_since:
        return None
    return days
