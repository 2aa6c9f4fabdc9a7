"""Mails that this room makes: to whom a question is for, to who asked, to who answers for it."""

from datetime import datetime
from typing import Any, cast

from flask import current_app

from portal import db
from portal.config import Settings
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.mails import recipient
from portal.policies.asked import find_question
from portal.policies.questions import ANSWERED, ASKED, TO_SEE


def send(kind: str) -> Handler:
    """Return what sends this kind of mail: it says that there is something, and where to read it.

    The words stay in the portal: a mailbox is no place for what somebody is unsure of.
    """

    def send_one(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
        settings = cast(Settings, current_app.extensions["settings"])
        with db.reader() as session:
            reader = recipient(session, payload["to"], now=now)
            question = find_question(session, payload["question"])
        if question is None:
            raise NeverSend("not sent: there is no such question")
        words = {
            "name": reader.name,
            "question": question,
            "by": next((each.by for each in question.answers if each.id == payload["about"]), ""),
            "link": f"{settings.public_url}/questions/{question.id}",
            "card": f"{settings.public_url}/now",
        }
        deliver(
            compose(kind, to=reader.email, key=outgoing_id, words=words),
            settings=settings,
            now=now,
        )

    return send_one


HANDLERS: dict[str, Handler] = {kind: send(kind) for kind in (ASKED, ANSWERED, TO_SEE)}
