"""The page of what is never asked: emergencies, and what the policy leaves open."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from portal import db
from portal.access import Role, allow
from portal.policies.queries import get_version
from portal.policies.text import parse
from portal.quizzes.rulings import cards
from portal.quizzes.shelf import live_quiz
from portal.quizzes.stage import quoted


def open_on(bp: Blueprint) -> None:
    """Put this page among the room's own."""
    bp.get("/policies/<name>/<version>/cards", endpoint="cards")(show)


@allow(*Role)
def show(name: str, version: str) -> ResponseReturnValue:
    """Show every card with the company's ruling, where there is one."""
    unreviewed = current_app.extensions["settings"].demonstration
    with db.reader() as session:
        found = get_version(session, name, version)
        document = parse(found.text)
        quiz = live_quiz(session, name, major=found.major)
        shown = cards(session, quiz, unreviewed=unreviewed)
    told = [(each, quoted(each.card.clauses, document=document)) for each in shown]
    return render_template("quizzes/cards.html", cards=told, name=name, label=version)
