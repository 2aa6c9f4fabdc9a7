"""What may be done, read once more, slowly: publish, call off, try, sign; and until when it counts.

As in `naive.py` nothing here looks at how the portal finds it.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.clock import noon_of_last_working_day
from tests.clearance.naive import binding_major, happened, own_signatures, running

LONDON = ZoneInfo("Europe/London")
OPENS, LONGEST, WAIT = timedelta(days=90), timedelta(days=14), timedelta(minutes=30)
NOON = time(12)


def may_publish(versions, number, *, effective, now):
    """Not before a lower one takes effect; a minor needs a major that was not called off whole."""
    standing = [v for v in versions if not happened(v.cancelled_at, now)]
    lower = [v for v in standing if v.number < number]
    same = [v for v in versions if v.major == number[0]]
    return all(effective >= v.effective_at for v in lower) and (
        not same or any(v in standing for v in same)
    )


def may_try(tries, *, read, now):
    """All is read, nothing passed in this cycle; from the third failure on half an hour between."""
    if not read or any(passed for _, passed in tries):
        return False
    return len(tries) < 3 or now >= tries[-1][0] + WAIT


def may_sign(standing, policy, version, *, read, passed, now):
    """Engaged and enabled, all read, passed, and no signature that lasts and is not yet due."""
    here = running(standing.engagements, now) and running(standing.enabled_in, now)
    own = [a for a in own_signatures(standing, policy, now) if a.major == version.major]
    lasting = [a for a in own if not happened(a.revoked_at, now) and now < a.expires_at]
    early = [a for a in lasting if now < a.anniversary_at - OPENS]
    return bool(here and read and passed and not early)


def a_year_on(standing, policy, major, *, now):
    """Return until when a signature counts, and the day from which its renewal is reckoned.

    Twelve months from the day it is made; from the old day, when it renews in the last 90.
    """
    mine = [e.id for e in running(standing.engagements, now)]
    signed = [a for a in standing.acknowledgements if (a.policy, a.major) == (policy, major)]
    kept = [a for a in signed if a.engagement_id in mine and not happened(a.revoked_at, now)]
    last = max((a.anniversary_at for a in kept), default=None)
    renews = last is not None and last - OPENS <= now < last
    day = (last if renews else now).astimezone(LONDON).date()
    leap = (day.month, day.day) == (2, 29)
    day = day.replace(year=day.year + 1, day=28 if leap else day.day)
    return noon_of_last_working_day(day), datetime.combine(day, NOON, tzinfo=LONDON)


def waiver_faults(standing, policy, waiver, *, by_hr, now):
    """Every reason against a waiver that is granted now."""
    signed = [a for a in own_signatures(standing, policy, now) if not happened(a.revoked_at, now)]
    same = (waiver.policy, waiver.major, waiver.cycle)
    before = [w for w in standing.waivers if (w.policy, w.major, w.cycle) == same]
    made = [a for a in standing.acknowledgements if (a.policy, a.major) == same[:2]]
    wrong = {
        "suspended": bool(running(standing.suspensions, now)),
        "never signed": not signed,
        "another major": binding_major(standing, policy, waiver.starts_at) != waiver.major,
        "another cycle": waiver.cycle != len(made) + 1,
        "begins before": waiver.starts_at < now,
        "too long": not timedelta(0) < waiver.ends_at - waiver.starts_at <= LONGEST,
        "a second, and not by HR": len(before) == 1 and not by_hr,
        "a third": len(before) > 1,
    }
    return {why for why, holds in wrong.items() if holds}
