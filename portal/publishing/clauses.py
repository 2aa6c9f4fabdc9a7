"""Pages on which a draft is read as it will stand, and put right clause by clause."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import allow
from portal.errors import NotFound
from portal.forms import options
from portal.policies.drafting import ChangedMeanwhile
from portal.policies.drafts import Written, get_draft
from portal.policies.manuscript import Manuscript, Passage
from portal.policies.writing import Typed, clause_saved, joined_up, listed, section_of
from portal.publishing import intake
from portal.publishing.blueprint import READERS, bp
from portal.publishing.citing import citers
from portal.publishing.drafting import fitting, onward, save, settings
from portal.publishing.forms import MAJOR, MINOR, JoinForm, OneClauseForm, in_form
from portal.publishing.kinds import answered
from portal.publishing.outline import outline
from portal.publishing.proposal import of_draft


@bp.get("/publishing/drafts/<draft_id>/text")
@allow(*READERS)
def draft_text(draft_id: str) -> ResponseReturnValue:
    """Show the text of a draft to be read, with a way from each clause to its own page."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        shown = outline(session, known, now=clock.now())
    words = {"draft": known, "outline": shown, "opened": request.args.get("section", type=int)}
    return render_template("publishing/text.html", **words)


@bp.post("/publishing/drafts/<draft_id>/joins")
@allow(*READERS)
def join_clause(draft_id: str) -> ResponseReturnValue:
    """Join a clause to the one above it."""
    form = JoinForm(request.form)
    if not form.validate():
        raise NotFound
    id_ = str(form.clause.data)
    known, _ = _found(draft_id, id_)
    with fitting(), db.change() as session:
        made = joined_up(known.manuscript, id_, used=intake.used(session, known.policy))
        save(session, known, made, edition=form.edition.data or 0)
    flash("It is joined to the clause above.", "cleared")
    both = {id_, above(known.manuscript, id_)}
    stays = next(each.id for each in made.passages if both & {*each.ids})
    return _reading_on(known, id_, at=stays)


@bp.get("/publishing/drafts/<draft_id>/clauses/<clause_id>")
@allow(*READERS)
def draft_clause(draft_id: str, clause_id: str) -> ResponseReturnValue:
    """Show one clause to be put in other words."""
    known, passage = _found(draft_id, clause_id)
    note = known.manuscript.change_note
    told = {**in_form(passage), "change_note": note, "edition": known.edition}
    return _clause_page(known, clause_id, _form(known, data=told))


@bp.post("/publishing/drafts/<draft_id>/clauses/<clause_id>")
@allow(*READERS)
def save_clause(draft_id: str, clause_id: str) -> ResponseReturnValue:
    """Save one clause and what tutors are told of it."""
    known, _ = _found(draft_id, clause_id)
    form = _form(known, request.form)
    if not form.validate() or _is_taken(form, known, clause_id):
        return _clause_page(known, clause_id, form), 422
    try:
        with db.change() as session:
            _save(session, known, clause_id, form)
    except ChangedMeanwhile as changed:
        form.form_errors = [changed.sentence]
        form.shows(known.edition)
        return _clause_page(known, clause_id, form), 409
    flash("Saved.", "cleared")
    if known.source:  # there is more to read
        own, *_ = (*listed(form.id.data or ""), clause_id)
        stays = own if form.text.data else above(known.manuscript, clause_id)
        return _reading_on(known, clause_id, at=stays)
    return onward(draft_id)


def asks(known: Written) -> bool:
    """Whether the page of a clause asks what changed: not while a document is read through."""
    return bool(known.based_on) and not known.source


def _form(known: Written, sent: Any = None, **told: Any) -> OneClauseForm:
    form = OneClauseForm(sent, **told)
    if not asks(known):
        del form.change_note, form.kind
        return form
    with db.reader() as session:
        ahead = of_draft(session, known, settings=settings(), now=clock.now())
    by = clock.day_in_words(ahead.grace_ends_at, settings().zone)
    form.kind.choices = options([("major", f"{MAJOR} by {by}"), ("minor", MINOR)])
    return form


def _reading_on(known: Written, clause: str, *, at: str) -> ResponseReturnValue:
    """Go back to where one was reading."""
    number = section_of(known.manuscript, clause)
    return redirect(url_for(".draft_text", draft_id=known.id, section=number, _anchor=at or None))


def _save(session: Any, known: Written, clause: str, form: OneClauseForm) -> None:
    own, terms = known.manuscript, None
    ids = listed(form.id.data or "")
    typed = Typed(ids=ids, text=form.text.data or "", help=form.help.data or "")
    if asks(known):
        own = own.model_copy(update={"change_note": form.change_note.data or ""})
        terms = answered(known, str(form.kind.data))
    made = clause_saved(own, clause, typed=typed)
    save(session, known, made, terms=terms, edition=form.edition.data or 0)


def _found(draft_id: str, clause: str) -> tuple[Written, Passage]:
    """Return a draft and the clause of this id; raises NotFound for either."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
    for each in known.manuscript.passages:
        if clause in each.ids:
            return known, each
    raise NotFound


def above(manuscript: Manuscript, clause: str) -> str:
    """Return the id of the clause above this one in its section, "" for the first."""
    passages = manuscript.parts[section_of(manuscript, clause) - 1].passages
    place = next(n for n, each in enumerate(passages) if clause in each.ids)
    return passages[place - 1].id if place else ""


def _clause_page(known: Written, clause: str, form: OneClauseForm) -> str:
    with db.reader() as session:
        shown = outline(session, known, now=clock.now())
    number = section_of(known.manuscript, clause)
    words = {"draft": known, "form": form, "clause": clause, "number": number}
    citing = citers(shown.citing, listed(form.id.data or ""))
    return render_template("publishing/clause.html", **words, citing=citing)


def _is_taken(form: OneClauseForm, known: Written, clause: str) -> bool:
    """Say of a new id that it is used twice, or belonged to another clause once."""
    with db.reader() as session:
        gone = intake.retired(session, known.policy)
    own = next(each.ids for each in known.manuscript.passages if clause in each.ids)
    others = known.manuscript.ids.difference(own)
    if why := intake.taken(listed(form.id.data or ""), others=others, gone=gone):
        form.id.errors = [why]
    return bool(why)
