"""What there is of a draft, what is still to do, and what publishing it would mean."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import CONSOLE
from portal.config import Settings
from portal.people.directory import in_role
from portal.people.queries import teams, tutors
from portal.policies.differences import Difference, Regrouped, differences, regrouped, taken_back
from portal.policies.drafts import Written
from portal.policies.helping import with_helps
from portal.policies.queries import facts, get_version, newest
from portal.policies.text import parse
from portal.publishing.actions import ANSWERING, newest_label, obstacles, resting, second_person
from portal.publishing.citing import Cited, cited, find_quiz, touched, untested
from portal.publishing.decided import ruled
from portal.publishing.impact import Impact, of_publishing
from portal.publishing.kinds import undecided
from portal.publishing.proposal import (
    Proposal,
    faults_of,
    missing,
    next_label,
    of_draft,
    of_file,
)
from portal.publishing.queries import OnFile
from portal.publishing.rules import Checkers
from portal.publishing.waiting import Asked, asked
from portal.publishing.whole import audience_words

NONE_INVITED = "Nobody yet: no tutor is invited"
NONE_FOR = "Nobody yet: it is for no tutor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A draft as its page shows it."""

    called: str
    clauses: int
    citing: dict[str, tuple[str, ...]]  # which scenarios cite which clause
    unmatched: tuple[str, ...]  # what they cite and the draft does not say
    unsaid: tuple[str, ...]
    second: Checkers
    checkers: dict[str, str]  # who could approve it: names by id
    asked: tuple[Asked, ...]  # which of them were asked about it as it is
    editors: tuple[str, ...]
    rulings: int  # how many open questions the company has decided

    @property
    def next(self) -> str:
        """The page on which the next thing is to be done: its endpoint's name."""
        if self.unmatched and self.clauses:
            return "matching"
        return "terms" if self.unsaid else "preview"

    @property
    def unasked(self) -> tuple[str, ...]:
        """Who could approve it and was not asked, by name."""
        known = {each.id for each in self.asked}
        return tuple(name for id_, name in self.checkers.items() if id_ not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What tutors would see, what would change, whom it would hit, and what stands in the way."""

    proposal: Proposal
    outline: Outline
    obstacles: tuple[str, ...]
    differences: tuple[Difference, ...]
    regrouped: tuple[Regrouped, ...]
    taken_back: tuple[str, ...]  # clauses with the words from before what came in between
    changed: tuple[Cited, ...]  # clauses that say something else, and the scenarios on them
    untested: tuple[str, ...]
    impact: Impact | None
    newest: str  # the number of the newest version, "" for none
    audience: str  # whom the first version is for
    nobody: str  # why no tutor has to sign, where none has
    helps: dict[str, str]

    def helped(self, html: str) -> str:
        """Return the HTML of a section with the help beside its clauses."""
        return with_helps(html, self.helps)


def outline(session: Session, draft: Written, *, now: datetime) -> Outline:
    """Return what there is of a draft, and what is still to do."""
    citing = cited(find_quiz(session, draft.policy))
    ids = draft.manuscript.ids
    second = second_person(session, draft, now=now)
    names = _names(session, now=now)
    may = {id_: name for id_, name in names.items() if id_ in second.ids}
    return Outline(
        called=called(session, draft),
        clauses=len(draft.manuscript.passages),
        citing=citing,
        unmatched=tuple(each for each in citing if each not in ids),
        unsaid=tuple(missing(draft)),
        second=second,
        checkers=may,
        asked=asked(session, draft, people=may),
        editors=tuple(name for id_, name in names.items() if id_ in draft.editors),
        rulings=len(ruled(session, draft.policy)),
    )


def called(session: Session, draft: Written) -> str:
    """Say which version a draft would be, as far as that is known."""
    if undecided(draft):
        return f"comes after version {draft.based_on}"
    return f"would be version {next_label(session, draft.policy, kind=draft.terms.kind)}"


def finished(session: Session, draft: Written) -> bool:
    """Whether a draft waits for nothing but a second person, as far as its words go."""
    unsaid = any(missing(draft))
    return not unsaid and cited(find_quiz(session, draft.policy)).keys() <= draft.manuscript.ids


def is_asked(session: Session, draft: Written, *, now: datetime) -> bool:
    """Whether somebody was asked who may still check the draft as it is."""
    return bool(asked(session, draft, people=second_person(session, draft, now=now).ids))


def preview(session: Session, draft: Written, *, settings: Settings, now: datetime) -> Preview:
    """Return all that is to be looked at before this draft is approved and published."""
    proposal = of_draft(session, draft, settings=settings, now=now)
    changes, groups = _changes(session, proposal)
    quiz = find_quiz(session, draft.policy)
    told: dict[str, Any] = {"opens_days": settings.renewal_opens_days, "now": now}
    return Preview(
        proposal=proposal,
        outline=outline(session, draft, now=now),
        obstacles=obstacles(session, proposal, based_on=draft.based_on, now=now),
        differences=changes,
        regrouped=groups,
        taken_back=_taken_back(session, draft, proposal),
        changed=touched(quiz, {id_ for each in changes for id_ in each.ids}),
        untested=untested(quiz, proposal.document) if proposal.document else (),
        impact=of_publishing(session, proposal, **told) if proposal.document else None,
        newest=newest_label(session, draft.policy),
        audience=audience_words(*proposal.audience, dict(teams(session))),
        nobody=NONE_FOR if any(tutors(session, seen_by=CONSOLE, now=now)) else NONE_INVITED,
        helps=draft.manuscript.helps,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What adopting a file would mean."""

    proposal: Proposal
    obstacles: tuple[str, ...]
    differences: tuple[Difference, ...]
    regrouped: tuple[Regrouped, ...]
    impact: Impact


def ahead_of_file(session: Session, found: OnFile, *, settings: Settings, now: datetime) -> Ahead:
    """Return all that is to be looked at before a file of policies/ is adopted."""
    proposal = of_file(found, settings=settings, now=now)
    days = settings.renewal_opens_days
    changes, groups = _changes(session, proposal)
    return Ahead(
        proposal=proposal,
        obstacles=(*faults_of(session, proposal, now=now), *resting(session, proposal)),
        differences=changes,
        regrouped=groups,
        impact=of_publishing(session, proposal, opens_days=days, now=now),
    )


def _changes(
    session: Session, proposal: Proposal
) -> tuple[tuple[Difference, ...], tuple[Regrouped, ...]]:
    latest = newest(session, proposal.policy)
    if latest is None or proposal.document is None:
        return (), ()
    texts = parse(latest.text), proposal.document
    return differences(*texts), regrouped(*texts)


def _taken_back(session: Session, draft: Written, proposal: Proposal) -> tuple[str, ...]:
    """Return where a draft has the words of the version it was begun from, and the newest others.

    A draft that goes on from a newer version does not keep which it was begun from: the newest that
    was published by then.
    """
    latest = newest(session, draft.policy)
    known = next((each.versions for each in facts(session) if each.policy == draft.policy), ())
    stood = (each for each in known if not each.cancelled_at)
    older = [(each.major, each.minor) for each in stood if each.published_at <= draft.begun_at]
    if latest is None or proposal.document is None or not older:
        return ()
    base = get_version(session, draft.policy, "{}.{}".format(*max(older)))
    return taken_back(parse(base.text), parse(latest.text), proposal.document)


def _names(session: Session, *, now: datetime) -> dict[str, str]:
    return {each.id: each.name for role in ANSWERING for each in in_role(session, role, now=now)}
