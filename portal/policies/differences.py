"""What changed between two texts of a policy, clause by clause and word by word. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from portal.policies.text import Clause, Document

ALIKE = 0.5  # the share of words in common below which two texts are not shown as one
NONE = ("", "")  # the section and the words of what is not there
Key = tuple[str, ...]  # the ids of a rule; none and a title for what stands outside every clause


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
    """One rule that changed; it has no ids where words of a section stand outside every clause."""

    change: Change
    ids: tuple[str, ...]
    section: str  # its title: in the new text, or in the old one for what was removed
    old: str
    new: str
    runs: tuple[Run, ...]

    @property
    def clause(self) -> str:
        """Its ids as people read them."""
        return ", ".join(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """Clauses that the new text joins or parts, or an id that stands on words that were there.

    Their words may be the same: nothing for tutors to read, and for the second person to see.
    """

    ids: Key
    now: tuple[Key, ...]  # the clauses that say it now
    gone: Key
    came: Key
    reworded: bool


def differences(old: Document, new: Document) -> tuple[Difference, ...]:
    """Return what differs, in the order of the new text; what was removed comes last.

    White space makes no difference. Where a clause stands makes none either, nor its section's
    title: a section whose title changed is told by the title's words. Clauses that one of the texts
    joins are compared together.
    """
    joined = _joined((*old.ordered, *new.ordered))
    before, after = _pieces(old, joined), _pieces(new, joined)
    found = [
        _difference(key, old=before.get(key, NONE)[1], new=words, section=title)
        for key, (title, words) in after.items()
    ]
    gone = [
        _difference(key, old=words, new="", section=title)
        for key, (title, words) in before.items()
        if key not in after
    ]
    return tuple(each for each in (*found, *gone) if each)


def regrouped(old: Document, new: Document) -> tuple[Regrouped, ...]:
    """Return whose clauses are others now, though `differences` compares them together."""
    found = []
    for key in dict.fromkeys(_joined((*old.ordered, *new.ordered)).values()):
        before, after = _clauses(old, key), _clauses(new, key)
        if before and after and set(map(frozenset, before)) != set(map(frozenset, after)):
            was, now = sum(before, ()), sum(after, ())
            found.append(
                Regrouped(
                    ids=tuple(each for each in key if each in was and each in now),
                    now=after,
                    gone=tuple(each for each in key if each not in now),
                    came=tuple(each for each in key if each not in was),
                    reworded=_words(old, key) != _words(new, key),
                )
            )
    return tuple(found)


def taken_back(base: Document, latest: Document, draft: Document) -> tuple[str, ...]:
    """Return what the latest text says otherwise than the base, and the draft as the base did."""
    texts = (base, latest, draft)
    joined = _joined(clause for each in texts for clause in each.ordered)
    was, now, said = (_pieces(each, joined) for each in texts)
    return tuple(
        ", ".join(key) if key[0] else f"“{key[1]}”"
        for key in dict.fromkeys((*now, *was))
        if was.get(key, NONE)[1] != now.get(key, NONE)[1]
        and was.get(key, NONE)[1] == said.get(key, NONE)[1]
    )


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


def _joined(clauses: Iterable[Clause]) -> dict[str, Key]:
    """Return for each id all that stand for the same clause, in one text or the other."""
    found: dict[str, Key] = {}
    for clause in clauses:
        ids = tuple(dict.fromkeys(each for id_ in clause.ids for each in found.get(id_, (id_,))))
        found |= dict.fromkeys(ids, ids)
    return found


def _clauses(document: Document, key: Key) -> tuple[Key, ...]:
    return tuple(each.ids for each in document.ordered if each.id in key)


def _words(document: Document, key: Key) -> str:
    return _even(" ".join(each.text for each in document.ordered if each.id in key))


def _pieces(document: Document, joined: Mapping[str, Key]) -> dict[Key, tuple[str, str]]:
    """Return every rule by its ids, and what a section says besides by its title."""
    found: dict[Key, tuple[str, str]] = {}

    def add(key: Key, title: str, words: str) -> None:
        _, before = found.get(key, NONE)
        found[key] = (title, _even(f"{before} {words}"))

    for section in document.sections:
        for each in section.clauses:
            add(joined[each.id], section.title, each.text)
        # Two sections may have one title.
        add(("", section.title), section.title, f"{section.title} {section.besides}")
    return found


def _even(text: str) -> str:
    return " ".join(text.split())


def _difference(key: Key, *, old: str, new: str, section: str) -> Difference | None:
    if old == new:
        return None
    change = Change.REWORDED if old and new else Change.ADDED if new else Change.REMOVED
    ids = key if key[0] else ()
    return Difference(
        change=change, ids=ids, section=section, old=old, new=new, runs=runs(old, new)
    )
