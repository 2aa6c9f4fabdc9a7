"""Refusals: what the portal answers when it will not do something, as pages for people."""

import logging
from typing import Any, ClassVar

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


class FolderClosed(OSError):
    """The folder of the database cannot be written, so nothing can be changed."""


# What a database raises that is away, full or closed to writing.
AWAY = (exc.OperationalError, exc.InternalError, exc.InterfaceError, exc.TimeoutError, FolderClosed)


class Refusal(Exception):
    """Something the portal will not do, with a sentence for the person who asked.

    `facts` go to the ledger with the trace; `shown` goes to the page only.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    template: ClassVar[str] = "errors/refusal.html"
    leaves_trace: ClassVar[bool] = True

    def __init__(self, sentence: str, *, subject: str = "", **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.subject = subject
        self.facts = facts
        self.shown: dict[str, Any] = {}
        self.traced = False


class NotFound(Refusal):
    """It does not exist for the one who asks, whether or not it exists."""

    status = 404
    code = "not-found"
    leaves_trace = False

    def __init__(self, sentence: str = "There is no such page for you here.") -> None:
        super().__init__(sentence)


SENTENCES = {
    400: ("That could not be read", "Go back, check what you sent, and try again."),
    401: ("Please sign in", "Sign in to go on. Nothing you saved is lost."),
    403: ("This page is for somebody else", "Your role does not open it. Ask HR if it should."),
    404: ("There is no such page here", "Check the address, or go to your home page."),
    405: ("That cannot be done here", "Go back and use the buttons on the page."),
    413: ("That was too large", "Nothing was kept. Send something smaller."),
    415: ("That form could not be read", "Go back and send the page's own form."),
    422: ("Some answers need another look", "Go back and check each one."),
    429: ("Please wait a moment", "There were many tries. Wait a few minutes, then try again."),
    500: ("Something went wrong on our side", "What you had saved is kept. Please try again."),
    503: ("The portal cannot do that just now", "Nothing was changed. Try again in a minute."),
}

AWAY_SENTENCE = "Nothing half-done is kept. Wait a minute, then look again before you repeat it."


def init_errors(app: Flask) -> None:
    """Answer refusals, HTTP errors and our own failures with pages in plain words."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    for each in AWAY:
        app.register_error_handler(each, _away)


def page(status: int, *, title: str = "", sentence: str = "") -> ResponseReturnValue:
    """Return the plain error page for this status."""
    known = SENTENCES.get(status, SENTENCES[500])
    words = {"title": title or known[0], "sentence": sentence or known[1], "status": status}
    return render_template("errors/page.html", **words), status


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if refusal.leaves_trace and not refusal.traced:
        current_app.extensions["db"].trace(refusal)
    return render_template(refusal.template, refusal=refusal, **refusal.shown), refusal.status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status >= 500:  # noqa: PLR2004 - HTTP's own border: from here on it is our failure
        _ask_nobody()
    if status in (404, 405) and request.path.startswith("/static/"):
        return "", status
    return page(status)


def _away(error: Exception) -> ResponseReturnValue:
    """Say that the database cannot be reached or written, in a page that does not need it."""
    log.error("the database cannot be used", exc_info=error)
    _ask_nobody()
    return page(503, sentence=AWAY_SENTENCE)


def _ask_nobody() -> None:
    """Take whoever is not known by now for a visitor: to ask might fail once more."""
    if not hasattr(g, "_login_user"):
        g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login looks first
