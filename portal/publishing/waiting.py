"""Who was asked to check a draft as it is now, since when, and whether the mail left."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.outbox.queries import Sending, sendings
from portal.policies.drafts import Written

ASK = "draft-to-check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who was asked, by id, and how far the mail to them has come."""

    id: str
    mail: Sending


def ask_key(draft: Written, person_id: str) -> str:
    """Return what makes two mails one: to the same person, about a draft in the same words."""
    return f"{ASK} {draft.id} {draft.digest} {person_id}"


def asked(session: Session, draft: Written, *, people: Collection[str]) -> tuple[Asked, ...]:
    """Return those of these people who were asked about the draft as it is."""
    keys = {each: ask_key(draft, each) for each in people}
    found = sendings(session, keys.values())
    return tuple(Asked(id=who, mail=found[key]) for who, key in keys.items() if key in found)
