"""Adopt a version in one's own name; approve a scenario word for word, or take that back."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from portal import clock
from portal.access import Actor, Role
from portal.config import Settings
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.people.directory import in_role
from portal.people.queries import missing_contacts
from portal.policies.actions import label_of, publish, set_enforced_from
from portal.policies.checks import record_check, record_helps
from portal.policies.drafting import ChangedMeanwhile, close, require_open
from portal.policies.drafts import Written
from portal.policies.queries import facts, newest
from portal.policies.rules import is_settled
from portal.publishing.citing import find_quiz, gone
from portal.publishing.proposal import Proposal, faults_of, of_draft, of_file
from portal.publishing.queries import find_on_file, reviewed
from portal.publishing.rules import Checkers, checkers

ANSWERING = (Role.SAFEGUARDING_LEAD, Role.HR)  # whose word a text needs


class ContactMissing(Refusal):
    """Nothing may be adopted while nobody is named to ring."""

    code = "contact-missing"


class WordsChanged(Refusal):
    """The scenario reads differently now: look at it again before answering for it."""

    code = "words-changed"


class NotReady(Refusal):
    """Something stands in the way of publishing; the sentences say what."""

    code: ClassVar[str] = "not-ready-to-publish"


class Settled(Refusal):
    """What binds everybody is lifted for nobody in general; for one tutor there is a waiver."""

    code: ClassVar[str] = "binds-already"


class NotChecked(Refusal):
    """A second person has not approved the draft as it is now."""

    code: ClassVar[str] = "not-checked"


def require_words(session: Session, scenario: str, *, digest: str) -> None:
    """Raise WordsChanged unless this scenario has the very words of this digest."""
    if (scenario, digest) not in {(each.item.id, each.digest) for each in reviewed(session)}:
        raise WordsChanged("Nothing was approved: the words have changed. Open the page again.")


def adopt(
    session: Session, name: str, version: str, *, settings: Settings, by: Actor, now: datetime
) -> str:
    """Adopt a version from policies/ in the name of `by`; return its id.

    It takes effect on the day its front matter says, at once when that has passed. Raises
    ContactMissing while a company contact is missing, NotReady, NotFound for an unknown version.
    """
    if missing_contacts(session):
        message = "Nothing was adopted: a contact is missing. Add it on the contacts page first."
        raise ContactMissing(message)
    found = find_on_file(name, version)
    if found is None:
        raise NotFound
    proposal = of_file(found, settings=settings, now=now)
    _refuse(list(resting(session, proposal)), policy=name)
    return _publish(session, proposal, settings=settings, by=by, now=now)


def publish_draft(
    session: Session, draft_id: str, *, digest: str, settings: Settings, by: Actor, now: datetime
) -> str:
    """Publish a draft as it was shown (its digest), and return the number it got.

    Raises NotFound, Closed, ChangedMeanwhile, NotChecked, and NotReady with all that hinders.
    """
    draft = require_open(session, draft_id)
    if draft.digest != digest:
        raise ChangedMeanwhile
    second = second_person(session, draft, now=now)
    if not second.may_publish:
        raise NotChecked("Nothing was published: a second person has to approve the draft first.")
    proposal = of_draft(session, draft, settings=settings, now=now)
    _refuse(obstacles(session, proposal, based_on=draft.based_on, now=now), policy=draft.policy)
    version_id = _publish(session, proposal, settings=settings, by=by, now=now)
    record_helps(session, version_id, draft.manuscript.helps, by=by, now=now)
    record_check(session, version_id, draft, now=now)
    close(session, draft_id, version_id=version_id, now=now)
    told = {"draft": draft_id, "checked_by": draft.approval.by if draft.approval else ""}
    note(session, "draft.published", by=by, subject=version_id, now=now, **told)
    return proposal.label


def go_live(
    session: Session,
    day: date,
    *,
    spread_weeks: int,
    settings: Settings,
    by: Actor,
    now: datetime,
) -> None:
    """Say from which day on policies bind those who were here before; today is at once.

    What has bound everybody for two weeks stays as it is; raises Settled when that is all.
    """
    begins = max(now, clock.start_of_day(_noon(day, settings.zone), settings.zone))
    told: dict[str, Any] = {"enforced_from": begins, "spread_weeks": spread_weeks}
    unsettled = [
        each.policy for each in facts(session) if not is_settled(each.enforcements, at=now)
    ]
    if not unsettled:
        raise Settled("Every policy has bound everybody for two weeks. Nothing was changed.")
    for name in sorted(unsettled):
        set_enforced_from(session, name, **told, by=by, now=now)


def _noon(day: date, zone: str) -> datetime:
    # Every day has a noon: in some zones clocks skip midnight.
    return clock.from_local(datetime.combine(day, time(12)), zone)


def second_person(session: Session, draft: Written, *, now: datetime) -> Checkers:
    """Return who could approve this draft, and whether somebody did."""
    people = {each.id for role in ANSWERING for each in in_role(session, role, now=now)}
    approved_by = draft.approval.by if draft.approval else ""
    return checkers(people, editors=draft.editors, approved_by=approved_by)


def obstacles(
    session: Session, proposal: Proposal, *, based_on: str, now: datetime
) -> tuple[str, ...]:
    """Return, in sentences, all that keeps a draft from being published; nothing: it may be."""
    return (
        *faults_of(session, proposal, now=now),
        *_outdated(session, proposal, based_on=based_on),
        *_nobody_to_ring(session),
        *resting(session, proposal),
    )


def resting(session: Session, proposal: Proposal) -> Iterator[str]:
    """Yield why the scenarios do not fit this text: tutors could not pass, or read what is gone."""
    quiz = find_quiz(session, proposal.policy)
    if quiz is None:
        yield (
            "This policy has no scenarios. Nobody could pass them, so nobody could sign."
            " Write them first: the page of the draft leads there."
        )
    elif proposal.document and (lost := gone(quiz, proposal.document)):
        ids = ", ".join(each.clause for each in lost)
        yield f"Scenarios cite what is not in the text: {ids}. Match these clauses first."


def newest_label(session: Session, policy: str) -> str:
    """Return the number of a policy's newest version, "" where there is none."""
    latest = newest(session, policy)
    return label_of(latest) if latest else ""


def _outdated(session: Session, proposal: Proposal, *, based_on: str) -> Iterator[str]:
    number = newest_label(session, proposal.policy)
    if number != based_on:
        yield f"Version {number} was published since this draft was begun. See below what differs."


def _nobody_to_ring(session: Session) -> Iterator[str]:
    if missing_contacts(session):
        yield "A contact is missing. Add it on the contacts page first."


def _refuse(sentences: tuple[str, ...] | list[str], *, policy: str) -> None:
    if sentences:
        raise NotReady(f"Nothing was published. {' '.join(sentences)}", policy=policy)


def _publish(
    session: Session, proposal: Proposal, *, settings: Settings, by: Actor, now: datetime
) -> str:
    return publish(
        session,
        proposal.text,
        name=proposal.policy,
        by=by,
        now=now,
        effective_at=proposal.begins,
        grace_days=proposal.grace_days,
        renewal_months=proposal.renewal_months,
        audience=proposal.audience,
        zone=settings.zone,
    )
