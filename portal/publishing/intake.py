"""Where a draft comes from, and what is known of the clauses it may hold."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from textwrap import wrap

from sqlalchemy.orm import Session

from portal.policies.checks import helps_of
from portal.policies.drafts import drafts
from portal.policies.incoming import read_upload
from portal.policies.losing import Lost, lost
from portal.policies.manuscript import LONGEST, Manuscript, Part, Passage, opened
from portal.policies.matching import identified
from portal.policies.queries import names, newest, published, texts
from portal.policies.splitting import split
from portal.policies.text import parse
from portal.publishing.citing import cited, find_quiz
from portal.publishing.queries import on_file

LONGEST_NAME = 60


def known_policies(session: Session) -> dict[str, str]:
    """Return the title of every policy that was adopted, lies on file or is being drafted."""
    on_disk = {each.name: each.document.title for each in on_file()}
    begun = {each.policy: each.manuscript.title or each.policy for each in drafts(session)}
    adopted = {row.policy: row.title for row in reversed(published(session))}
    return {**on_disk, **begun, **adopted}


def taken_in(
    session: Session, policy: str, *, name: str, content: bytes
) -> tuple[Manuscript, tuple[str, ...]]:
    """Return what an uploaded file says, with ids, and what could not be taken over.

    Raises NotReadable.
    """
    found = read_upload(name, content)
    taken = split(found.blocks)
    parts = tuple(
        Part(title=each.title, passages=tuple(_passages(each.sentences))) for each in taken.chapters
    )
    before = begun_from(session, policy)
    front = before.model_dump(exclude={"parts", "change_note"})
    front["title"] = taken.title or before.title
    return with_ids(session, policy, Manuscript(parts=parts, **front)), found.notes


def _passages(sentences: Iterable[str]) -> Iterator[Passage]:
    """Yield a clause for each sentence, more for one that is too long for one."""
    for words in sentences:
        yield from (Passage(text=part) for part in wrap(words, LONGEST, break_on_hyphens=False))


def begun_from(session: Session, policy: str) -> Manuscript:
    """Return the newest version as a manuscript, an empty one where there is none."""
    latest = newest(session, policy)
    if latest is None:
        return Manuscript()
    helps = helps_of(session, latest.id)
    written = opened(parse(latest.text))
    parts = tuple(_with_helps(part, helps) for part in written.parts)
    return with_ids(session, policy, written.model_copy(update={"parts": parts}))


def losses(session: Session) -> list[tuple[str, tuple[Lost, ...]]]:
    """Return the title of each adopted policy, and what a draft begun from it does not keep."""
    found = (newest(session, name) for name in names(session))
    return [(each.title, lost(parse(each.text))) for each in found if each]


def with_ids(session: Session, policy: str, manuscript: Manuscript) -> Manuscript:
    """Return the manuscript with an id for each clause, none that stood for something else."""
    latest = newest(session, policy)
    clauses = parse(latest.text).ordered if latest else ()
    known = {each.ids: each.text for each in clauses}
    return identified(manuscript, newest=known, used=used(session, policy))


def used(session: Session, policy: str) -> set[str]:
    """Return every id that a version of the policy, or its scenarios, ever used."""
    own = {id_ for text in texts(session, policy) for id_ in parse(text).clauses}
    return own | lent(session, policy).keys()


def retired(session: Session, policy: str) -> set[str]:
    """Return the ids of clauses that were published once and stand in the newest text no more."""
    latest = newest(session, policy)
    own = {id_ for text in texts(session, policy) for id_ in parse(text).clauses}
    return own - (parse(latest.text).clauses.keys() if latest else set())


def taken(ids: Collection[str], *, others: Collection[str], gone: Collection[str]) -> str:
    """Say why a clause cannot have these ids, "" where it can: `others` have theirs, `gone` had."""
    for id_ in ids:
        if id_ in others or id_ in gone:
            reason = "stands for another clause here" if id_ in others else "is retired"
            return f"{id_} {reason}. Choose another id, or leave it empty"
    return ""


def lent(session: Session, policy: str) -> dict[str, str]:
    """Return the words behind every clause that the scenarios cite, in reading order."""
    wanted = cited(find_quiz(session, policy))
    return {id_: words for id_, words in meant(session, policy).items() if id_ in wanted}


def meant(session: Session, policy: str) -> dict[str, str]:
    """Return the words behind every id, in reading order.

    They are those of the newest version and, for what stands there no more, of the older ones or
    of the files.
    """
    latest = newest(session, policy)
    documents = [parse(latest.text)] if latest else []
    documents += [parse(text) for text in texts(session, policy)]
    documents += [each.document for each in on_file() if each.name == policy]
    known: dict[str, str] = {}
    for id_, each in (pair for found in documents for pair in found.clauses.items()):
        known.setdefault(id_, each.text)
    return known


def new_name(session: Session, title: str) -> str:
    """Return a name for a new policy, as it stands in addresses and nobody has it yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_NAME - 4].strip("-") or "policy"
    known = known_policies(session)
    others = (f"{name}-{n}" for n in count(2))
    return name if name not in known else next(each for each in others if each not in known)


def _with_helps(part: Part, helps: dict[str, str]) -> Part:
    passages = tuple(
        each.model_copy(update={"help": helps.get(each.id, "")}) for each in part.passages
    )
    return part.model_copy(update={"passages": passages})
