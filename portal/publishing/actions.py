"""Adopt a version in one's own name; approve a scenario word for word, or take that back."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.config import Settings
from portal.errors import NotFound, Refusal
from portal.people.queries import missing_contacts
from portal.policies.actions import publish
from portal.publishing.queries import find_on_file, reviewed


class ContactMissing(Refusal):
    """Nothing may be adopted while nobody is named to ring."""

    code = "contact-missing"


class WordsChanged(Refusal):
    """The scenario reads differently now: look at it again before answering for it."""

    code = "words-changed"


def require_words(session: Session, scenario: str, *, digest: str) -> None:
    """Raise WordsChanged unless this scenario has the very words of this digest."""
    if (scenario, digest) not in {(each.item.id, each.digest) for each in reviewed(session)}:
        raise WordsChanged("Nothing was approved: the words have changed. Open the page again.")


def adopt(
    session: Session, name: str, version: str, *, settings: Settings, by: Actor, now: datetime
) -> str:
    """Adopt a version from policies/ in the name of `by`; return its id.

    It takes effect on the day its front matter says, at once when that has passed. Raises
    ContactMissing while a company contact is missing, NotFound for an unknown version.
    """
    if missing_contacts(session):
        message = "Nothing was adopted: a contact is missing. Add it on the contacts page first."
        raise ContactMissing(message)
    found = find_on_file(name, version)
    if found is None:
        raise NotFound
    begins = datetime.combine(found.document.effective, time(0), tzinfo=ZoneInfo(settings.zone))
    return publish(
        session,
        found.text,
        name=name,
        by=by,
        now=now,
        effective_at=max(begins, now),
        grace_days=settings.grace_days,
        renewal_months=settings.renewal_months,
        zone=settings.zone,
    )
