"""Facts about one tutor, short enough for a table; times are UTC."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from portal.acknowledgements.rules import Acknowledged
from portal.clearance.rules import Pass, Standing, Waived
from portal.people.rules import Period
from portal.policies.rules import Enforcement, Requirement, Version

POLICY = "online-safeguarding"
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    """Return the UTC moment of "2026-06-01" or "2026-06-01 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def period(start: str, end: str | None = None, *, name: str = "", **recorded: str) -> Period:
    """Return a period, recorded as it happened unless told otherwise."""
    return Period(
        id=name,
        starts_at=at(start),
        ends_at=at(end) if end else None,
        recorded_at=at(recorded.get("recorded", start)),
        end_recorded_at=at(recorded.get("end_recorded", end)) if end else None,
    )


def version(label: str, effective: str, *, grace: str = "", **when: str) -> Version:
    """Return a version, published as it takes effect and without grace unless told otherwise."""
    major, minor = map(int, label.split("."))
    return Version(
        major=major,
        minor=minor,
        published_at=at(when.get("published", effective)),
        effective_at=at(effective),
        grace_ends_at=at(grace or effective),
        cancelled_at=at(when["cancelled"]) if "cancelled" in when else None,
    )


def signed(label: str, when: str, *, expires: str = "", **told: str) -> Acknowledged:
    """Return a signature of the engagement "first", good for a year unless told otherwise."""
    major, minor = map(int, label.split("."))
    ends = at(expires) if expires else at(when).replace(year=at(when).year + 1)
    revoked = told.get("revoked")
    return Acknowledged(
        id=f"{label} of {when}",
        policy=told.get("policy", POLICY),
        major=major,
        minor=minor,
        cycle=int(told.get("cycle", "1")),
        engagement_id=told.get("engagement", "first"),
        signed_at=at(when),
        expires_at=ends,
        anniversary_at=ends,
        revoked_at=at(revoked) if revoked else None,
        revocation_recorded_at=at(told.get("revocation_recorded", revoked)) if revoked else None,
    )


def passed(major: int, when: str, *, cycle: int = 1) -> Pass:
    """Return a pass of the quiz."""
    return Pass(policy=POLICY, major=major, cycle=cycle, passed_at=at(when))


def waiver(major: int, start: str, end: str, **told: str) -> Waived:
    """Return a waiver, granted as it starts."""
    ended = told.get("ended")
    return Waived(
        policy=told.get("policy", POLICY),
        major=major,
        cycle=int(told.get("cycle", "1")),
        starts_at=at(start),
        ends_at=at(end),
        recorded_at=at(told.get("recorded", start)),
        ended_at=at(ended) if ended else None,
        end_recorded_at=at(ended) if ended else None,
    )


def enforced(day: str, *, said: str) -> Enforcement:
    """Return what was said on a day: from when the policy blocks those engaged before it."""
    midnight = at(said).replace(hour=0, minute=0)
    return Enforcement(enforced_from=at(day), spares_before=midnight, recorded_at=at(said))


def requirement(*versions: Version, policy: str = POLICY, **more: object) -> Requirement:
    """Return a policy for all tutors since 2025."""
    plain = Requirement(
        policy=policy, title="Online safeguarding", versions=versions, applies=((ALWAYS,),)
    )
    return replace(plain, **more)


ALWAYS = period("2025-01-01")
ONE = version("1.0", "2026-01-01")
LESSON = at("2026-06-01 16:00")
CLEARED = Standing(
    engagements=(period("2026-01-02", name="first"),),
    enabled_in=(period("2026-01-02"),),
    requirements=(requirement(ONE),),
    acknowledgements=(signed("1.0", "2026-01-05 12:00"),),
    passes=(passed(1, "2026-01-05 11:00"),),
)
NEW = replace(CLEARED, acknowledgements=(), passes=())


def having(standing: Standing = CLEARED, *versions: Version, **change: object) -> Standing:
    """Return the standing with these versions in force and these facts changed."""
    if versions:
        change["requirements"] = (requirement(*versions),)
    return replace(standing, **change)
