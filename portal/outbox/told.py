"""What is said to somebody who has just caused a mail: whether it leaves."""

from flask import current_app

from portal.config import Settings


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
