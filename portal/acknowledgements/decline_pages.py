"""Pages on which a tutor says that they do not want to sign now."""

from typing import Any, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.acknowledgements import declining
from portal.acknowledgements.blueprint import bp
from portal.acknowledgements.forms import DeclineForm
from portal.acknowledgements.ready import asked_for
from portal.config import Settings
from portal.people.queries import to_ring


@bp.get("/policies/<name>/<version>/decline", endpoint="declining")
@allow(Role.TUTOR)
def ask(name: str, version: str) -> ResponseReturnValue:
    """Ask what keeps a tutor from signing, and say to whom it goes."""
    return _page(DeclineForm(), name, version)


@bp.post("/policies/<name>/<version>/decline")
@allow(Role.TUTOR)
def decline(name: str, version: str) -> ResponseReturnValue:
    """Keep it, and let whoever hears of it know."""
    form = DeclineForm(request.form)
    if not form.validate():
        return _page(form, name, version), 422
    told: dict[str, Any] = {"reason": form.reason.data, "settings": _settings()}
    with db.change() as session:
        declining.decline(session, name, version, **told, by=actor(), now=clock.now())
        hearer = declining.said_of_hearer(session, actor().id, now=clock.now())
    flash(f"Sent. It goes to {hearer}, who will get in touch. You can sign whenever you want.")
    return redirect(url_for("onboarding.home"))


def _page(form: DeclineForm, name: str, label: str) -> str:
    now, by = clock.now(), actor()
    with db.reader() as session:
        version, _, _ = asked_for(session, name, label, by=by, settings=_settings(), now=now)
        people = to_ring(session, by.id, now=now)
        hearer = declining.said_of_hearer(session, by.id, now=now)
    told = {"form": form, "version": version, "label": label, "contacts": people, "hearer": hearer}
    return render_template("acknowledgements/decline.html", **told)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
