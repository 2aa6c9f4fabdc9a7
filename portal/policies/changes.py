"""What changed between two versions, as a page or a mail says it: clause by clause, in words."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from textwrap import fill

from sqlalchemy.orm import Session

from portal.policies.differences import Change, Difference, Fate, Run, differences
from portal.policies.queries import get_version, newest
from portal.policies.reading import Cover, cover_of
from portal.policies.text import Document, parse

WORDS = {Change.ADDED: "Added", Change.REMOVED: "Removed", Change.REWORDED: "Reworded"}
WIDTH = 72  # characters of a line of mail
MOST = 40  # changes that one mail tells; the page tells all


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One clause that changed, with the words as they were and as they are."""

    difference: Difference
    said: str  # Added, Removed, Reworded

    @property
    def before(self) -> tuple[Run, ...]:
        """The old words, in runs that stayed and runs that went."""
        return tuple(each for each in self.difference.runs if each.fate is not Fate.ADDED)

    @property
    def after(self) -> tuple[Run, ...]:
        """The new words, in runs that stayed and runs that came."""
        return tuple(each for each in self.difference.runs if each.fate is not Fate.REMOVED)

    @property
    def where(self) -> str:
        """The clause and the section it stands in; only the section for words outside clauses."""
        clause, section = self.difference.clause, self.difference.section
        return f"{clause}, in “{section}”" if clause else f"“{section}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A version against an earlier one."""

    cover: Cover
    since: str  # the number of the earlier one
    note: str  # why, in the author's words; "" where there are none
    changed: tuple[Changed, ...]


def changes(session: Session, name: str, label: str, *, since: str) -> Changes:
    """Return what is different in a version from another one; raises NotFound."""
    old = parse(get_version(session, name, since).text)
    version, latest = get_version(session, name, label), newest(session, name)
    return Changes(
        cover=cover_of(session, version, latest=latest),
        since=since,
        note=version.change_note,
        changed=changed(old=old, new=parse(version.text)),
    )


def changed(*, old: Document, new: Document) -> tuple[Changed, ...]:
    """Return each difference with its word."""
    return tuple(
        Changed(difference=each, said=WORDS[each.change]) for each in differences(old, new)
    )


def in_plain_text(found: Collection[Changed]) -> str:
    """Return the same for a mail; of very many only the first, and how many more there are."""
    told = [paragraph for each in list(found)[:MOST] for paragraph in _paragraphs(each)]
    if len(found) > MOST:
        told.append(f"And {len(found) - MOST} more changes, which the page shows.")
    return "\n\n".join(told)


def _paragraphs(each: Changed) -> Iterator[str]:
    yield f"* {each.said}: {each.where}"
    old, new = each.difference.old, each.difference.new
    if old:
        yield _indented(f"Was: {old}" if new else old)
    if new:
        yield _indented(f"Now: {new}" if old else new)


def _indented(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
