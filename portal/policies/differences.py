"""What changed between two texts of a policy, clause by clause and word by word. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from portal.policies.text import Document

ALIKE = 0.5  # the share of words in common below which two texts are not shown as one
HEADING = "## "  # no clause id begins so


class Change(StrEnum):
    """What became of a clause."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


class Fate(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some words in a row that share one fate."""

    fate: Fate
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One clause that changed; `clause` is "" for words of a section outside every clause."""

    change: Change
    clause: str
    section: str  # its title: in the new text, or in the old one for what was removed
    old: str
    new: str
    runs: tuple[Run, ...]


def differences(old: Document, new: Document) -> tuple[Difference, ...]:
    """Return what differs, in the order of the new text; what was removed comes last.

    White space makes no difference. Where a clause stands makes none either, nor its section's
    title: a section whose title changed is told by the title's words.
    """
    before, after = _pieces(old), _pieces(new)
    found = [
        _difference(key, old=before.get(key, ("", ""))[1], new=words, section=title)
        for key, (title, words) in after.items()
    ]
    gone = [
        _difference(key, old=words, new="", section=title)
        for key, (title, words) in before.items()
        if key not in after
    ]
    return tuple(each for each in (*found, *gone) if each)


def runs(old: str, new: str) -> tuple[Run, ...]:
    """Return both texts as one: the words kept, removed and added, in reading order.

    Texts that share little are told one after the other: a patchwork of them cannot be read.
    """
    before, after = old.split(), new.split()
    matched = SequenceMatcher(None, before, after, autojunk=False)
    if matched.ratio() < ALIKE:
        return tuple(_runs("replace", " ".join(before), " ".join(after)))
    return tuple(
        run
        for code, a, b, c, d in matched.get_opcodes()
        for run in _runs(code, " ".join(before[a:b]), " ".join(after[c:d]))
    )


def _runs(code: str, old: str, new: str) -> Iterator[Run]:
    if code == "equal":
        yield Run(fate=Fate.KEPT, words=old)
        return
    if old:
        yield Run(fate=Fate.REMOVED, words=old)
    if new:
        yield Run(fate=Fate.ADDED, words=new)


def _pieces(document: Document) -> dict[str, tuple[str, str]]:
    """Return every clause by its id, and what a section says besides by its title."""
    found: dict[str, tuple[str, str]] = {}
    for section in document.sections:
        found |= {each.id: (section.title, _even(each.text)) for each in section.clauses}
        key = f"{HEADING}{section.title}"
        _, before = found.get(key, ("", ""))  # two sections may have one title
        words = _even(f"{before} {section.title} {section.besides}")
        found[key] = (section.title, words)
    return found


def _even(text: str) -> str:
    return " ".join(text.split())


def _difference(key: str, *, old: str, new: str, section: str) -> Difference | None:
    if old == new:
        return None
    change = Change.REWORDED if old and new else Change.ADDED if new else Change.REMOVED
    clause = "" if key.startswith(HEADING) else key
    return Difference(
        change=change, clause=clause, section=section, old=old, new=new, runs=runs(old, new)
    )
