"""One section as a page to read: where one is in the text, and what is open to this reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.policies.actions import label_of
from portal.policies.checks import helps_of
from portal.policies.helping import with_helps
from portal.policies.models import Version
from portal.policies.queries import cancelled_at, get_version, newest, sections_opened
from portal.policies.text import Document, Section, parse

WORDS_PER_MINUTE = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A version without its sections: what it is, and whether it is the one to read now."""

    name: str
    label: str
    title: str
    owner: str
    summary: str
    effective_at: datetime
    cancelled_at: datetime | None
    newest: str  # the number of the newest version, "" when there is none

    @property
    def is_newest(self) -> bool:
        """Whether reading it counts."""
        return self.label == self.newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One section, and how far through the text this reader is."""

    cover: Cover
    section: Section
    helps: dict[str, str]
    count: int
    following: str  # the title of the next section, "" after the last
    untouched: bool  # nothing was opened yet
    minutes_left: int

    def helped(self, html: str) -> str:
        """Return the HTML of a section with the help beside its clauses."""
        return with_helps(html, self.helps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A version with all its sections."""

    cover: Cover
    sections: tuple[Section, ...]
    helps: dict[str, str]

    def helped(self, html: str) -> str:
        """Return the HTML of a section with the help beside its clauses."""
        return with_helps(html, self.helps)


def page(session: Session, name: str, label: str, *, number: int, person_id: str) -> Page:
    """Return a section as this person reads it; raises NotFound."""
    version, latest = _asked_for(session, name, label)
    document = parse(version.text)
    if not 1 <= number <= len(document.sections):
        raise NotFound
    opened = sections_opened(session, person_id, version_id=version.id)
    titles = [each.title for each in document.sections]
    return Page(
        cover=cover_of(session, version, latest=latest),
        section=document.sections[number - 1],
        helps=helps_of(session, version.id),
        count=len(titles),
        following=next(iter(titles[number:]), ""),
        untouched=not opened,
        minutes_left=minutes(words_left(document, opened=opened)),
    )


def whole(session: Session, name: str, label: str) -> Whole:
    """Return a version as a whole; raises NotFound."""
    version, latest = _asked_for(session, name, label)
    cover = cover_of(session, version, latest=latest)
    sections = parse(version.text).sections
    return Whole(cover=cover, sections=sections, helps=helps_of(session, version.id))


def words_left(document: Document, *, opened: Collection[int]) -> int:
    """Return how many words stand in the sections that were not opened yet."""
    return sum(each.words for each in document.sections if each.number not in opened)


def minutes(words: int) -> int:
    """Return how long so many words take a slow and careful reader, in whole minutes."""
    return -(-words // WORDS_PER_MINUTE)


def _asked_for(session: Session, name: str, label: str) -> tuple[Version, Version | None]:
    """Return this version and the newest one, which most often is the same; raises NotFound."""
    latest = newest(session, name)
    if latest is not None and label_of(latest) == label:
        return latest, latest
    return get_version(session, name, label), latest


def cover_of(session: Session, version: Version, *, latest: Version | None) -> Cover:
    """Return a version's cover; `latest` is the newest version of its policy."""
    # The newest version is never a cancelled one.
    cancelled = None if version is latest else cancelled_at(session, version.id)
    return Cover(
        name=version.policy,
        label=label_of(version),
        title=version.title,
        owner=version.owner,
        summary=version.summary,
        effective_at=version.effective_at,
        cancelled_at=cancelled,
        newest=label_of(latest) if latest else "",
    )
