"""Whom a change would hit: the rules are asked about policies as they would be, once more."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.access import CONSOLE
from portal.clearance.due import due
from portal.clearance.queries import standings
from portal.clearance.rules import Standing, blocks, judged
from portal.clock import LONDON
from portal.people.queries import tutors
from portal.people.rules import Period
from portal.policies.audiences import Key
from portal.policies.queries import Aim, Facts, facts
from portal.publishing.proposal import Proposal
from portal.scheduling.queries import Coming, coming

AHEAD = timedelta(days=400)  # how far lessons are looked at
Known = dict[str, Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """Tutors who have to sign by the same moment; `by` None: they cannot teach until they do."""

    by: datetime | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Who would have to sign, and which booked lessons nobody might then give."""

    signers: tuple[Signers, ...]
    uncovered: tuple[Coming, ...]
    blocked: tuple[str, ...]  # tutors who could not teach from that very moment on
    freed: tuple[str, ...]  # tutors whom the policy is for now and would not be then

    @property
    def count(self) -> int:
        """How many tutors have to sign."""
        return sum(len(each.names) for each in self.signers)


def of_publishing(
    session: Session, proposal: Proposal, *, opens_days: int, now: datetime
) -> Impact:
    """Return what publishing this would mean, as things stand."""
    return _impact(
        session,
        with_version(_facts(session), proposal, now=now),
        policy=proposal.policy,
        opens_days=opens_days,
        now=now,
    )


def of_cancelling(
    session: Session, policy: str, version_id: str, *, opens_days: int, now: datetime
) -> Impact:
    """Return what calling this announced version off would mean."""
    supposed = [_without(each, version_id, now) for each in _facts(session)]
    return _impact(session, supposed, policy=policy, opens_days=opens_days, now=now)


def of_aiming(
    session: Session, policy: str, wanted: Collection[Key], *, opens_days: int, now: datetime
) -> Impact:
    """Return what it would mean if the policy were for these from now on."""
    running = Period(starts_at=now, recorded_at=now)
    aims = tuple(Aim(kind=kind, value=value, period=running) for kind, value in wanted)
    supposed = [
        replace(each, audiences=aims) if each.policy == policy else each for each in _facts(session)
    ]
    return _impact(session, supposed, policy=policy, opens_days=opens_days, now=now)


def of_enforcing(session: Session, *, now: datetime) -> Impact:
    """Return who could not teach, and which lessons fell out, if all bound everybody from now on.

    It tells of all whom a policy keeps from teaching then, also those whom it keeps already.
    """
    supposed = [replace(each, enforcements=()) for each in _facts(session)]
    names = dict(tutors(session, seen_by=CONSOLE, now=now))
    then = standings(session, names, supposed=supposed)
    booked = coming(session, seen_by=CONSOLE, now=now, until=now + AHEAD)
    lost = [each for each in booked if _lacks(then, each.tutor_id, at=each.starts_at)]
    blocked = [name for id_, name in names.items() if _lacks(then, id_, at=now)]
    return Impact(signers=(), uncovered=tuple(lost), blocked=tuple(blocked), freed=())


def _lacks(known: Known, tutor: str, *, at: datetime) -> bool:
    """Whether a policy keeps this tutor from teaching then."""
    return tutor in known and any(each.about for each in blocks(known[tutor], at=at))


def with_version(known: Iterable[Facts], proposal: Proposal, *, now: datetime) -> tuple[Facts, ...]:
    """Return the policies as they would be with this version published."""
    others = [each for each in known if each.policy != proposal.policy]
    own = next((each for each in known if each.policy == proposal.policy), None)
    if own is None:
        kind, value = proposal.audience
        aim = Aim(kind=kind, value=value, period=Period(starts_at=now, recorded_at=now))
        title = proposal.document.title if proposal.document else ""
        own = Facts(
            policy=proposal.policy, title=title, versions=(), audiences=(aim,), enforcements=()
        )
    return (*others, replace(own, versions=(*own.versions, proposal.version)))


def _facts(session: Session) -> tuple[Facts, ...]:
    return facts(session, zone=session.info.get("zone", LONDON))


def _without(known: Facts, version_id: str, now: datetime) -> Facts:
    versions = tuple(
        replace(each, cancelled_at=now) if each.id == version_id else each
        for each in known.versions
    )
    return replace(known, versions=versions)


def _impact(
    session: Session, supposed: Collection[Facts], *, policy: str, opens_days: int, now: datetime
) -> Impact:
    names = dict(tutors(session, seen_by=CONSOLE, now=now))
    as_is, then = standings(session, names), standings(session, names, supposed=supposed)
    booked = coming(session, seen_by=CONSOLE, now=now, until=now + AHEAD)
    lost = [each for each in booked if _turns(as_is, then, each.tutor_id, at=each.starts_at)]
    blocked = [name for id_, name in names.items() if _turns(as_is, then, id_, at=now)]
    return Impact(
        signers=_signers(names, as_is, then, policy=policy, opens_days=opens_days, now=now),
        uncovered=tuple(lost),
        blocked=tuple(blocked),
        freed=tuple(
            name
            for id_, name in names.items()
            if _is_for(as_is[id_], policy, now) and not _is_for(then[id_], policy, now)
        ),
    )


def _is_for(known: Standing, policy: str, at: datetime) -> bool:
    return policy in {each.requirement.policy for each in judged(known, at=at)}


def _turns(as_is: Known, then: Known, tutor: str, *, at: datetime) -> bool:
    """Whether a tutor who may teach at that time would not any more."""
    known = tutor in as_is
    return known and not blocks(as_is[tutor], at=at) and bool(blocks(then[tutor], at=at))


def _signers(
    names: dict[str, str],
    as_is: Known,
    then: Known,
    *,
    policy: str,
    opens_days: int,
    now: datetime,
) -> tuple[Signers, ...]:
    """Return those who would have something to sign that they have not, by when first."""
    found = []
    for tutor, name in names.items():
        before = to_sign(as_is[tutor], policy, opens_days=opens_days, now=now)
        later = to_sign(then[tutor], policy, opens_days=opens_days, now=now)
        found += [(by, name) for _, by in later - before]
    return grouped(found)


def grouped(found: Iterable[tuple[datetime | None, str]]) -> tuple[Signers, ...]:
    """Return those who have to sign (by when, and a name) by the moment, the first first."""
    names: dict[datetime | None, list[str]] = defaultdict(list)
    for by, name in found:
        names[by].append(name)
    order = sorted(names, key=lambda by: (by is not None, by))
    return tuple(Signers(by=by, names=tuple(names[by])) for by in order)


def to_sign(
    known: Standing, policy: str, *, opens_days: int, now: datetime
) -> set[tuple[str, datetime | None]]:
    """Return what of this policy is to be signed: the major, and by when."""
    return {
        (each.about.version.partition(".")[0], each.deadline)
        for each in due(known, at=now, opens_days=opens_days)
        if each.about.policy == policy
    }
