"""Pages on which the company's ruling about a card is recorded."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.errors import NotFound
from portal.publishing.actions import require_words
from portal.publishing.blueprint import bp
from portal.publishing.queries import get_reviewed
from portal.publishing.scenario_forms import RulingForm
from portal.quizzes.content import Card
from portal.quizzes.rulings import NotYetGiven, record_ruling, rulings


@bp.get("/publishing/scenarios/<scenario_id>/ruling")
@allow(Role.SAFEGUARDING_LEAD)
def ruling(scenario_id: str) -> ResponseReturnValue:
    """Ask what the company decided about this card, and who gave it."""
    return _page(scenario_id, RulingForm())


@bp.post("/publishing/scenarios/<scenario_id>/ruling")
@allow(Role.SAFEGUARDING_LEAD)
def rule(scenario_id: str) -> ResponseReturnValue:
    """Record a ruling about the very words that were shown."""
    form = RulingForm(request.form)
    if not form.validate():
        return _page(scenario_id, form), 422
    told: dict[str, Any] = form.data
    shown = str(told.pop("digest"))
    try:
        with db.change() as session:
            require_words(session, scenario_id, digest=shown)
            card = _card(get_reviewed(session, scenario_id).item)
            record_ruling(session, card, **told, by=actor(), now=clock.now())
    except NotYetGiven as refusal:
        form.given_on.errors = [refusal.sentence]
        return _page(scenario_id, form), refusal.status
    flash("The ruling is recorded, and tutors see it on the card.", "cleared")
    return redirect(url_for(".ruling", scenario_id=scenario_id))


def _page(scenario_id: str, form: RulingForm) -> str:
    with db.reader() as session:
        found = get_reviewed(session, scenario_id)
        card = _card(found.item)
        known = rulings(session, card.id)
    form.digest.data, form.digest.raw_data = found.digest, None
    return render_template("publishing/ruling.html", card=card, known=known, form=form)


def _card(item: object) -> Card:
    """Return the card; NotFound for a scenario, which asks what is settled."""
    if not isinstance(item, Card):
        raise NotFound
    return item
