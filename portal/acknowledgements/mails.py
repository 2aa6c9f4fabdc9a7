"""Mails that this room makes: the tutor's copy, and word to tutor and learning manager."""

from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import SYSTEM, Role
from portal.acknowledgements.actions import COPY, TELL_MANAGER
from portal.acknowledgements.afterwards import MAIL
from portal.acknowledgements.compromise import MAIL as COMPROMISED
from portal.acknowledgements.compromise import find_declared, told
from portal.acknowledgements.declining import DECLINED, find_decline, hear_of
from portal.acknowledgements.expiry import MAIL as SEAL_ENDS
from portal.acknowledgements.expiry import alarm
from portal.acknowledgements.paper import waiting
from portal.acknowledgements.printable import TELL_HR, TELL_TUTOR, find_who
from portal.acknowledgements.queries import find_pdf, find_signed
from portal.acknowledgements.second import TO_CONFIRM
from portal.config import Settings
from portal.ledger.actions import note
from portal.outbox.mail import Attachment, NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.directory import in_role
from portal.people.queries import manager_of


def send_copy(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Mail the tutor the sealed PDF as it is stored, and note on the ledger that it went."""
    with db.reader() as session:
        row = _signed(session, payload["acknowledgement"])
        content = find_pdf(session, row.id)
    if content is None:
        raise NeverSend("not sent: the PDF was erased")
    mail = compose(
        COPY,
        to=row.email,
        key=outgoing_id,
        words=_words(row),
        attachment=Attachment(name=f"{row.serial}.pdf", content=content),
    )
    deliver(mail, settings=_settings(), now=now)
    with db.change() as session:
        facts = {"serial": row.serial, "mail": outgoing_id}
        note(session, "acknowledgement.mailed", by=SYSTEM, subject=row.person_id, now=now, **facts)


def tell_manager(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell the learning manager, or the deputy where there is none, that a tutor has signed."""
    with db.reader() as session:
        row = _signed(session, payload["acknowledgement"])
        manager = _manager(session, row.person_id, now=now)
    words = {**_words(row), "manager": manager.name}
    mail = compose(TELL_MANAGER, to=manager.email, key=outgoing_id, words=words)
    deliver(mail, settings=_settings(), now=now)


def tell_of_after(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell the tutor or the learning manager what came after a signature; why, the page says."""
    with db.reader() as session:
        row, to = _signed(session, payload["acknowledgement"]), payload["to"]
        reader = row if to == "tutor" else _manager(session, row.person_id, now=now)
    words = {**_words(row), "reader": reader.name, "what": payload["what"], "to": to}
    mail = compose(MAIL, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=_settings(), now=now)


def tell_of_decline(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell who hears of a tutor that they do not want to sign now; why, the page says."""
    settings = _settings()
    with db.reader() as session:
        row = find_decline(session, payload["decline"])
        hearing = hear_of(session, row.person_id, now=now) if row else ()
    reader = next((each for each in hearing if each.id == payload["to"]), None)
    if row is None or reader is None:
        raise NeverSend("not sent: this person does not answer for the tutor any more")
    words = {"name": row.name, "reader": reader.name, "title": row.title}
    words |= {"version": f"{row.major}.{row.minor}"}
    words |= {"declined": clock.in_words(row.declined_at, settings.zone)}
    words |= {"tutor_link": f"{settings.public_url}/tutors/{row.person_id}"}
    mail = compose(DECLINED, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def tell_of_name(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell somebody in HR that a name on a tutor's page cannot be printed."""
    settings = _settings()
    with db.reader() as session:
        hearing = in_role(session, Role.HR, now=now)
        tutor = find_who(session, payload["tutor"])
    reader = next((each for each in hearing if each.id == payload["person"]), None)
    if reader is None or tutor is None:
        raise NeverSend("not sent: this person is not in HR any more")
    words = {"name": reader.name, "tutor": tutor.name}
    words |= {"link": f"{settings.public_url}/printable-names"}
    deliver(
        compose(TELL_HR, to=reader.email, key=outgoing_id, words=words), settings=settings, now=now
    )


def tell_of_form(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell whoever waits that the name that stopped a signature can be printed now.

    That is the tutor, or who prints or confirms what the tutor signs by hand.
    """
    settings, who = _settings(), payload["person"]
    with db.reader() as session:
        reader, tutor = find_who(session, who), find_who(session, payload.get("tutor", who))
    if reader is None or tutor is None:
        raise NeverSend("not sent: there is no such person")
    own = reader.id == tutor.id
    link = settings.public_url if own else f"{settings.public_url}/acknowledgements"
    words = {"name": reader.name, "tutor": "" if own else tutor.name, "link": link}
    mail = compose(TELL_TUTOR, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def tell_of_paper(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell somebody who may confirm it that an original signed by hand waits."""
    settings = _settings()
    with db.reader() as session:
        row = next((each for each in waiting(session) if each.id == payload["paper"]), None)
        reader = find_who(session, payload["person"])
    if row is None or reader is None:
        raise NeverSend("not sent: it does not wait any more")
    words = {"name": reader.name, "tutor": row.name, "recorder": row.recorder, "title": row.title}
    words |= {"link": f"{settings.public_url}/papers/{row.id}"}
    mail = compose(TO_CONFIRM, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def tell_of_seal(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell an administrator what is wrong with the seal, as it stands when the mail goes."""
    settings = _settings()
    with db.reader() as session:
        hearing = in_role(session, Role.ADMINISTRATOR, now=now)
    reader = next((each for each in hearing if each.id == payload["person"]), None)
    found = alarm(settings, now=now)
    if reader is None or found is None:
        raise NeverSend("not sent: this person is no administrator any more, or the seal is well")
    words = {"name": reader.name, "sentence": found.sentence, "stopped": found.stopped}
    words |= {"given": settings.seal_file, "organisation": settings.organisation}
    mail = compose(SEAL_ENDS, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


def tell_of_compromise(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell who answers for the evidence that the key of a seal was in other hands."""
    settings, who = _settings(), payload["person"]
    with db.reader() as session:
        found = find_declared(session, payload["declared"], person_id=who, now=now)
        reader = find_who(session, who)
    if reader is None or found is None:
        raise NeverSend("not sent: it does not concern this person any more")
    words = {"name": reader.name, "sentence": told(found, settings.zone)}
    words |= {"link": f"{settings.public_url}/acknowledgements", "seal": found.fingerprint}
    mail = compose(COMPROMISED, to=reader.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


HANDLERS: dict[str, Handler] = {
    COPY: send_copy,
    TELL_MANAGER: tell_manager,
    MAIL: tell_of_after,
    DECLINED: tell_of_decline,
    TELL_HR: tell_of_name,
    TELL_TUTOR: tell_of_form,
    TO_CONFIRM: tell_of_paper,
    SEAL_ENDS: tell_of_seal,
    COMPROMISED: tell_of_compromise,
}


def _signed(session: Session, acknowledgement_id: str) -> Any:
    row = find_signed(session, acknowledgement_id)
    if row is None:
        raise NeverSend("not sent: there is no such acknowledgement")
    return row


def _manager(session: Session, person_id: str, *, now: datetime) -> Any:
    manager = manager_of(session, person_id, now=now)
    if manager is None:
        raise NeverSend("not sent: the tutor has no learning manager")
    return manager


def _words(row: Any) -> dict[str, str]:
    settings = _settings()
    return {
        "name": row.name,
        "organisation": settings.organisation,
        "title": row.title,
        "version": f"{row.major}.{row.minor}",
        "serial": row.serial,
        "signed": clock.in_words(row.signed_at, settings.zone),
        "until": clock.in_words(row.expires_at, settings.zone),
        "digest": row.pdf_digest,
        "link": f"{settings.public_url}/acknowledgements/{row.serial}",
        "ended": clock.in_words(row.revoked_at, settings.zone) if row.revoked_at else "",
        "tutors_link": f"{settings.public_url}/tutors",
        "tutor_link": f"{settings.public_url}/tutors/{row.person_id}",
    }


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
