"""Pages on which scenarios are written, tried out, approved and published."""

from dataclasses import replace
from typing import cast

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.config import Settings
from portal.errors import NotFound
from portal.publishing.actions import WordsChanged
from portal.publishing.blueprint import READERS, bp
from portal.publishing.forms import ApproveForm
from portal.publishing.queries import Reviewed
from portal.publishing.quiz_desk import Written, quiz_desk, text_of, written
from portal.publishing.scenario_forms import DraftForm, PublishForm, UploadQuizForm
from portal.quizzes.actions import approve as approve_scenario
from portal.quizzes.authoring import (
    WRITERS,
    Draft,
    DraftMoved,
    draft_of,
    publish_draft,
    save_draft,
)
from portal.quizzes.blocks import cut, put
from portal.quizzes.course import Terms
from portal.quizzes.editions import source_of
from portal.quizzes.loader import LARGEST
from portal.quizzes.shelf import live
from portal.quizzes.stage import quoted


@bp.get("/publishing/quizzes/<name>")
@allow(*READERS)
def quiz(name: str) -> ResponseReturnValue:
    """Show what is live, what is being written, and what keeps that back."""
    with db.reader() as session:
        desk = quiz_desk(session, name, terms=_terms())
    may = {"write": actor().has(*WRITERS), "publish": actor().has(Role.SAFEGUARDING_LEAD)}
    return render_template("publishing/quiz.html", desk=desk, may=may)


@bp.get("/publishing/quizzes/<name>/draft")
@allow(*WRITERS)
def quiz_draft(name: str) -> ResponseReturnValue:
    """Show the scenarios to be written, or one of them, with every fault at its line."""
    scenario = request.args.get("scenario", "")
    with db.reader() as session:
        found = written(session, name, draft_of(session, name), terms=_terms())
    text = cut(found.text, scenario) if scenario else found.text
    form = DraftForm(data={"text": text, "n": found.draft.n, "scenario": scenario})
    return _draft_page(name, found, form)


@bp.post("/publishing/quizzes/<name>/draft")
@allow(*WRITERS)
def save_quiz(name: str) -> ResponseReturnValue:
    """Keep what was written, faults and all, and say what is wrong with it."""
    form = DraftForm(request.form)
    with db.reader() as session:
        standing = draft_of(session, name)
        if not form.validate():
            return _draft_page(name, written(session, name, standing, terms=_terms()), form), 422
    return _save(name, _typed(standing, form), form)


@bp.post("/publishing/quizzes/<name>/draft/file")
@allow(*WRITERS)
def upload_quiz(name: str) -> ResponseReturnValue:
    """Keep a file in place of what was written."""
    form = UploadQuizForm(request.form)
    file = request.files.get("file")
    source = file.stream.read(LARGEST + 1) if file else b""
    if not form.validate() or not source or len(source) > LARGEST or not _is_text(source):
        flash(f"Choose a TOML file in UTF-8 of at most {LARGEST // 1024} KiB.", "blocked")
        return redirect(url_for(".quiz", name=name))
    told = DraftForm(data={"n": form.n.data, "scenario": ""})
    return _save(name, source, told)


@bp.get("/publishing/quizzes/<name>/draft/scenarios/<scenario_id>")
@allow(*READERS)
def draft_scenario(name: str, scenario_id: str) -> ResponseReturnValue:
    """Show one scenario of the draft as a tutor would see it, step by step, with what follows."""
    with db.reader() as session:
        found = written(session, name, draft_of(session, name), terms=_terms())
    return _preview(name, found, _item(found, scenario_id))


@bp.post("/publishing/quizzes/<name>/draft/scenarios/<scenario_id>")
@allow(Role.SAFEGUARDING_LEAD)
def approve_words(name: str, scenario_id: str) -> ResponseReturnValue:
    """Approve the very words that were shown, and go on to the next that waits."""
    form = ApproveForm(request.form)
    if not form.validate():
        raise NotFound
    with db.change() as session:
        found = written(session, name, draft_of(session, name), terms=_terms())
        words = _item(found, scenario_id).digest
        if words != form.digest.data:
            raise WordsChanged("Nothing was approved: the words have changed. Open it again.")
        approve_scenario(session, scenario_id, digest=words, by=actor(), now=clock.now())
    waiting = [each.item.id for each in found.waiting if each.item.id != scenario_id]
    if waiting:
        return redirect(url_for(".draft_scenario", name=name, scenario_id=waiting[0]))
    return redirect(url_for(".quiz", name=name))


@bp.post("/publishing/quizzes/<name>/editions")
@allow(Role.SAFEGUARDING_LEAD)
def publish_quiz(name: str) -> ResponseReturnValue:
    """Make the draft live, as it was shown."""
    form = PublishForm(request.form)
    if not form.validate():
        raise NotFound
    with db.change() as session:
        draft = draft_of(session, name)
        published = publish_draft(
            session,
            name,
            n=int(form.n.data or 0),
            text=text_of(session, name, draft.source),
            terms=_terms(),
            by=actor(),
            now=clock.now(),
        )
    flash(
        f"{len(published.scenarios)} scenarios are live for version {published.major}.", "cleared"
    )
    return redirect(url_for(".quiz", name=name))


@bp.get("/publishing/quizzes/<name>/live.toml")
@allow(*READERS)
def live_file(name: str) -> ResponseReturnValue:
    """Serve the live quiz, byte for byte."""
    with db.reader() as session:
        return _file(name, live(session, name).source)


@bp.get("/publishing/quizzes/<name>/draft.toml")
@allow(*READERS)
def draft_file(name: str) -> ResponseReturnValue:
    """Serve the draft, byte for byte."""
    with db.reader() as session:
        source = draft_of(session, name).source
        text_of(session, name, source)
        return _file(name, source)


@bp.get("/publishing/quizzes/<name>/editions/<edition_id>.toml")
@allow(*READERS)
def edition_file(name: str, edition_id: str) -> ResponseReturnValue:
    """Serve what was published, byte for byte."""
    with db.reader() as session:
        return _file(name, source_of(session, name, edition=edition_id))


def _save(name: str, source: bytes, form: DraftForm) -> ResponseReturnValue:
    """Keep these bytes and show what is wrong with them; nothing typed is lost on the way."""
    try:
        with db.change() as session:
            n = int(form.n.data or 0)
            text_of(session, name, source)  # only of a policy that there is
            save_draft(session, name, source, n=n, by=actor(), now=clock.now())
    except DraftMoved as moved:
        return _moved(name, source, form, moved), 409
    with db.reader() as session:
        found = written(session, name, draft_of(session, name), terms=_terms())
    if found.spots:
        again = _again(form, found)
        again.text.errors = [f"It is saved, with {_count(found)} to put right"]
        return _draft_page(name, found, again), 422
    flash(f"Saved: {len(found.items)} scenarios and cards, without a fault.", "cleared")
    if form.scenario.data in {each.item.id for each in found.items}:
        return redirect(url_for(".draft_scenario", name=name, scenario_id=form.scenario.data))
    return redirect(url_for(".quiz", name=name))


def _moved(name: str, source: bytes, form: DraftForm, moved: DraftMoved) -> str:
    """Show what was typed again, and that somebody else was faster."""
    with db.reader() as session:
        standing = draft_of(session, name)
        draft = replace(standing, source=source)
        found = written(session, name, draft, terms=_terms())
    again = _again(form, found)
    again.text.errors = [f"{moved.sentence} Your text is below. Saving again replaces theirs."]
    return _draft_page(name, found, again)


def _again(form: DraftForm, found: Written) -> DraftForm:
    """Return the form with what was typed, to be saved over what stands now."""
    told = {"n": found.draft.n, "scenario": form.scenario.data}
    return DraftForm(data={**told, "text": form.text.data or found.text})


def _draft_page(name: str, found: Written, form: DraftForm) -> str:
    return render_template("publishing/quiz_draft.html", name=name, written=found, form=form)


def _preview(name: str, found: Written, item: Reviewed) -> str:
    may = {"approve": actor().has(Role.SAFEGUARDING_LEAD), "write": actor().has(*WRITERS)}
    return render_template(
        "publishing/quiz_preview.html",
        name=name,
        reviewed=item,
        may=may,
        label=found.label,
        quote=lambda clauses: quoted(clauses, document=found.document),
    )


def _item(found: Written, scenario_id: str) -> Reviewed:
    for each in found.items:
        if each.item.id == scenario_id:
            return each
    raise NotFound


def _count(found: Written) -> str:
    return "one fault" if len(found.spots) == 1 else f"{len(found.spots)} faults"


def _typed(standing: Draft, form: DraftForm) -> bytes:
    """Return what was typed as bytes; a box changes line ends, so what is the same stays as is."""
    text = (form.text.data or "").replace("\r\n", "\n")
    before = standing.source.decode(errors="replace").replace("\r\n", "\n")
    if form.scenario.data:
        text = put(before, form.scenario.data, text)
    return standing.source if text == before else text.encode()


def _is_text(source: bytes) -> bool:
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return True


def _file(name: str, source: bytes) -> Response:
    response = Response(source, mimetype="application/toml")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.toml")
    return response


def _terms() -> Terms:
    return Terms.of(cast(Settings, current_app.extensions["settings"]))
