"""The mails that tell a tutor what changed and what is due; whether still, is asked when sent."""

from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import SYSTEM
from portal.clearance.due import Due, due
from portal.clearance.queries import standing
from portal.clearance.rules import Case, Standing, judged
from portal.config import Settings
from portal.ledger.actions import note
from portal.onboarding import notices
from portal.onboarding.notices import (
    CALLED_OFF,
    NOTICE,
    REMINDER,
    here,
    signed_before,
    signed_it,
)
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.mails import recipient
from portal.policies.actions import label_of
from portal.policies.changes import changed, in_plain_text
from portal.policies.models import Version
from portal.policies.queries import get_version, newest
from portal.policies.text import parse


def send_notice(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell a tutor of a new version: what changed since the one signed, and by when to sign."""
    policy, label = payload["policy"], payload["version"]
    with db.reader() as session:
        tutor = recipient(session, payload["person"], now=now)
        version = _newest(session, policy, label)
        known = standing(session, tutor.id)
        signed = signed_before(known, policy, label, at=now)
        if signed is None:
            raise NeverSend("not sent: there is nothing new to this tutor any more")
        since = f"{signed.major}.{signed.minor}"
        old = get_version(session, policy, since).text
    found = changed(old=parse(old), new=parse(version.text))
    words = {
        "version": label,
        "since": since,
        "signed": clock.day_in_words(signed.signed_at, _settings().zone),
        "why": version.change_note,
        "changes": in_plain_text(found),
        "count": len(found),
        "page": f"{_settings().public_url}/policies/{policy}/{label}/changes?since={since}",
        **_due_words(_due(known, policy, now=now)),
    }
    _send(NOTICE, tutor, version, key=outgoing_id, words=words, now=now)


def send_called_off(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell a tutor that a version was called off, what binds them now, and what to do next."""
    policy, label = payload["policy"], payload["version"]
    with db.reader() as session:
        tutor = recipient(session, payload["person"], now=now)
        version = get_version(session, policy, label)
        known = standing(session, tutor.id)
    if not here(known, at=now):
        raise NeverSend("not sent: this tutor has left")
    signed = signed_it(known, policy, label, at=now)
    zone, cases = _settings().zone, judged(known, at=now)
    words = {
        "version": label,
        "effective": clock.in_words(version.effective_at, zone),
        "signed": clock.day_in_words(signed.signed_at, zone) if signed else "",
        **_binding_words(next((each for each in cases if each.requirement.policy == policy), None)),
        **_due_words(_due(known, policy, now=now)),
    }
    _send(CALLED_OFF, tutor, version, key=outgoing_id, words=words, now=now)


def send_reminder(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Remind a tutor of a deadline that is still ahead, unless it has been met or moved."""
    with db.reader() as session:
        tutor = recipient(session, payload["person"], now=now)
        found = _due(standing(session, tutor.id), payload["policy"], now=now)
        if not found or not found.deadline or found.deadline.isoformat() != payload["deadline"]:
            raise NeverSend("not sent: it is not due any more")
        version = get_version(session, payload["policy"], found.about.version)
    words = {"version": found.about.version, "days": payload["days"], **_due_words(found)}
    _send(REMINDER, tutor, version, key=outgoing_id, words=words, now=now)


HANDLERS: dict[str, Handler] = {
    notices.NEWS: notices.spread_news,
    notices.OFF_NEWS: notices.spread_called_off,
    notices.DAY: notices.spread_reminders,
    NOTICE: send_notice,
    CALLED_OFF: send_called_off,
    REMINDER: send_reminder,
}


def _newest(session: Session, policy: str, label: str) -> Version:
    version = newest(session, policy)
    if version is None or label_of(version) != label:
        raise NeverSend("not sent: that version is not the newest any more")
    return version


def _due(known: Standing, policy: str, *, now: datetime) -> Due | None:
    found = due(known, at=now, opens_days=_settings().renewal_opens_days)
    return next((each for each in found if each.about.policy == policy), None)


def _binding_words(case: Case | None) -> dict[str, Any]:
    """Return which version binds a tutor, by which signature it is met, and which one to sign."""
    held = max(case.met_by, key=lambda each: each.signed_at, default=None) if case else None
    zone = _settings().zone
    return {
        "binding": case.binding.label if case and case.binding else "",
        "to_sign": case.subject.version if case else "",
        "held": f"{held.major}.{held.minor}" if held else "",
        "held_since": clock.day_in_words(held.signed_at, zone) if held else "",
        "held_until": clock.in_words(held.expires_at, zone) if held else "",
    }


def _due_words(found: Due | None) -> dict[str, Any]:
    deadline = found.deadline if found else None
    zone = _settings().zone
    return {"due": found is not None, "by": clock.in_words(deadline, zone) if deadline else ""}


def _send(
    template: str, tutor: Any, version: Version, *, key: str, words: dict[str, Any], now: datetime
) -> None:
    """Send it, and note on the ledger that it went."""
    settings = _settings()
    plain = {"name": tutor.name, "title": version.title, "organisation": settings.organisation}
    told = {**plain, "link": f"{settings.public_url}/", "card": f"{settings.public_url}/now"}
    mail = compose(template, to=tutor.email, key=key, words={**told, **words})
    deliver(mail, settings=settings, now=now)
    facts = {"policy": version.policy, "version": words["version"], "mail": key}
    with db.change() as session:
        note(session, f"{template}.mailed", by=SYSTEM, subject=tutor.id, now=now, **facts)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
