"""A text that is still being written: sections of clauses, as a form shows them. Pure.

`compose` turns it into the Markdown of a version, `opened` a version into a manuscript. Words stay
the same on the way; formatting does not outlive it (see `losing`).
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from portal.policies.text import Document
from portal.policies.text import Section as Printed

LONGEST = 2_000  # characters of one clause
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#&~|])")
AT_START = re.compile(r"^([+\-=:]|\d{1,9}(?=[.)]))")
Words = Annotated[str, StringConstraints(max_length=LONGEST)]


class Passage(BaseModel, frozen=True, extra="forbid"):
    """One clause: its ids (none while it has none), its words, and help that nobody signs."""

    id: str = ""
    also: tuple[str, ...] = ()
    text: Words
    help: Words = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """All it stands for."""
        return (self.id, *self.also) if self.id else ()

    @property
    def label(self) -> str:
        """Its ids, as people read them."""
        return ", ".join(self.ids)

    def named(self, ids: Sequence[str]) -> "Passage":
        """Return the same with these ids."""
        first, *others = ids or ("",)
        return self.model_copy(update={"id": first, "also": tuple(others)})


class Part(BaseModel, frozen=True, extra="forbid"):
    """One section; an `addition` is the organisation's and not the code's."""

    title: Words
    passages: tuple[Passage, ...] = ()
    addition: bool = False


class Manuscript(BaseModel, frozen=True, extra="forbid"):
    """All that is signed but number and date, and the help beside it."""

    title: str = ""
    summary: str = ""
    owner: str = ""
    review: date | None = None
    change_note: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every clause in reading order."""
        return tuple(each for part in self.parts for each in part.passages)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all its clauses."""
        return frozenset(id_ for each in self.passages for id_ in each.ids)

    @property
    def sorted(self) -> "Manuscript":
        """The same with the organisation's additions last."""
        return self.model_copy(update={"parts": self.ordered})

    @property
    def ordered(self) -> tuple[Part, ...]:
        """The sections of the code, then the organisation's additions."""
        return tuple(sorted(self.parts, key=lambda part: part.addition))

    @property
    def helps(self) -> dict[str, str]:
        """The help beside clauses, by their ids."""
        return {each.id: each.help for each in self.passages if each.help}


def compose(manuscript: Manuscript, *, version: str, effective: date) -> str:
    """Return the Markdown of this version, as `policies.text.parse` reads it."""
    return "\n".join([*_front(manuscript, version, effective), *_body(manuscript)]) + "\n"


def opened(document: Document) -> Manuscript:
    """Return the manuscript of a published text; words outside its clauses become clauses.

    A clause longer than a form takes is parted; its first part keeps the ids.
    """
    return Manuscript(
        title=document.title,
        summary=document.summary,
        owner=document.owner,
        review=document.review,
        parts=tuple(_part(section) for section in document.sections),
    )


def escaped(words: str) -> str:
    """Return the words so that Markdown shows them as they are, on one line."""
    line = SPECIAL.sub(r"\\\1", " ".join(words.split()))
    return AT_START.sub(lambda found: _backslashed(found[1]), line)


def _backslashed(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _front(manuscript: Manuscript, version: str, effective: date) -> Iterator[str]:
    yield "+++"
    yield f"title = {_quoted(manuscript.title)}"
    yield f"version = {_quoted(version)}"
    yield f"effective = {effective.isoformat()}"
    yield f"owner = {_quoted(manuscript.owner)}"
    yield f"review = {manuscript.review.isoformat() if manuscript.review else ''}"
    yield f"summary = {_quoted(manuscript.summary)}"
    if manuscript.change_note:
        yield f"change_note = {_quoted(manuscript.change_note)}"
    yield "+++"


def _body(manuscript: Manuscript) -> Iterator[str]:
    before = False
    for part in manuscript.ordered:
        if part.addition and not before:
            yield from ("", "+++ additions")
        before = part.addition
        yield from ("", f"## {escaped(part.title)}")
        for each in part.passages:
            yield from ("", _mark(each), escaped(each.text))


def _mark(passage: Passage) -> str:
    also = f' also="{" ".join(passage.also)}"' if passage.also else ""
    return f"{{#{passage.id}{also}}}"


def _quoted(words: str) -> str:
    # A JSON string is a TOML one, line ends escaped.
    return json.dumps(words.replace("\r\n", "\n"), ensure_ascii=False)


def _part(section: Printed) -> Part:
    passages = (each for piece in section.pieces for each in _passages(*piece))
    return Part(title=section.title, passages=tuple(passages), addition=section.addition)


def _passages(ids: tuple[str, ...], words: str) -> Iterator[Passage]:
    """Yield the words in as many clauses as they need."""
    first, *rest = wrap(words, LONGEST, break_on_hyphens=False) if len(words) > LONGEST else [words]
    yield Passage(text=first).named(ids)
    yield from (Passage(text=each) for each in rest)
