"""Publish a version, call an announced one off, say from when a policy binds; open a section."""

from dataclasses import replace
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Actor
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.people.models import Kind
from portal.people.queries import dated
from portal.policies import rules
from portal.policies.audiences import aim
from portal.policies.models import (
    Cancellation,
    Enforcement,
    Policy,
    ReadAgain,
    Reading,
    Spread,
    Version,
)
from portal.policies.queries import facts, get_version, names, newest, sections_opened
from portal.policies.text import BadPolicy, Document, digest, parse


class NotPublished(Refusal):
    """The text may not become a version; the sentence says why."""

    code: ClassVar[str] = "not-published"


class MayNotCancel(Refusal):
    """Only a version that is announced and not effective yet can be called off."""

    code: ClassVar[str] = "may-not-cancel"


class PolicyChanged(Refusal):
    """A newer version was published: it is the one to read, to be asked about and to sign."""

    code: ClassVar[str] = "policy-changed"
    template: ClassVar[str] = "policies/changed.html"


def publish(
    session: Session,
    text: str,
    *,
    name: str,
    by: Actor,
    now: datetime,
    grace_days: int,
    renewal_months: int,
    effective_at: datetime | None = None,
    audience: tuple[str, str] = ("all", ""),
    zone: str = clock.LONDON,
) -> str:
    """Freeze this text as a version of the policy `name`, effective now unless told; return its id.

    The first version brings the policy into being, for its audience: all tutors unless told.
    Raises NotPublished.
    """
    document, text_digest, begins = _read(text), digest(text), effective_at or now
    _refuse_faulty(session, name, document, digest=text_digest, begins=begins, now=now)
    if name not in names(session):
        session.execute(sa.insert(Policy), {"name": name, "title": document.title})
        aim(session, name, audience, by=by, now=now)
    ends = grace_ends_at(begins, days=grace_days, zone=zone)
    moments = {"effective_at": begins, "grace_ends_at": ends, "published_at": now}
    version_id = new_id()
    row = {"id": version_id, "policy": name, "text": text, "digest": text_digest, **moments}
    row |= {"published_by": by.id, "published_by_name": by.name, "renewal_months": renewal_months}
    keep(session, Version, {**row, **_front(document)})
    told = {"policy": name, "version": document.version, "digest": text_digest}
    told |= {"effective_at": begins.isoformat(), "grace_ends_at": ends.isoformat()}
    note(session, "version.published", by=by, subject=version_id, now=now, **told)
    return version_id


def cancel(
    session: Session, name: str, label: str, *, reason: str, by: Actor, now: datetime
) -> None:
    """Call an announced version off; raises MayNotCancel once it is effective or cancelled."""
    version = get_version(session, name, label)
    known = next(each for each in _versions(session, name) if each.id == version.id)
    if known.cancelled(now) or known.effective_at <= now:
        raise MayNotCancel(
            f"Version {label} is effective or called off already. Nothing was changed.",
            subject=version.id,
        )
    row = {"version_id": version.id, "cancelled_at": now, "cancelled_by": by.id, "reason": reason}
    keep(session, Cancellation, row)
    told = {"policy": name, "version": label, "reason": reason}
    note(session, "version.cancelled", by=by, subject=version.id, now=now, **told)


def set_enforced_from(
    session: Session,
    name: str,
    *,
    enforced_from: datetime,
    spread_weeks: int = 0,
    by: Actor,
    now: datetime,
) -> None:
    """Say from when an unmet policy blocks the tutors engaged before today; raises NotFound.

    The first renewals of those who sign before fall over so many weeks.
    """
    if name not in names(session):
        raise NotFound
    row = {"id": new_id(), "policy": name, "enforced_from": enforced_from, "recorded_at": now}
    keep(session, Enforcement, {**row, "recorded_by": by.id})
    if spread_weeks:
        keep(session, Spread, {"enforcement_id": row["id"], "weeks": spread_weeks})
    told = {"policy": name, "enforced_from": enforced_from.isoformat()}
    note(session, "policy.enforced", by=by, subject=name, now=now, **told)


def open_section(
    session: Session, person_id: str, *, version: Version, section: int, by: Actor, now: datetime
) -> None:
    """Record that somebody opened a section of the newest version; a second time changes nothing.

    Whoever returned opens it again, and both times stay on record.

    Raises NotFound for a section that is not there, PolicyChanged for an older version.
    """
    if section not in {each.number for each in parse(version.text).sections}:
        raise NotFound
    require_newest(session, version)
    if section in sections_opened(session, person_id, version_id=version.id):
        return
    row = {"person_id": person_id, "version_id": version.id, "section": section, "opened_at": now}
    if session.get(Reading, (person_id, version.id, section)) is None:
        keep(session, Reading, row)
    else:
        keep(session, ReadAgain, {**row, "engagement_id": _engagement(session, person_id)})
    told = {"policy": version.policy, "version": label_of(version), "section": section}
    note(session, "section.opened", by=by, subject=person_id, now=now, **told)


def _engagement(session: Session, person_id: str) -> str:
    """Return the id of somebody's newest engagement."""
    periods = [row for row in dated(session, person_id) if row.kind == Kind.ENGAGEMENT]
    return str(max(periods, key=lambda row: row.starts_at).id)


def require_newest(session: Session, version: Version) -> None:
    """Raise PolicyChanged when another version is the one to read and sign now."""
    latest = newest(session, version.policy)
    if latest is not None and latest.id == version.id:
        return
    refusal = PolicyChanged(
        f"Version {label_of(version)} is not the newest any more. Nothing was stored.",
        policy=version.policy,
        version=label_of(version),
    )
    refusal.shown = {"name": version.policy, "latest": label_of(latest) if latest else ""}
    raise refusal


def label_of(version: Version) -> str:
    """Return the number of a version as people write it: "2.1"."""
    return f"{version.major}.{version.minor}"


def _read(text: str) -> Document:
    try:
        return parse(text)
    except BadPolicy as error:
        raise NotPublished(f"The text cannot be adopted: {error}.", codes=["bad-text"]) from error


def faults(
    session: Session, name: str, document: Document, *, digest: str, begins: datetime, now: datetime
) -> tuple[rules.Fault, ...]:
    """Return why this text may not become a version of the policy now; nothing means it may."""
    latest = newest(session, name)
    before = parse(latest.text) if latest else None
    draft = rules.Draft(
        major=document.major,
        minor=document.minor,
        digest=digest,
        effective_at=begins,
        clauses=frozenset(document.clauses),
    )
    # The same words under another number are the same text.
    same = before is not None and _bare(before) == _bare(document)
    return rules.faults(
        draft,
        published=_versions(session, name),
        newest_digest=digest if same else latest.digest if latest else None,
        newest_clauses=frozenset(before.clauses if before else ()),
        now=now,
    )


def _bare(document: Document) -> Document:
    return replace(document, version="", effective=date.min, change_note="")


def _refuse_faulty(
    session: Session, name: str, document: Document, *, digest: str, begins: datetime, now: datetime
) -> None:
    found = faults(session, name, document, digest=digest, begins=begins, now=now)
    if found:
        sentences = " ".join(each.sentence for each in found)
        raise NotPublished(sentences, policy=name, codes=[each.code for each in found])


def grace_ends_at(begins: datetime, *, days: int, zone: str) -> datetime:
    """Return when the grace of a version ends that takes effect then."""
    return rules.grace_ends_at(
        begins,
        days=days,
        zone=ZoneInfo(zone),
        last_noon=lambda day: clock.noon_of_last_working_day(day, zone),
    )


def _versions(session: Session, name: str) -> tuple[rules.Version, ...]:
    return next((each.versions for each in facts(session) if each.policy == name), ())


def _front(document: Document) -> dict[str, object]:
    return {
        "major": document.major,
        "minor": document.minor,
        "title": document.title,
        "summary": document.summary,
        "owner": document.owner,
        "review_on": document.review.isoformat(),
        "change_note": document.change_note,
    }
