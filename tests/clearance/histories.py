"""Companies that never were: random histories of one tutor, as they were put on record.

Time runs in ticks of one hour. Each move records one thing, dated now, before or ahead, and gives
the standing as it was on record from that tick on.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from portal.acknowledgements.rules import Acknowledged
from portal.clearance.rules import Pass, Standing, Waived
from portal.people.rules import End, Period
from portal.policies.rules import Enforcement, Requirement, Version

TICKS = 40
POLICIES = ("code", "travel")


def at(tick: float) -> datetime:
    """Return the moment of a tick."""
    return datetime(2026, 3, 28, tzinfo=UTC) + timedelta(hours=tick)


@dataclass
class History:
    """What was on record from each tick on; the last is what is known in the end."""

    draw: object
    now: int = 0
    known: list[Standing] = field(default_factory=list)

    @property
    def standing(self):
        return self.known[-1]

    def between(self, low, high):
        """Return a tick near now."""
        return max(0, self.now + self.draw(st.integers(low, high)))

    def one(self, of):
        return self.draw(st.sampled_from(of)) if of else None

    def begin(self, kind):
        """Open a period of this kind unless one is open; engagements never overlap."""
        periods = getattr(self.standing, kind)
        if any(each.ends_at is None for each in periods):
            return {}
        start = max([self.between(-3, 3), *(tick_of(each.ends_at) for each in periods)])
        new = Period(id=f"{len(periods)}", starts_at=at(start), recorded_at=at(self.now))
        return {kind: (*periods, new)}

    def end(self, kind):
        """End the open period of this kind."""
        periods = getattr(self.standing, kind)
        return {kind: tuple(each if each.ends_at else self._ended(each) for each in periods)}

    def _ended(self, period):
        ends = max(at(self.between(-2, 5)), period.starts_at + timedelta(hours=1))
        return replace(period, ends_at=ends, end_recorded_at=at(self.now))

    def correct(self, kind):
        """Put the end of the last period right, or take it back, while it is ahead."""
        *before, last = getattr(self.standing, kind) or (None,)
        if not last or not last.ends_at or last.ends_at <= at(self.now):
            return {}
        wrong = End(ends_at=last.ends_at, recorded_at=last.end_recorded_at)
        right = {
            "ends_at": self.one([None, at(self.now + 1 + self.draw(st.integers(0, 9)))]),
            "end_recorded_at": at(self.now),
            "corrected": (*last.corrected, wrong),
        }
        return {kind: (*before, replace(last, **right))}

    def publish(self, policy):
        """Publish the next major or a wording, not before a lower one."""
        known = versions(self.standing, policy)
        major, minor = max(((each.major, each.minor) for each in known), default=(0, 0))
        wording = bool(known) and self.one([True, False, False])
        effective = max([at(self.between(0, 6)), *(each.effective_at for each in known)])
        new = Version(
            major=major if wording else major + 1,
            minor=minor + 1 if wording else 0,
            published_at=at(self.now),
            effective_at=effective,
            grace_ends_at=effective + timedelta(hours=self.draw(st.integers(0, 8))),
        )
        return self._changed(policy, versions=(*known, new))

    def cancel(self, policy):
        """Call off the newest version if it is announced and not effective."""
        known = versions(self.standing, policy)
        if not known or known[-1].effective_at <= at(self.now) or known[-1].cancelled_at:
            return {}
        gone = replace(known[-1], cancelled_at=at(self.now))
        return self._changed(policy, versions=(*known[:-1], gone))

    def enforce(self, policy):
        """Say from when the policy blocks; a day has six ticks here."""
        said = Enforcement(
            enforced_from=at(self.between(-2, 12)),
            spares_before=at(self.now - self.now % 6),
            recorded_at=at(self.now),
        )
        before = requirement(self.standing, policy).enforcements
        return self._changed(policy, enforcements=(*before, said))

    def aim(self, policy):
        """Make the policy be for the tutor in one more way, or end one way."""
        ways = requirement(self.standing, policy).applies
        open_ways = [each for each in ways if each[-1].ends_at is None]
        if open_ways and self.one([True, False]):
            gone = (*open_ways[0][:-1], self._ended(open_ways[0][-1]))
            return self._changed(
                policy, applies=tuple(gone if each is open_ways[0] else each for each in ways)
            )
        count = self.draw(st.integers(1, 2))
        way = tuple(
            Period(starts_at=at(self.between(-3, 3)), recorded_at=at(self.now))
            for _ in range(count)
        )
        return self._changed(policy, applies=(*ways, way))

    def _changed(self, policy, **change):
        return {
            "requirements": tuple(
                replace(each, **change) if each.policy == policy else each
                for each in self.standing.requirements
            )
        }

    def sign(self, policy):
        """Sign a version, mostly the newest that stands, in the engagement that runs."""
        engaged = [each for each in self.standing.engagements if each.covers(at(self.now))]
        standing = [each for each in versions(self.standing, policy) if not each.cancelled_at]
        if not engaged or not standing:
            return {}
        version = self.one([*standing, *[standing[-1]] * 3])
        new = self._signature(policy, version, engaged)
        return {"acknowledgements": (*self.standing.acknowledgements, new)}

    def _signature(self, policy, version, engaged):
        before = [(each.policy, each.major) for each in self.standing.acknowledgements]
        ends = at(self.now + self.draw(st.integers(2, 30)))
        return Acknowledged(
            id=f"{policy} {len(before)}",
            policy=policy,
            major=version.major,
            minor=version.minor,
            cycle=1 + before.count((policy, version.major)),
            engagement_id=engaged[-1].id,
            signed_at=at(self.now),
            expires_at=ends,
            anniversary_at=ends,
        )

    def revoke(self, policy):
        """Revoke a signature, dated now or before."""
        mine = [each for each in self.standing.acknowledgements if each.policy == policy]
        chosen = self.one([each for each in mine if not each.revoked_at])
        gone = {"revoked_at": at(self.between(-3, 0)), "revocation_recorded_at": at(self.now)}
        return {
            "acknowledgements": tuple(
                replace(each, **gone) if each is chosen else each
                for each in self.standing.acknowledgements
            )
        }

    def pass_quiz(self, policy):
        """Pass the quiz of some major in some cycle."""
        major, cycle = self.draw(st.integers(1, 3)), self.draw(st.integers(1, 3))
        new = Pass(policy=policy, major=major, cycle=cycle, passed_at=at(self.now))
        return {"passes": (*self.standing.passes, new)}

    def waive(self, policy):
        """Grant a waiver, mostly of the newest major, or take the last one back."""
        waivers = self.standing.waivers
        if waivers and not waivers[-1].ended_at and self.one([True, False, False]):
            gone = {"ended_at": at(self.between(0, 4)), "end_recorded_at": at(self.now)}
            return {"waivers": (*waivers[:-1], replace(waivers[-1], **gone))}
        majors = [each.major for each in versions(self.standing, policy)]
        start = self.between(0, 3)
        new = Waived(
            policy=policy,
            major=self.one([*majors, *majors[-1:], 1]),
            starts_at=at(start),
            ends_at=at(start + self.draw(st.integers(1, 14))),
            recorded_at=at(self.now),
        )
        return {"waivers": (*waivers, new)}


def tick_of(moment):
    return round((moment - at(0)) / timedelta(hours=1))


def requirement(standing, policy):
    return next(each for each in standing.requirements if each.policy == policy)


def versions(standing, policy):
    return requirement(standing, policy).versions


START = (
    ("begin", "engagements"),
    ("begin", "enabled_in"),
    ("aim", "code"),
    ("publish", "code"),
)
OFTEN = ("sign", "sign", "sign", "sign", "publish", "pass_quiz", "waive", "begin")
RARELY = (
    *("cancel", "cancel", "enforce", "aim", "revoke", "waive", "end", "end", "end"),
    *("correct", "correct", "publish"),
)
BEGUN = ("engagements", "engagements", "engagements", "enabled_in", "enabled_in", "suspensions")
ENDED = ("engagements", "enabled_in", "suspensions", "suspensions")
ABOUT = {"begin": BEGUN, "end": ENDED, "correct": ("engagements",)}


@st.composite
def histories(draw):
    """Return a tutor engaged, enabled and under one policy at first; then anything."""
    empty = tuple(
        Requirement(policy=name, title=name.title(), versions=(), applies=()) for name in POLICIES
    )
    history = History(draw=draw, known=[Standing(requirements=empty)])
    for move, what in START:
        history.known[-1] = replace(history.standing, **getattr(history, move)(what))
    for history.now in range(1, TICKS):
        move = draw(st.sampled_from((None, *OFTEN, *RARELY)))
        what = draw(st.sampled_from(ABOUT.get(move, ("code", *POLICIES))))
        change = getattr(history, move)(what) if move else {}
        history.known.append(replace(history.standing, **change))
    return history
