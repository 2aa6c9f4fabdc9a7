"""What happens at the demonstration's desks: a change of wording, and what waits for somebody."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal import clock, paths
from portal.access import Actor
from portal.acknowledgements.paper import Original, record_original
from portal.clearance.granting import Wish, waive
from portal.config import Settings
from portal.people.appointments import end_tag, give_tag
from portal.people.directory import unended
from portal.people.models import Kind
from portal.policies.actions import cancel, label_of, publish
from portal.policies.drafting import begin
from portal.policies.drafts import MINOR, Terms
from portal.policies.manuscript import Manuscript, Passage, opened
from portal.policies.models import Version
from portal.policies.text import parse

WORDS = {"CSP-3": "Nightwear is fine when it covers torso and lower body."}
HELPS = {"CSP-5": "Ring, do not write: a message may lie unread while the lesson goes on."}
NOTE = "Tutors asked how long the connection has to hold."
REWORDED = (
    ('version = "1.0"', f'version = "1.1"\nchange_note = "{NOTE}"'),
    (
        "Online lessons depend on a stable internet connection.",
        "Online lessons depend on a stable internet connection for the whole lesson.",
    ),
)

COURSE, COURSE_TAG = "holiday-courses", "holiday-course"
COURSE_TEXT = """+++
title = "Holiday courses: two rules more"
version = "{version}"
effective = {begins:%Y-%m-%d}
owner = "Learning manager, team North"
review = 2028-01-31
summary = "What tutors of the courses in the holidays keep to, beside the code of practice."
+++

## Groups

{{#HOL-1}}
A course has at most {most} pupils.

{{#HOL-2}}
Keep each pupil's camera off until a parent has agreed to it in writing.
"""


def reword(session: Session, name: str, *, settings: Settings, by: Actor, now: datetime) -> None:
    """Publish a change of wording: whoever signed goes on, and hears of it by mail."""
    text = (paths.POLICIES / name / "1.0.md").read_text(encoding="utf-8")
    for old, new in REWORDED:
        text = text.replace(old, new)
    publish(
        session,
        text,
        name=name,
        by=by,
        now=now,
        grace_days=settings.grace_days,
        renewal_months=settings.renewal_months,
        zone=settings.zone,
    )


def leave_a_waiver(
    session: Session, tutor_id: str, name: str, *, settings: Settings, by: Actor, now: datetime
) -> None:
    """Let somebody teach for a few days after their signature will have expired."""
    wish = Wish(
        tutor_id=tutor_id,
        policy=name,
        ends_at=now + timedelta(days=13),
        reason="Away until the week after. They sign when they are back.",
    )
    waive(session, wish, settings=settings, by=by, now=now)


def leave_an_original(
    session: Session,
    tutor_id: str,
    version: Version,
    *,
    settings: Settings,
    by: Actor,
    now: datetime,
) -> None:
    """Record what a tutor signed by hand; a second person has still to see it."""
    today = clock.local(now, settings.zone).date()
    where = "Filing cabinet in the office, second drawer."
    original = Original(shown=version.digest, signed_on=today, where=where)
    record_original(
        session,
        tutor_id,
        version.policy,
        label_of(version),
        original=original,
        settings=settings,
        by=by,
        now=now,
    )


def put_off_a_course(
    session: Session, tutor_id: str, *, settings: Settings, by: Actor, now: datetime
) -> None:
    """Announce rules for a course that nobody teaches yet, call them off, announce others."""
    give_tag(session, tutor_id, COURSE_TAG, by=by, now=now)
    [tag] = [one for one in unended(session, tutor_id, kind=Kind.TAG) if one.value == COURSE_TAG]
    end_tag(session, tutor_id, period_id=tag.id, by=by, now=now)
    for label, most, days in (("1.0", 6, 20), ("2.0", 4, 45)):
        begins, then = now + timedelta(days=days), now - timedelta(days=45 - days)
        publish(
            session,
            COURSE_TEXT.format(version=label, begins=begins, most=most),
            name=COURSE,
            audience=(Kind.TAG, COURSE_TAG),
            effective_at=begins,
            by=by,
            now=then,
            grace_days=settings.grace_days,
            renewal_months=settings.renewal_months,
            zone=settings.zone,
        )
        if label == "1.0":
            cancel(session, COURSE, label, reason="Put off until spring.", by=by, now=now)


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
