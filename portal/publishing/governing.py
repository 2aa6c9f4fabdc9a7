"""Pages on a policy as a whole: its versions, for whom it is, calling one off; and going live."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import actor, allow
from portal.forms import options
from portal.outbox.told import of_mail
from portal.policies.actions import cancel as call_off
from portal.policies.audiences import NoAudience, set_audience
from portal.policies.queries import get_version
from portal.publishing.actions import go_live as set_live
from portal.publishing.blueprint import ADOPTERS, READERS, bp
from portal.publishing.drafting import settings
from portal.publishing.forms import AudienceForm, CancelForm, EnforceForm
from portal.publishing.impact import of_aiming, of_cancelling
from portal.publishing.queries import audiences
from portal.publishing.readiness import queue_test, readiness
from portal.publishing.whole import Whole, get_whole


@bp.get("/publishing/policies/<name>")
@allow(*READERS)
def policy(name: str) -> ResponseReturnValue:
    """Show a policy: every version, for whom it is, from when it binds."""
    return _policy_page(name, None)


@bp.get("/publishing/policies/<name>/audience")
@allow(*ADOPTERS)
def audience(name: str) -> ResponseReturnValue:
    """Show whom it would hit, if the policy were for those who were ticked."""
    form = _audience_form(request.args)
    if not form.validate():
        return _policy_page(name, form), 422
    wanted = [_key(each) for each in form.audience.data or ()]
    told: dict[str, Any] = {"opens_days": settings().renewal_opens_days, "now": clock.now()}
    with db.reader() as session:
        known = get_whole(session, name, now=clock.now())
        impact = of_aiming(session, name, wanted, **told)
    chosen = [each.label.text for each in form.audience if each.checked]
    words = {"policy": known, "form": form, "impact": impact, "chosen": chosen}
    return render_template("publishing/audience.html", **words)


@bp.post("/publishing/policies/<name>/audience")
@allow(*ADOPTERS)
def aim(name: str) -> ResponseReturnValue:
    """Say whom the policy is for from now on."""
    form = _audience_form(request.form)
    if not form.validate():
        return _policy_page(name, form), 422
    wanted = [_key(each) for each in form.audience.data or ()]
    try:
        with db.change() as session:
            set_audience(session, name, wanted, by=actor(), now=clock.now())
    except NoAudience as nobody:
        form.audience.errors = [nobody.sentence]
        return _policy_page(name, form), 422
    flash("Saved. It holds from now on.", "cleared")
    return redirect(url_for(".policy", name=name))


@bp.get("/publishing/policies/<name>/<version>/cancellation")
@allow(*ADOPTERS)
def cancellation(name: str, version: str) -> ResponseReturnValue:
    """Show which lessons rest on an announced version, then ask why it is called off."""
    return _cancel_page(name, version, CancelForm())


@bp.post("/publishing/policies/<name>/<version>/cancellation")
@allow(*ADOPTERS)
def cancel(name: str, version: str) -> ResponseReturnValue:
    """Call it off."""
    form = CancelForm(request.form)
    if not form.validate():
        return _cancel_page(name, version, form), 422
    told: dict[str, Any] = {"reason": form.reason.data or "", "by": actor(), "now": clock.now()}
    with db.change() as session:
        call_off(session, name, version, **told)
    flash(f"Version {version} is called off.", "cleared")
    return redirect(url_for(".policy", name=name))


@bp.get("/publishing/go-live")
@allow(*READERS)
def go_live() -> ResponseReturnValue:
    """Show what is ready, and what it would mean if everything bound everybody today."""
    return _live_page(EnforceForm())


@bp.post("/publishing/go-live")
@allow(*ADOPTERS)
def start_live() -> ResponseReturnValue:
    """Say from when the policies bind those who were here before."""
    form = EnforceForm(request.form)
    if not form.validate():
        return _live_page(form), 422
    day, weeks = cast(date, form.enforced_from.data), form.spread_weeks.data or 0
    told: dict[str, Any] = {"settings": settings(), "by": actor(), "now": clock.now()}
    with db.change() as session:
        set_live(session, day, spread_weeks=weeks, **told)
    flash("Saved. Below stands from when each policy binds everybody.", "cleared")
    return redirect(url_for(".go_live"))


@bp.post("/publishing/go-live/mail")
@allow(*ADOPTERS)
def test_mail() -> ResponseReturnValue:
    """Send a mail to whoever asks, to see whether mail leaves."""
    with db.change() as session:
        queue_test(session, by=actor(), now=clock.now())
    flash(f"{of_mail()} Look at this page again in a minute.", "cleared")
    return redirect(url_for(".go_live"))


def _policy_page(name: str, form: AudienceForm | None) -> str:
    with db.reader() as session:
        known = get_whole(session, name, now=clock.now())
    shown = form or _audience_form(None, known)
    may = {"change": actor().has(*ADOPTERS)}
    return render_template("publishing/policy.html", policy=known, form=shown, may=may)


def _audience_form(sent: Any, known: Whole | None = None) -> AudienceForm:
    data = {"audience": [":".join(each) for each in known.audience]} if known else None
    form = AudienceForm(sent, data=data)
    with db.reader() as session:
        form.audience.choices = options(audiences(session))
    return form


def _key(chosen: str) -> tuple[str, str]:
    kind, _, value = chosen.partition(":")
    return kind, value


def _cancel_page(name: str, label: str, form: CancelForm) -> str:
    with db.reader() as session:
        version = get_version(session, name, label)
        days = settings().renewal_opens_days
        impact = of_cancelling(session, name, version.id, opens_days=days, now=clock.now())
        title = version.title
    words = {"name": name, "label": label, "title": title}
    return render_template("publishing/cancellation.html", form=form, impact=impact, **words)


def _live_page(form: EnforceForm) -> str:
    with db.reader() as session:
        found = readiness(session, seen_by=actor(), now=clock.now())
    may = {"change": actor().has(*ADOPTERS)}
    return render_template("publishing/go_live.html", ready=found, form=form, may=may)
