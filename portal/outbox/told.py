"""What is said to somebody who has caused a mail: whether it leaves, and whether it has left."""

from collections.abc import Iterable

from flask import current_app

from portal.config import Settings
from portal.outbox.queries import Sending


def of_mail(what: str = "The mail") -> str:
    """Return a sentence: it is on its way, or it waits, and who can change that."""
    return on_its_way(what, settings=current_app.extensions["settings"])


def on_its_way(what: str, *, settings: Settings) -> str:
    """Return the sentence for this installation; the demonstration shows its mails on a page."""
    if settings.smtp_url or settings.demonstration:
        return f"{what} is on its way."
    return (
        f"{what} waits, because no mail server is set. Whoever runs the portal sets smtp_url in "
        "portal.toml and starts it again; then it leaves by itself."
    )


def how_far(mails: Iterable[Sending], *, settings: Settings) -> str:
    """Return what hinders these mails, nothing where all have left."""
    left_over = [each for each in mails if each.given_up or not each.sent_at]
    if lost := next((each for each in left_over if each.given_up), None):
        return f"The mail did not leave. {lost.why}"
    if not left_over:
        return ""
    why = next((each.why for each in left_over if each.failure), "")
    if why and settings.smtp_url:
        return f"The mail has not left yet. It is tried again by itself. {why}"
    return on_its_way("The mail", settings=settings)
