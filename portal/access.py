"""Who is asking, and who may open a page: nobody may open one that does not say so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Flask, current_app, has_request_context, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from portal.errors import page

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What a person does here; one person may do several things."""

    TUTOR = "tutor"
    MANAGER = "learning-manager"
    HR = "hr"
    SAFEGUARDING_LEAD = "safeguarding-lead"
    AUTHOR = "author"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """The role as people say it."""
        return {"hr": "HR"}.get(self.value, self.value.replace("-", " "))

    @property
    def may(self) -> str:
        """What the role lets somebody do, in a line; the pages decide."""
        return MAY[self]


MAY = {
    Role.TUTOR: "Reads, works through the scenarios, signs.",
    Role.MANAGER: "Invites tutors, sees those they answer for, schedules, answers questions.",
    Role.HR: "Sees all tutors and what they signed. Manages people. Writes, approves and publishes "
    "policies.",
    Role.SAFEGUARDING_LEAD: "Sees all tutors. Writes, approves and publishes policies and "
    "scenarios.",
    Role.AUTHOR: "Writes policies and scenarios. Approves and publishes nothing.",
    Role.ADMINISTRATOR: "Sets up people, teams and contacts. Writes and publishes policies, but "
    "approves none.",
}


ASKS = (  # nobody is sent to themselves: the first role that somebody has decides
    (Role.ADMINISTRATOR, "whoever runs the portal’s server"),
    (Role.HR, "an administrator"),
    (Role.SAFEGUARDING_LEAD, "HR or an administrator"),
    (Role.AUTHOR, "HR or an administrator"),
    (Role.MANAGER, "HR"),
    (Role.TUTOR, "your learning manager"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a change came from."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking: a frozen value, never a row, so that no transaction stays open for it."""

    id: str
    name: str
    roles: frozenset[Role] = frozenset()
    origin: Origin = Origin()
    sign_in: str = ""  # digest of the browser's token; empty for commands
    comfort: tuple[tuple[str, str], ...] = ()

    is_active: bool = field(default=True, init=False)
    is_authenticated: bool = field(default=True, init=False)
    is_anonymous: bool = field(default=False, init=False)

    def has(self, *roles: Role) -> bool:
        """Whether this person does one of these things."""
        return not self.roles.isdisjoint(roles)

    @property
    def asks(self) -> str:
        """Whom this person asks about what the portal refused."""
        return next(whom for role, whom in ASKS if role in self.roles or role is Role.TUTOR)


SYSTEM = Actor(id="portal", name="The portal")
CONSOLE = Actor(id="console", name="The console", roles=frozenset(Role))


def actor() -> Actor:
    """Return who is asking: the person signed in, or the portal itself outside a request."""
    if not has_request_context() or not current_user.is_authenticated:
        return SYSTEM if not has_request_context() else _visitor()
    return cast(Actor, current_user._get_current_object())  # noqa: SLF001 - werkzeug's proxy


def origin() -> Origin:
    """Return where the current request comes from."""
    agent = request.headers.get("User-Agent", "")
    return Origin(address=request.remote_addr or "", agent=agent[:200])


def allow(*roles: Role) -> Callable[[View], View]:
    """Open a page to these roles."""
    return _marked(frozenset(roles))


def allow_signed_in(view: View) -> View:
    """Open a page to everyone who is signed in."""
    return _marked(frozenset(Role))(view)


def allow_anyone(view: View) -> View:
    """Open a page to the world."""
    return _marked(None)(view)


def allowed_to(view: Callable[..., Any]) -> frozenset[Role] | None:
    """Return the roles a view opens to, None for the world; LookupError when it does not say."""
    if not hasattr(view, "allowed_to"):
        message = f"{view.__name__} does not say who may open it"
        raise LookupError(message)
    return cast("frozenset[Role] | None", view.allowed_to)


def opens(endpoint: str) -> bool:
    """Whether a page opens to whoever is asking: a link to it may be shown."""
    roles = allowed_to(current_app.view_functions[endpoint])
    if roles is None:
        return True
    return bool(current_user.is_authenticated) and _lets_in(roles)


def init_access(app: Flask, *, load: Callable[[str], Actor | None]) -> None:
    """Sign people in by `load(token)` and stand before every page."""
    manager = LoginManager(app)
    manager.session_protection = None  # the server-side row decides; see people/sign_in.py
    manager.user_loader(load)
    app.view_functions["static"] = allow_anyone(app.view_functions["static"])
    app.before_request(_stand_before)


def _marked(roles: frozenset[Role] | None) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.allowed_to = roles  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def _stand_before() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such route: the 404 or 405 follows
    roles = allowed_to(current_app.view_functions[request.endpoint])
    if roles is None:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    return None if _lets_in(roles) else page(403)


def _lets_in(roles: frozenset[Role]) -> bool:
    return actor().has(*roles) or roles == frozenset(Role)


def _to_sign_in() -> ResponseReturnValue:
    if request.method == "GET":
        session["then"] = request.full_path.rstrip("?")
    return redirect(url_for("people.sign_in"))


def _visitor() -> Actor:
    return Actor(id="visitor", name="A visitor", origin=origin())
