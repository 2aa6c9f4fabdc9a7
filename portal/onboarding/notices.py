"""Who is told of a version, new or called off, and who is reminded of what is due: once each.

A version that is published or called off queues one row, and so does each new day. Whoever handles
it finds the tutors concerned, outside any change, and queues a mail for each: no page waits for a
thousand of them. The key of each mail names its reason and its period, so that there is never a
second one.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import CONSOLE
from portal.acknowledgements.rules import Acknowledged
from portal.clearance.due import Due, due
from portal.clearance.queries import standings
from portal.clearance.rules import Standing, judged, signatures
from portal.config import Settings
from portal.ledger.actions import Noted
from portal.ledger.queries import told_of_many
from portal.onboarding.rules import reminder
from portal.outbox.actions import queue, queue_all
from portal.people.queries import tutors
from portal.people.rules import runs
from portal.policies.queries import facts

NEWS, NOTICE = "version-news", "version-notice"
OFF_NEWS, CALLED_OFF = "version-off-news", "version-called-off"
DAY, REMINDER = "reminders", "reminder"
MAILED = tuple(f"{template}.mailed" for template in (NOTICE, REMINDER))
TOGETHER = 200  # tutors asked about, and mails queued, in one go


def queue_news(session: Session, noted: Noted) -> None:
    """Queue the search for those who are to hear of a version, in the change that published it.

    Of a policy's first version nobody has signed an earlier one.
    """
    policy = noted.facts["policy"]
    if any(each.policy == policy and len(each.versions) == 1 for each in facts(session)):
        return
    told = {"policy": policy, "version": noted.facts["version"]}
    payload = {**told, "id": noted.subject}
    queue(session, NEWS, key=f"{NEWS} {noted.subject}", payload=payload, now=noted.at)


def queue_called_off(session: Session, noted: Noted) -> None:
    """Queue the search for those who relied on a version, in the change that called it off."""
    payload = {key: noted.facts[key] for key in ("policy", "version")} | {"id": noted.subject}
    queue(session, OFF_NEWS, key=f"{OFF_NEWS} {noted.subject}", payload=payload, now=noted.at)


def queue_reminders(session: Session, day: str, now: datetime) -> None:
    """Queue the search for those who are to be reminded on this day."""
    queue(session, DAY, key=f"{DAY} {day}", payload={}, now=now)


def spread_news(payload: dict[str, Any], _outgoing_id: str, now: datetime) -> None:
    """Queue a notice for every tutor who holds a signature of an earlier version."""
    for people in _tutors(now=now):
        told = [
            (f"{NOTICE} {payload['id']} {person}", {**payload, "person": person})
            for person, known in people.items()
            if signed_before(known, payload["policy"], payload["version"], at=now)
        ]
        with db.change() as session:
            queue_all(session, NOTICE, told, now=now)


def spread_called_off(payload: dict[str, Any], _outgoing_id: str, now: datetime) -> None:
    """Queue a mail for every tutor who had signed that version or was told of it by mail."""
    which = payload["policy"], payload["version"]
    for people in _tutors(now=now):
        mailed = _mailed(people, *which)
        told = [
            (f"{CALLED_OFF} {payload['id']} {person}", {**payload, "person": person})
            for person, known in people.items()
            if here(known, at=now) and (person in mailed or signed_it(known, *which, at=now))
        ]
        with db.change() as session:
            queue_all(session, CALLED_OFF, told, now=now)


def spread_reminders(_payload: dict[str, Any], _outgoing_id: str, now: datetime) -> None:
    """Queue a reminder for every tutor whose deadline is so many days ahead."""
    for people in _tutors(now=now):
        told = [
            (f"{REMINDER} {person} {each['policy']} {each['deadline'][:10]} {each['days']}", each)
            for person, known in people.items()
            for each in _reminders(person, known, now=now)
        ]
        with db.change() as session:
            queue_all(session, REMINDER, told, now=now)


def signed_before(
    known: Standing, policy: str, version: str, *, at: datetime
) -> Acknowledged | None:
    """Return what this tutor signed last of a policy that is for them, if it is an older version.

    Only signatures of the engagement that runs are asked about.
    """
    if not runs(known.enabled_in, at=at):
        return None
    for case in judged(known, at=at):
        if case.requirement.policy == policy:
            held = [
                one for one in signatures(known, case.requirement, at=at) if not one.revoked(at)
            ]
            last = max(held, key=lambda one: one.signed_at, default=None)
            major, minor = map(int, version.split("."))
            return last if last and last.number < (major, minor) else None
    return None


def signed_it(known: Standing, policy: str, version: str, *, at: datetime) -> Acknowledged | None:
    """Return this tutor's last signature of exactly this version, if they had not revoked it."""
    engaged = {each.id for each in known.engagements if each.covers(at)}
    signed = [
        each
        for each in known.acknowledgements
        if (each.policy, f"{each.major}.{each.minor}") == (policy, version)
        and each.engagement_id in engaged
        and not each.revoked(at)
    ]
    return max(signed, key=lambda each: each.signed_at, default=None)


def here(known: Standing, *, at: datetime) -> bool:
    """Whether this tutor works here then and can sign in."""
    return runs(known.engagements, at=at) and runs(known.enabled_in, at=at)


def _mailed(people: Collection[str], policy: str, version: str) -> set[str]:
    """Return those of these people whom a mail told of this version."""
    with db.reader() as session:
        entries = told_of_many(session, people, types=MAILED)
    which = {"policy": policy, "version": version}
    return {person for person, each in entries if which.items() <= each.facts.items()}


def _reminders(person: str, known: Standing, *, now: datetime) -> Iterator[dict[str, Any]]:
    if not runs(known.enabled_in, at=now):
        return
    settings = cast(Settings, current_app.extensions["settings"])
    for each in due(known, at=now, opens_days=settings.renewal_opens_days):
        days = each.deadline and _days(each, known, zone=settings.zone, now=now)
        if each.deadline and days:
            told = {"person": person, "policy": each.about.policy, "days": days}
            yield {**told, "deadline": each.deadline.isoformat()}


def _days(what: Due, known: Standing, *, zone: str, now: datetime) -> int | None:
    """Return which reminder of this is due today; its version was known from publication on."""
    key = (what.about.policy, what.about.version)
    published = {
        (each.policy, version.label): version.published_at
        for each in known.requirements
        for version in each.versions
    }
    days = [
        clock.local(moment, zone).date() for moment in (what.deadline or now, published[key], now)
    ]
    return reminder(days[0], known_since=days[1], today=days[2])


def _tutors(*, now: datetime) -> Iterator[dict[str, Standing]]:
    """Yield what is known of all tutors, some at a time, each read closed before the next."""
    with db.reader() as session:
        ids = [person for person, _ in tutors(session, seen_by=CONSOLE, now=now)]
    for start in range(0, len(ids), TOGETHER):
        with db.reader() as session:
            known = standings(session, ids[start : start + TOGETHER])
        yield known
