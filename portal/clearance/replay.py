"""What was known then: the same facts without everything that was recorded later."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from portal.acknowledgements.rules import Acknowledged
from portal.clearance.rules import Standing, Waived
from portal.people.rules import Period
from portal.policies.rules import Requirement, Version


def known_at(standing: Standing, then: datetime) -> Standing:
    """Return the standing as it was on record then, so that old answers can be given again."""
    return replace(
        standing,
        engagements=_periods(standing.engagements, then),
        enabled_in=_periods(standing.enabled_in, then),
        suspensions=_periods(standing.suspensions, then),
        releases=_periods(standing.releases, then),
        waivers=tuple(_waiver(each, then) for each in standing.waivers if each.recorded_at <= then),
        requirements=tuple(_requirement(each, then) for each in standing.requirements),
        acknowledgements=_signatures(standing.acknowledgements, then),
        passes=tuple(each for each in standing.passes if each.passed_at <= then),
    )


def _periods(periods: Iterable[Period], then: datetime) -> tuple[Period, ...]:
    return tuple(_period(each, then) for each in periods if each.recorded_at <= then)


def _period(period: Period, then: datetime) -> Period:
    if period.end_recorded_at is None or period.end_recorded_at <= then:
        return period
    known = tuple(each for each in period.corrected if each.recorded_at <= then)
    if not known:
        return replace(period, ends_at=None, end_recorded_at=None, corrected=())
    *before, last = known
    return replace(
        period,
        ends_at=last.ends_at,
        end_recorded_at=last.recorded_at,
        corrected=tuple(before),
    )


def _waiver(waiver: Waived, then: datetime) -> Waived:
    if waiver.end_recorded_at is None or waiver.end_recorded_at <= then:
        return waiver
    return replace(waiver, ended_at=None, end_recorded_at=None)


def _requirement(requirement: Requirement, then: datetime) -> Requirement:
    return replace(
        requirement,
        versions=tuple(
            _version(each, then) for each in requirement.versions if each.published_at <= then
        ),
        applies=tuple(
            _periods(way, then)
            for way in requirement.applies
            if all(each.recorded_at <= then for each in way)
        ),
        enforcements=tuple(each for each in requirement.enforcements if each.recorded_at <= then),
    )


def _version(version: Version, then: datetime) -> Version:
    return version if version.cancelled(then) else replace(version, cancelled_at=None)


def _signatures(signatures: Iterable[Acknowledged], then: datetime) -> tuple[Acknowledged, ...]:
    return tuple(_signature(each, then) for each in signatures if each.signed_at <= then)


def _signature(signature: Acknowledged, then: datetime) -> Acknowledged:
    recorded = signature.revocation_recorded_at
    if recorded is None or recorded <= then:
        return signature
    return replace(signature, revoked_at=None, revocation_recorded_at=None)
