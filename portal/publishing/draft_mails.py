"""Mails about a draft: to who may check it, and to who wrote it; whether still, is asked last."""

from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import db
from portal.config import Settings
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.accounts import holds_role
from portal.people.mails import name_of, recipient
from portal.policies.drafts import MINOR, Written, get_draft
from portal.policies.queries import published
from portal.publishing.actions import second_person
from portal.publishing.asking import APPROVED, SENT_BACK
from portal.publishing.blueprint import ADOPTERS
from portal.publishing.proposal import next_label
from portal.publishing.rules import Word
from portal.publishing.waiting import ASK


def send_request(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Ask somebody to check a draft, unless it says something else now or waits no more."""
    with db.reader() as session:
        reader = recipient(session, payload["person"], now=now)
        draft = get_draft(session, payload["draft"])
        second = second_person(session, draft, now=now)
        if draft.closed or draft.refused or draft.digest != payload["digest"]:
            raise NeverSend("not sent: the draft was changed, sent back, published or put away")
        if second.word is not Word.AWAITED or reader.id not in second.ids:
            raise NeverSend("not sent: the draft does not wait for this person any more")
        words = _words(session, draft) | {"by": name_of(session, payload["by"])}
    words |= {"others": len(second.ids) > 1, "minor": draft.terms.kind == MINOR}
    words |= {"link": f"{words['link']}/preview"}
    _send(ASK, reader, key=outgoing_id, words=words, now=now)


def send_approval(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell somebody who wrote in a draft that it is approved, or published already."""
    with db.reader() as session:
        reader = recipient(session, payload["person"], now=now)
        draft = get_draft(session, payload["draft"])
        version = next((each for each in published(session) if each.id == draft.version_id), None)
        if draft.approval is None or (draft.closed and version is None):
            raise NeverSend("not sent: the draft was changed, sent back or put away")
        if version and version.published_by == reader.id:
            raise NeverSend("not sent: this person has published it")
        words = _words(session, draft) | {"by": draft.approval.name, "published": bool(version)}
        may = any(holds_role(session, reader.id, role=role) for role in ADOPTERS)
    words |= {"may": may, "link": f"{words['link']}/preview"}
    if version:
        words["version"] = f"{version.major}.{version.minor}"
        words["link"] = f"{_settings().public_url}/publishing/policies/{draft.policy}"
    _send(APPROVED, reader, key=outgoing_id, words=words, now=now)


def send_refusal(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell somebody who wrote in a draft that it came back; why, its page says."""
    with db.reader() as session:
        reader = recipient(session, payload["person"], now=now)
        draft = get_draft(session, payload["draft"])
        if draft.closed or draft.sent_back is None or not draft.refused:
            raise NeverSend("not sent: the draft was changed, approved or put away")
        words = _words(session, draft) | {"by": draft.sent_back.name}
    _send(SENT_BACK, reader, key=outgoing_id, words=words, now=now)


HANDLERS: dict[str, Handler] = {
    ASK: send_request,
    APPROVED: send_approval,
    SENT_BACK: send_refusal,
}


def _words(session: Session, draft: Written) -> dict[str, Any]:
    return {
        "title": draft.manuscript.title,
        "version": next_label(session, draft.policy, kind=draft.terms.kind),
        "link": f"{_settings().public_url}/publishing/drafts/{draft.id}",
    }


def _send(kind: str, reader: Any, *, key: str, words: dict[str, Any], now: datetime) -> None:
    mail = compose(kind, to=reader.email, key=key, words={"name": reader.name, **words})
    deliver(mail, settings=_settings(), now=now)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
