"""Ask a second person to check a draft, and tell those who wrote it what the answer was."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.config import Settings
from portal.ledger.actions import note
from portal.outbox.actions import queue_all
from portal.policies import drafting
from portal.policies.drafting import ChangedMeanwhile, require_open
from portal.policies.drafts import Written, get_draft
from portal.publishing.actions import NotReady, obstacles, second_person
from portal.publishing.proposal import of_draft
from portal.publishing.rules import Word
from portal.publishing.waiting import ASK, ask_key, asked

APPROVED, SENT_BACK = "draft-approved", "draft-sent-back"


def ask(
    session: Session, draft_id: str, *, digest: str, settings: Settings, by: Actor, now: datetime
) -> None:
    """Queue a mail to everybody who may check the draft and was not asked about these words yet.

    Raises NotFound, Closed, ChangedMeanwhile, and NotReady for a draft that is not to be checked.
    """
    draft = require_open(session, draft_id)
    if draft.digest != digest:
        raise ChangedMeanwhile
    second = second_person(session, draft, now=now)
    if second.word is not Word.AWAITED or draft.refused:
        raise NotReady("Nobody was asked: the draft was approved or sent back meanwhile.")
    proposal = of_draft(session, draft, settings=settings, now=now)
    if why := obstacles(session, proposal, based_on=draft.based_on, now=now):
        raise NotReady(f"Nobody was asked. {' '.join(why)}")
    known = {each.id for each in asked(session, draft, people=second.ids)}
    _queue(session, draft, people=sorted(second.ids - known - {by.id}), by=by, now=now)


def approve(session: Session, draft_id: str, *, digest: str, by: Actor, now: datetime) -> None:
    """Approve a draft as it was shown, and tell who wrote it; raises as it does."""
    word = drafting.approve(session, draft_id, digest=digest, by=by, now=now)
    _tell_editors(session, draft_id, APPROVED, word=word, now=now)


def send_back(
    session: Session, draft_id: str, *, digest: str, reason: str, by: Actor, now: datetime
) -> None:
    """Say no to a draft as it was shown, and tell who wrote it; raises what `approve` does."""
    told = {"digest": digest, "reason": reason}
    word = drafting.send_back(session, draft_id, **told, by=by, now=now)
    _tell_editors(session, draft_id, SENT_BACK, word=word, now=now)


def _tell_editors(session: Session, draft_id: str, kind: str, *, word: str, now: datetime) -> None:
    mails = [
        (f"{kind} {word} {person}", {"draft": draft_id, "person": person})
        for person in sorted(get_draft(session, draft_id).editors)
    ]
    queue_all(session, kind, mails, now=now)


def _queue(
    session: Session, draft: Written, *, people: list[str], by: Actor, now: datetime
) -> None:
    if not people:
        return
    told = {"draft": draft.id, "digest": draft.digest, "by": by.id}
    mails = [(ask_key(draft, each), {**told, "person": each}) for each in people]
    queue_all(session, ASK, mails, now=now)
    facts = {"digest": draft.digest, "asked": people}
    note(session, "draft.check-asked", by=by, subject=draft.id, now=now, **facts)
