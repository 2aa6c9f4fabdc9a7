"""What would be published: a text with its terms, from a draft or from a file in policies/."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal import clock
from portal.config import Settings
from portal.policies import rules
from portal.policies.actions import faults, grace_ends_at
from portal.policies.drafts import MINOR, Written
from portal.policies.manuscript import compose
from portal.policies.queries import facts, newest
from portal.policies.text import BadPolicy, Document, digest, parse
from portal.publishing.kinds import OPEN
from portal.publishing.queries import OnFile

MISSING = {
    "title": "Give the policy a title.",
    "summary": "Say in a sentence or two what the policy is about.",
    "owner": "Say who owns the text.",
    "review": "Say by when the text is looked at again.",
    "change_note": "Say what changed since the last version.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A version as it would be; `problems` says what is missing, `document` is None without it."""

    policy: str
    label: str
    text: str
    document: Document | None
    problems: tuple[str, ...]
    asked_at: datetime
    begins: datetime
    grace_ends_at: datetime
    grace_days: int
    renewal_months: int
    audience: tuple[str, str]

    @property
    def version(self) -> rules.Version:
        """What the rules know of it, as if it were published."""
        major, _, minor = self.label.partition(".")
        return rules.Version(
            major=int(major),
            minor=int(minor),
            published_at=self.asked_at,
            effective_at=self.begins,
            grace_ends_at=self.grace_ends_at,
        )


def of_draft(session: Session, draft: Written, *, settings: Settings, now: datetime) -> Proposal:
    """Return what this draft would publish now, with the number it would get."""
    terms, label = draft.terms, next_label(session, draft.policy, kind=draft.terms.kind)
    begins = _begins(terms.effective_on, settings=settings, now=now)
    day = clock.local(begins, settings.zone).date()
    text = compose(draft.manuscript, version=label, effective=day)
    document, problem = _read(text)
    unsaid = tuple(missing(draft))
    return Proposal(
        policy=draft.policy,
        label=label,
        text=text,
        document=document,
        problems=unsaid or problem,
        asked_at=now,
        begins=begins,
        grace_ends_at=_grace(begins, terms.grace_days, settings),
        grace_days=terms.grace_days,
        renewal_months=terms.renewal_months,
        audience=terms.audience,
    )


def of_file(found: OnFile, *, settings: Settings, now: datetime) -> Proposal:
    """Return what a file in policies/ would publish now."""
    begins = max(now, _begins(found.document.effective, settings=settings, now=now))
    return Proposal(
        policy=found.name,
        label=found.document.version,
        text=found.text,
        document=found.document,
        problems=(),
        asked_at=now,
        begins=begins,
        grace_ends_at=_grace(begins, settings.grace_days, settings),
        grace_days=settings.grace_days,
        renewal_months=settings.renewal_months,
        audience=("all", ""),
    )


def next_label(session: Session, policy: str, *, kind: str) -> str:
    """Return the number of the next version: a number once used is never used again."""
    known = next((each.versions for each in facts(session) if each.policy == policy), ())
    latest = newest(session, policy)
    if kind == MINOR and latest is not None:
        minors = [each.minor for each in known if each.major == latest.major]
        return f"{latest.major}.{max(minors) + 1}"
    return f"{max((each.major for each in known), default=0) + 1}.0"


def faults_of(session: Session, proposal: Proposal, *, now: datetime) -> tuple[str, ...]:
    """Return why the text may not become a version now, in sentences."""
    if proposal.document is None:
        return proposal.problems
    found = faults(
        session,
        proposal.policy,
        proposal.document,
        digest=digest(proposal.text),
        begins=proposal.begins,
        now=now,
    )
    return (*proposal.problems, *(each.sentence for each in found))


def missing(draft: Written) -> Iterator[str]:
    """Yield what is still to be said before the text can be published, in sentences."""
    manuscript = draft.manuscript
    for name, sentence in MISSING.items():
        if not getattr(manuscript, name) and (draft.based_on or name != "change_note"):
            yield sentence
    if draft.based_on and draft.terms.kind == OPEN:
        yield "Say whether a rule changes, or only words: the text was changed since."
    if not manuscript.parts:
        yield "The draft has no section yet."
    for part in (each for each in manuscript.parts if not each.passages):
        yield f"The section “{part.title}” has no clause. Write one, or take it out."


def _read(text: str) -> tuple[Document | None, tuple[str, ...]]:
    try:
        return parse(text), ()
    except BadPolicy as error:
        return None, (f"The text cannot be published: {error.reason}.",)


def _begins(day: date | None, *, settings: Settings, now: datetime) -> datetime:
    """Return when a version of this day takes effect: at once today, else as the day begins."""
    if day is None or day == clock.local(now, settings.zone).date():
        return now
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(settings.zone)).astimezone(UTC)


def _grace(begins: datetime, days: int, settings: Settings) -> datetime:
    return grace_ends_at(begins, days=days, zone=settings.zone)
