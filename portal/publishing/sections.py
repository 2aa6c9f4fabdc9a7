"""Pages on which the clauses of a draft are written, section by section."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import allow
from portal.errors import NotFound
from portal.policies.drafting import ChangedMeanwhile
from portal.policies.drafts import Written, get_draft
from portal.policies.writing import Typed, listed, section_saved, with_section, without_section
from portal.publishing import intake
from portal.publishing.blueprint import READERS, bp
from portal.publishing.citing import citers
from portal.publishing.drafting import TooLong, draft_page, fitting, save
from portal.publishing.forms import EditionForm, NewSectionForm, SectionForm, in_form
from portal.publishing.outline import outline


@bp.post("/publishing/drafts/<draft_id>/sections")
@allow(*READERS)
def add_section(draft_id: str) -> ResponseReturnValue:
    """Put a section in, the last of the code or of the additions, and go there."""
    form = NewSectionForm(request.form)
    if not form.validate():
        return draft_page(draft_id, section=form), 422
    title, own = form.title.data or "", bool(form.addition.data)
    with db.change() as session:
        known = get_draft(session, draft_id)
        made = with_section(known.manuscript, title=title, addition=own)
        save(session, known, made, edition=form.edition.data or 0)
        number = max(n for n, part in enumerate(made.parts, start=1) if part.addition == own)
    return redirect(url_for(".draft_section", draft_id=draft_id, number=number))


@bp.get("/publishing/drafts/<draft_id>/sections/<int:number>")
@allow(*READERS)
def draft_section(draft_id: str, number: int) -> ResponseReturnValue:
    """Show the clauses of one section to be written."""
    known = _known(draft_id, number)
    part = known.manuscript.parts[number - 1]
    clauses = [in_form(each) for each in part.passages] + [{"text": ""}]
    form = SectionForm(data={"title": part.title, "clauses": clauses, "edition": known.edition})
    return _section_page(known, number, form)


@bp.post("/publishing/drafts/<draft_id>/sections/<int:number>")
@allow(*READERS)
def save_section(draft_id: str, number: int) -> ResponseReturnValue:
    """Save a section as it was typed; what was parted, joined or emptied is so from now on."""
    form, known = SectionForm(request.form), _known(draft_id, number)
    if not form.validate() or _wrong_ids(form, known, number):
        return _section_page(known, number, form), 422
    title, typed = form.title.data or "", _typed(form)
    try:
        with fitting(), db.change() as session:
            used = intake.used(session, known.policy)
            made = section_saved(known.manuscript, number, title=title, typed=typed, used=used)
            save(session, known, made, edition=form.edition.data or 0)
    except (ChangedMeanwhile, TooLong) as refusal:
        form.form_errors = [refusal.sentence]
        form.shows(known.edition)
        return _section_page(known, number, form), refusal.status
    flash("Saved.", "cleared")
    return redirect(_after(draft_id, number, of=len(made.parts)))


@bp.post("/publishing/drafts/<draft_id>/sections/<int:number>/removal")
@allow(*READERS)
def remove_section(draft_id: str, number: int) -> ResponseReturnValue:
    """Take a section out, clauses and all."""
    form, known = EditionForm(request.form), _known(draft_id, number)
    made = without_section(known.manuscript, number)
    with db.change() as session:
        save(session, known, made, edition=form.edition.data or 0)
    flash("The section is taken out.", "cleared")
    return redirect(url_for(".draft", draft_id=draft_id))


def _known(draft_id: str, number: int) -> Written:
    with db.reader() as session:
        known = get_draft(session, draft_id)
    if not 1 <= number <= len(known.manuscript.parts):
        raise NotFound
    return known


def _section_page(known: Written, number: int, form: SectionForm) -> str:
    with db.reader() as session:
        citing = outline(session, known, now=clock.now()).citing

    def cited_by(ids: str) -> tuple[str, ...]:
        return citers(citing, listed(ids))

    words = {"draft": known, "number": number, "form": form, "cited_by": cited_by}
    return render_template("publishing/section.html", **words)


def _typed(form: SectionForm) -> list[Typed]:
    return [
        Typed(
            ids=listed(each.form["id"].data or ""),
            text=each.form["text"].data or "",
            help=each.form["help"].data or "",
            joins=bool(each.form["joins"].data),
        )
        for each in form.clauses
    ]


def _wrong_ids(form: SectionForm, known: Written, number: int) -> bool:
    """Say of each id that it is used twice, or belonged to another clause once."""
    others = [part for n, part in enumerate(known.manuscript.parts, start=1) if n != number]
    taken = {id_ for part in others for each in part.passages for id_ in each.ids}
    with db.reader() as session:
        gone = intake.retired(session, known.policy)
    wrong = False
    for each in form.clauses:
        ids, words = listed(each.form["id"].data or ""), each.form["text"].data
        if words and (why := intake.taken(ids, others=taken, gone=gone)):
            each.form["id"].errors, wrong = [why], True
        taken.update(ids)
    return wrong


def _after(draft_id: str, number: int, *, of: int) -> str:
    """Return where to go after saving: the next section where that was asked, else the draft."""
    if request.form.get("then") == "next" and number < of:
        return url_for(".draft_section", draft_id=draft_id, number=number + 1)
    return url_for(".draft", draft_id=draft_id)
