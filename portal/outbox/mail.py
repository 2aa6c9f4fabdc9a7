"""Send one mail: by real SMTP, or in the demonstration to the outbox page."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app

from portal import db
from portal.config import Settings
from portal.db import new_id
from portal.outbox.models import Mail as MailRow
from portal.outbox.page import page_of

TIMEOUT = 10  # seconds
FOR_GOOD = 500  # SMTP's answers from here on are permanent
LOOPBACK = ("localhost", "127.0.0.1", "::1")


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
    """One message; `key` gives it a stable Message-ID, so that copies collapse.

    It leaves as plain text and, beside it, as a page of the same words.
    """

    to: str
    subject: str
    text: str
    key: str
    attachment: Attachment | None = None


def compose(
    template: str,
    *,
    to: str,
    key: str,
    words: Mapping[str, Any],
    attachment: Attachment | None = None,
) -> Mail:
    """Return the mail that `templates/mail/<template>.txt` says; its first line is the subject."""
    # Not render_template: what templates of pages know is about a request, and here is none.
    said = current_app.jinja_env.get_template(f"mail/{template}.txt").render(words)
    subject, _, text = said.partition("\n")
    return Mail(
        to=to,
        subject=subject.removeprefix("Subject: ").strip(),
        text=text.strip() + "\n",
        key=key,
        attachment=attachment,
    )


def deliver(mail: Mail, *, settings: Settings, now: datetime) -> None:
    """Send it; raises SendLater or NeverSend."""
    message = _message(mail, settings=settings, now=now)
    if settings.demonstration:
        _show(mail, now=now)
    elif settings.smtp_url:
        _send(message, url=settings.smtp_url)
    else:
        raise SendLater("no mail server is set")


def _show(mail: Mail, *, now: datetime) -> None:
    row = {"id": new_id(), "recipient": mail.to, "subject": mail.subject, "text": mail.text}
    name = mail.attachment.name if mail.attachment else ""
    with db.change() as session:
        session.execute(sa.insert(MailRow), {**row, "attachment": name, "sent_at": now})


def _send(message: EmailMessage, *, url: str) -> None:
    try:
        with closing(_connect(url)) as server:
            _introduce(server, url=url)
            _hand_over(server, message)
            with suppress(OSError, smtplib.SMTPException):
                server.quit()  # the mail is theirs already, however they say goodbye
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _outcome(code, words) from error
    except smtplib.SMTPDataError as error:
        raise _outcome(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        # Refused before the recipient was named: that is ours to mend, and all mails wait for it.
        raise SendLater(str(error)) from error


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Send it as it is: `send_message` writes ">From" where a line of plain text begins so."""
    sender, to = str(message["From"]), str(message["To"])
    if (sender + to).isascii():
        server.sendmail(sender, [to], message.as_bytes(policy=SMTP))
    else:
        server.send_message(message)


def _outcome(code: int, words: bytes | str) -> Exception:
    """Return what a refusal of this one mail means: 5yz is for good (RFC 5321 4.2.1)."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return (NeverSend if code >= FOR_GOOD else SendLater)(f"{code} {text}")


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)


def _introduce(server: smtplib.SMTP, *, url: str) -> None:
    """Encrypt where the server can, and sign in only where nobody listens."""
    parts = urlsplit(url)
    server.ehlo()
    hidden = parts.scheme == "smtps" or parts.hostname in LOOPBACK
    if parts.scheme != "smtps" and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        hidden = True
    if parts.username and not hidden:
        raise SendLater("the mail server offers no encryption, so the password was not sent")
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))


def _message(mail: Mail, *, settings: Settings, now: datetime) -> EmailMessage:
    """Return the message; raises NeverSend for a header that would be more than one line."""
    message = EmailMessage()
    domain = urlsplit(settings.public_url).hostname or "localhost"
    try:
        message["From"] = settings.mail_from
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.key}@{domain}>"
    except (ValueError, MessageError) as error:
        raise NeverSend(str(error)) from error
    message["Date"] = now
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    page = page_of(mail.text, subject=mail.subject, home=settings.public_url)
    message.add_alternative(page, subtype="html")
    if mail.attachment:
        message.add_attachment(
            mail.attachment.content,
            maintype="application",
            subtype="pdf",
            filename=mail.attachment.name,
        )
    return message
