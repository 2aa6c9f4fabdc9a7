"""What lies on the demonstration's desk: a draft of a small change, waiting for a second person."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.config import Settings
from portal.policies.actions import label_of
from portal.policies.drafting import begin
from portal.policies.drafts import MINOR, Terms
from portal.policies.manuscript import Manuscript, Passage, opened
from portal.policies.models import Version
from portal.policies.text import parse

WORDS = {"CSP-3": "Nightwear is fine when it covers torso and lower body."}
HELPS = {"CSP-5": "Ring, do not write: a message may lie unread while the lesson goes on."}


def leave_a_draft(
    session: Session, version: Version, *, settings: Settings, by: Actor, now: datetime
) -> None:
    """Begin a change of wording after this version, with help beside one clause."""
    text = opened(parse(version.text))
    parts = tuple(
        part.model_copy(update={"passages": tuple(map(_changed, part.passages))})
        for part in text.parts
    )
    review: date = (now + timedelta(days=365)).date()
    told = {"parts": parts, "change_note": "Plainer words about nightwear.", "review": review}
    begin(
        session,
        version.policy,
        Manuscript(**{**dict(text), **told}),
        based_on=label_of(version),
        terms=Terms(
            kind=MINOR, grace_days=settings.grace_days, renewal_months=settings.renewal_months
        ),
        by=by,
        now=now,
    )


def _changed(passage: Passage) -> Passage:
    text = WORDS.get(passage.id, passage.text)
    return passage.model_copy(update={"text": text, "help": HELPS.get(passage.id, "")})
