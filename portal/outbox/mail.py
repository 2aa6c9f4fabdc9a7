"""Send one mail: by real SMTP, or in the demonstration to the outbox page."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from portal import db
from portal.config import Settings
from portal.db import new_id
from portal.outbox.models import Mail as MailRow

TIMEOUT = 10  # seconds


class SendLater(Exception):
    """It could not be sent now; trying again may help."""


class NeverSend(Exception):
    """It will never be sent; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message in plain text; `key` gives it a stable Message-ID, so that copies collapse."""

    to: str
    subject: str
    text: str
    key: str
    attachment: Attachment | None = None


def deliver(mail: Mail, *, settings: Settings, now: datetime) -> None:
    """Send it; raises SendLater or NeverSend."""
    if settings.demonstration:
        _show(mail, now=now)
    elif settings.smtp_url:
        _send(mail, settings=settings)
    else:
        message = "no mail server is set"
        raise SendLater(message)


def _show(mail: Mail, *, now: datetime) -> None:
    row = {"id": new_id(), "recipient": mail.to, "subject": mail.subject, "text": mail.text}
    name = mail.attachment.name if mail.attachment else ""
    with db.change() as session:
        session.execute(sa.insert(MailRow), {**row, "attachment": name, "sent_at": now})


def _send(mail: Mail, *, settings: Settings) -> None:
    try:
        with _connect(settings.smtp_url) as server:
            server.send_message(_message(mail, settings=settings))
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _outcome(code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _outcome(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendLater(str(error)) from error


def _outcome(code: int, words: bytes | str) -> Exception:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    # RFC 5321 4.2.1: 5yz is permanent; but 535 (sign-in refused) is ours to mend.
    permanent = 500 <= code < 600 and code not in (530, 535)  # noqa: PLR2004 - SMTP's own numbers
    return (NeverSend if permanent else SendLater)(f"{code} {text}")


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _message(mail: Mail, *, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.to
    message["Subject"] = mail.subject
    domain = urlsplit(settings.public_url).hostname or "localhost"
    message["Message-ID"] = f"<{mail.key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.attachment:
        message.add_attachment(
            mail.attachment.content,
            maintype="application",
            subtype="pdf",
            filename=mail.attachment.name,
        )
    return message
