"""A company at its desk: an author, somebody to check, and a document to publish."""

import re
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.access import SYSTEM, Role
from portal.people.actions import end
from portal.people.directory import unended
from portal.people.models import Kind
from portal.people.queries import find_person
from portal.policies.drafts import drafts
from portal.policies.text import parse
from tests.factories import TEXT, add_somebody, post, set_contacts, sign_in_as
from tests.policies.papers import saved

NEW = {"policy": "online-safeguarding"}
TERMS = {
    "title": "Teaching online",
    "summary": "How tutors keep children safe online.",
    "owner": "Morgan Ellery",
    "review": "2027-11-30",
    "change_note": "",
    "kind": "major",
    "effective_on": "",
    "grace_days": "14",
    "renewal_months": "12",
    "audience": "all:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An author and a safeguarding lead, each at a browser."""

    app: Flask
    author: FlaskClient
    lead: FlaskClient

    @property
    def draft(self) -> Any:
        """The draft changed last."""
        with self.app.extensions["db"].reader() as session:
            return drafts(session)[0]

    @property
    def page(self) -> str:
        """Where it is."""
        return f"/publishing/drafts/{self.draft.id}"


def at_the_desk(app: Flask, *roles: Role, contacts: bool = True) -> Desk:
    """Seat an administrator who writes and a safeguarding lead who checks."""
    clients = app.test_client(), app.test_client()
    with app.extensions["db"].change() as session:
        if contacts:
            set_contacts(session)
        author = add_somebody(session, "Robin Hale", *(roles or (Role.ADMINISTRATOR, Role.AUTHOR)))
        lead = add_somebody(session, "Morgan Ellery", Role.SAFEGUARDING_LEAD)
    sign_in_as(clients[0], author)
    sign_in_as(clients[1], lead)
    return Desk(app=app, author=clients[0], lead=clients[1])


def code_in_word(text: str = TEXT) -> bytes:
    """Return the example code as a company would have it: a Word document without ids."""
    paper, document = Document(), parse(text)
    paper.add_heading(document.title, level=0)
    for section in document.sections:
        paper.add_heading(section.title, level=1)
        for clause in section.clauses:
            paper.add_paragraph(clause.text)
    return saved(paper)


def upload(desk: Desk, content: bytes, *, name: str = "code.docx", **fields: str) -> Any:
    """Send a document."""
    sent = {**NEW, **fields, "document": (BytesIO(content), name)}
    return post(desk.author, "/publishing/drafts/documents", **sent)


def match_all(desk: Desk) -> Any:
    """Take the matching as it is suggested."""
    address = f"{desk.page}/matching"
    page = desk.author.get(address).text
    lists = re.findall(
        r'<select [^>]*class="long" id="[^"]+" name="([^"]+)">(.*?)</select>', page, re.DOTALL
    )
    chosen = {name: re.search(r'<option selected value="(\d*)"', body) for name, body in lists}
    found = {name: each[1] for name, each in chosen.items() if each}
    return post(desk.author, address, edition=desk.draft.edition, **found)


def say_terms(desk: Desk, **changed: str) -> Any:
    """Say what the version is and from when."""
    fields = {**TERMS, **changed, "edition": desk.draft.edition}
    return post(desk.author, f"{desk.page}/terms", **fields)


def approve(desk: Desk) -> Any:
    """Let the second person approve what is there."""
    return post(desk.lead, f"{desk.page}/approval", digest=desk.draft.digest)


def publish(desk: Desk) -> Any:
    """Publish it."""
    return post(desk.author, f"{desk.page}/publication", digest=desk.draft.digest)


def write(desk: Desk, number: int, *texts: str, **fields: Any) -> Any:
    """Send a section back with these words in its clauses, in order; the rest as they are."""
    part = desk.draft.manuscript.parts[number - 1]
    sent: dict[str, Any] = {"title": part.title, "edition": desk.draft.edition}
    known = [(each.id, each.text) for each in part.passages]
    for n, text in enumerate([*texts, *(words for _, words in known[len(texts) :])]):
        sent[f"clauses-{n}-id"] = known[n][0] if n < len(known) else ""
        sent[f"clauses-{n}-text"] = text
    return post(desk.author, f"{desk.page}/sections/{number}", **{**sent, **fields})


def leave(session: Any, email: str) -> None:
    """Close somebody's account."""
    person = find_person(session, email=email)
    for period in unended(session, person.id, kind=Kind.ENABLED):
        end(session, period.id, by=SYSTEM, now=clock.now())


def words_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
