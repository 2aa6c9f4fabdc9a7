"""What every answer carries: headers, form tokens, and the few words every template knows."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup, escape
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import clock, paths
from portal.access import Actor, Role, opens
from portal.config import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
BODY = 1024 * 1024  # bytes; no form of ours is near it
H, M, T = Role.HR, Role.MANAGER, Role.TUTOR
L, AU, AD = Role.SAFEGUARDING_LEAD, Role.AUTHOR, Role.ADMINISTRATOR
OUTBOX, MAIL = "Outbox", "Mail"  # the first in the demonstration only, the second elsewhere
NAV = (  # label, endpoint, for whom
    ("Home", "onboarding.home", {T}),
    ("Tutors", "tracking.tutors", {M, H, L}),
    ("Weak spots", "tracking.weak_spots", {M, H, L}),
    ("Sessions", "scheduling.lessons", {T, M, H, L}),
    ("Questions", "policies.questions_asked", {T, M, H, L}),
    ("History", "onboarding.history", {T}),
    ("Acknowledgements", "archive.acknowledgements", {H, L}),
    ("Policies", "publishing.index", {H, L, AU, AD}),
    ("Contacts", "people.contacts", {H, L, AD}),
    ("People", "people.everybody", {AD, H}),
    (OUTBOX, "outbox.mails", {AD}),
    (MAIL, "archive.unsent", {AD}),
)
CELL = re.compile(r"<t([dh])\b")
ROLES = {"d": "cell", "h": "rowheader"}
COMFORT = {"size": "normal", "spacing": "normal", "tint": "none"}


def init_web(app: Flask, settings: Settings) -> None:
    """Set cookies, tokens, headers and template words."""
    key, old = settings.secret_key(), settings.old_secret_keys(clock.now())
    app.config.update(
        SECRET_KEY=key,
        SECRET_KEY_FALLBACKS=old,
        WTF_CSRF_SECRET_KEY=[*old, key],  # the last signs, each is read (itsdangerous)
        MAX_CONTENT_LENGTH=BODY,
        MAX_FORM_MEMORY_SIZE=BODY,
        SESSION_COOKIE_NAME="__Host-portal" if settings.secure else "portal",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a tutor may read for an hour
        WTF_CSRF_SSL_STRICT=False,  # no-referrer is our own policy; the token decides
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # Flask's documented way
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["labelled"] = labelled
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _token_missing)
    app.context_processor(lambda: _words(settings))
    app.after_request(lambda response: _dress(response, settings))


def _words(settings: Settings) -> dict[str, Any]:
    person = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - werkzeug's proxy
    return {
        "actor": person,
        "settings": settings,
        "asset": asset,
        "csrf": csrf,
        "opens": opens,
        "when": lambda moment: clock.in_words(moment, settings.zone),
        "day": lambda moment: clock.day_in_words(moment, settings.zone),
        "alarm": _alarm(person, settings),
        "nav": nav(person, settings=settings) if person else (),
        "comfort": {**COMFORT, **dict(person.comfort if person else ())},
    }


def _alarm(person: Any, settings: Settings) -> Any:
    """Return what an administrator must know now, whatever the page; the rooms above say it."""
    if person is None or not person.has(Role.ADMINISTRATOR):
        return None
    return current_app.extensions["alarm"](settings, now=clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One way in the mast."""

    label: str
    href: str
    current: bool


def nav(person: Actor, *, settings: Settings) -> tuple[Link, ...]:
    """Return where this person may go, one link a page."""
    other = MAIL if settings.demonstration else OUTBOX
    return tuple(
        Link(label=label, href=url_for(endpoint), current=request.endpoint == endpoint)
        for label, endpoint, roles in NAV
        if person.has(*roles) and label != other
    )


def csrf() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def labelled(rows: str, columns: Iterable[str]) -> Markup:
    """Give each cell of these rows the word above it, for a phone, where each row is a card.

    And its role: some browsers forget that it is a table once it does not look like one. A cell of
    nothing but a dash is marked: a card leaves it out.
    """
    before, *each = str(rows).replace(">–</td>", " data-none>–</td>").split("<tr")
    told = (CELL.sub(_label(iter([*columns])), row) for row in each)
    return Markup('<tr role="row"'.join([before, *told]))  # noqa: S704 - what a template made


def _label(words: Iterator[str]) -> Callable[[re.Match[str]], str]:
    return lambda cell: f'{cell[0]} role="{ROLES[cell[1]]}" data-label="{escape(next(words, ""))}"'


def asset(name: str) -> str:
    """Return the address of a static file, with its digest so that it may be kept for a year."""
    return url_for("static", filename=name, v=_digest(name))


@lru_cache
def _digest(name: str) -> str:
    return hashlib.sha256((paths.STATIC / name).read_bytes()).hexdigest()[:12]


def _dress(response: Response, settings: Settings) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _token_missing(_error: CSRFError) -> ResponseReturnValue:
    """Show again what was typed, so that nothing is lost; a foreign page's form is only refused."""
    own = request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if own and "password" not in name and name != "csrf_token"
    ]
    return render_template("errors/token.html", kept=kept, path=request.path), 400
