"""Pages for asking before signing: one for the tutor, a list and an answer for the others."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.errors import NotFound
from portal.forms import options
from portal.people.queries import to_ring
from portal.policies import asked, questions
from portal.policies.actions import label_of
from portal.policies.asked import AskedOf
from portal.policies.models import Version
from portal.policies.queries import get_version, names, newest
from portal.policies.question_forms import AnswerForm, AskForm
from portal.policies.text import Document, parse

ANSWERERS = (Role.MANAGER, Role.HR, Role.SAFEGUARDING_LEAD)


def open_on(bp: Blueprint) -> None:
    """Put these pages among the room's own."""
    bp.get("/policies/<name>/<version>/questions")(ask_about)
    bp.post("/policies/<name>/<version>/questions")(ask)
    bp.get("/questions")(questions_asked)
    bp.get("/questions/<question_id>")(question)
    bp.post("/questions/<question_id>/answers")(answer)
    bp.post("/questions/<question_id>/answers/<answer_id>/view")(see_answer)


@allow(Role.TUTOR)
def ask_about(name: str, version: str) -> ResponseReturnValue:
    """Ask what a tutor wants to know, about which sentence and of whom; show what was asked."""
    form = AskForm(clause=request.args.get("clause", ""))
    return _ask_page(form, name, version)


@allow(Role.TUTOR)
def ask(name: str, version: str) -> ResponseReturnValue:
    """Send the question."""
    form = AskForm(request.form)
    with db.reader() as session:
        found = get_version(session, name, version)
    _offer(form, found)
    if not form.validate():
        return _ask_page(form, name, version), 422
    with db.change() as session:
        questions.ask(
            session,
            version=get_version(session, name, version),
            clause=form.clause.data,
            asked_of=AskedOf(form.asked_of.data),
            text=form.text.data or "",
            by=actor(),
            now=clock.now(),
        )
    flash("Your question is sent. The answer comes by mail, and stands here.", "cleared")
    return redirect(url_for("policies.ask_about", name=name, version=version))


@allow(Role.TUTOR, *ANSWERERS)
def questions_asked() -> ResponseReturnValue:
    """List what was asked, as far as the reader may see it; to a tutor, where to ask."""
    by = actor()
    with db.reader() as session:
        found = asked.questions(session, seen_by=by, now=clock.now())
        latest = [newest(session, name) for name in names(session)]
    told = {"lead": by.has(Role.SAFEGUARDING_LEAD), "mine": not by.has(*ANSWERERS)}
    open_to = [(each, label_of(each)) for each in latest if each]
    return render_template("questions/list.html", questions=found, open_to=open_to, **told)


@allow(Role.TUTOR, *ANSWERERS)
def question(question_id: str) -> ResponseReturnValue:
    """Show one question, the sentence it is about, and what was answered."""
    return _question_page(AnswerForm(), question_id)


@allow(*ANSWERERS)
def answer(question_id: str) -> ResponseReturnValue:
    """Answer in one's own name."""
    form = AnswerForm(request.form)
    if not form.validate():
        return _question_page(form, question_id), 422
    with db.change() as session:
        text = form.text.data or ""
        questions.answer(session, question_id, text=text, by=actor(), now=clock.now())
    flash("Your answer is sent, in your name.", "cleared")
    return redirect(url_for("policies.question", question_id=question_id))


@allow(Role.SAFEGUARDING_LEAD)
def see_answer(question_id: str, answer_id: str) -> ResponseReturnValue:
    """Say that an answer was seen."""
    with db.change() as session:
        questions.see(session, question_id, answer_id=answer_id, by=actor(), now=clock.now())
    return redirect(url_for("policies.question", question_id=question_id))


def _ask_page(form: AskForm, name: str, label: str) -> str:
    by, now = actor(), clock.now()
    with db.reader() as session:
        version = get_version(session, name, label)
        contacts = to_ring(session, by.id, now=now)
        mine = [each for each in asked.questions_of(session, by.id) if each.policy == name]
    _offer(form, version)
    words = {"version": version, "label": label_of(version), "contacts": contacts, "mine": mine}
    return render_template("questions/ask.html", form=form, **words)


def _offer(form: AskForm, version: Version) -> None:
    """Put the sentences of this version and the people of this tutor into the form."""
    form.clause.choices = options([("", "Choose a sentence"), *_clauses(parse(version.text))])
    with db.reader() as session:
        people = questions.whom_to_ask(session, actor().id, now=clock.now())
    form.asked_of.choices = options((kind.value, _of(kind, name)) for kind, name in people.items())


def _clauses(document: Document) -> list[tuple[str, str]]:
    return [(each.id, f"{each.label}: {each.text[:90]}") for each in document.ordered]


def _of(kind: AskedOf, name: str) -> str:
    if kind is AskedOf.ELSEWHERE:
        return "Not my learning manager: the safeguarding lead and HR read it"
    return f"My {kind.value.replace('-', ' ')}, {name}"


def _question_page(form: AnswerForm, question_id: str) -> str:
    by, now = actor(), clock.now()
    with db.reader() as session:
        found = asked.get_question(session, question_id, seen_by=by, now=now)
        version = get_version(session, found.policy, found.label)
    clause = parse(version.text).clauses.get(found.clause)
    if clause is None:
        raise NotFound
    may = {"answer": found.person_id != by.id, "see": by.has(Role.SAFEGUARDING_LEAD)}
    words = {"question": found, "clause": clause, "may": may}
    return render_template("questions/question.html", form=form, **words)
