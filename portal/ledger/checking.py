"""Walk the chain and name what does not fit: table, row and field.

It reads only. The head is signed: whoever hashes everything again, or cuts off a tail, cannot sign
the new one. What the chain cannot see is either of it done by somebody who holds the key too, and
an older copy put back whole: a head kept outside catches both.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from portal.ledger.models import Entry, Erasure, Head, Payload
from portal.ledger.rules import START, canonical, entry_hash, leaf_hash
from portal.ledger.witness import is_ours, stored

PAGE = 500  # entries read at a time, so that no reader holds up a commit for long
LINKS = (
    sa.select(
        Entry.seq,
        Entry.type,
        Entry.previous,
        Entry.leaf,
        Entry.hash,
        Payload.at,
        Payload.subject,
        Payload.json,
        Payload.salt,
    )
    .outerjoin(Payload, Payload.seq == Entry.seq)
    .where(Entry.seq > sa.bindparam("after"), Entry.seq <= sa.bindparam("upto"))
    .order_by(Entry.seq)
    .limit(PAGE)
)
# One statement, so that both are of one moment on either database.
ENDS = sa.select(
    sa.select(sa.func.max(Entry.seq)).scalar_subquery().label("last"),
    sa.select(Head.seq).scalar_subquery().label("seq"),
    sa.select(Head.hash).scalar_subquery().label("hash"),
    sa.select(Head.signature).scalar_subquery().label("signature"),
)
STRAY = sa.select(Payload.seq).where(~sa.exists().where(Entry.seq == Payload.seq))
LINK_AT = sa.select(Entry.hash).where(Entry.seq == sa.bindparam("seq"))
ERASED = sa.select(Erasure.key).where(Erasure.table_name == sa.bindparam("table"))
UNSIGNED = "is missing: `portal serve` signs an old installation’s once, with an entry that says so"

Reader = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that does not fit: where it stands, and what is wrong with it."""

    table: str
    key: str
    field: str
    sentence: str

    def __str__(self) -> str:
        """Return the fault on one line."""
        return f"{self.table} {self.key} {self.field}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The chain at one moment: its last entry, what the head says, and what was erased by rule."""

    last: int
    seq: int
    hash: str
    signature: str
    erased: frozenset[str]
    stray: tuple[int, ...]


def ends(session: Session) -> Ends:
    """Return where the chain ends now."""
    row = session.execute(ENDS).one()
    return Ends(
        last=row.last or 0,
        seq=row.seq or 0,
        hash=row.hash or START,
        signature=row.signature or "",
        erased=erased(session, "payloads"),
        stray=tuple(session.scalars(STRAY)),
    )


def links(reader: Reader, *, upto: int) -> Iterator[Any]:
    """Yield every entry with its payload, oldest first, reading one page at a time."""
    page: list[Any] = [_Start()]
    while page:
        with reader() as session:
            after = {"after": page[-1].seq, "upto": upto}
            page = list(session.execute(LINKS, after))
        yield from page


def erased(session: Session, table: str) -> frozenset[str]:
    """Return the keys of the rows of this side table that a rule allowed to erase."""
    return frozenset(session.scalars(ERASED, {"table": table}))


def link_faults(link: Any, *, erased: frozenset[str]) -> Iterator[Fault]:
    """Yield what is wrong within one entry: its hash, and its payload against its leaf."""
    if link.hash != _hash(link):
        yield _entry(link.seq, "hash", "is not the hash of previous, seq and leaf")
    if link.json is None:
        if str(link.seq) not in erased:
            yield _payload(link.seq, "json", "is missing, and no erasure names it")
        return
    told = read(link.json)
    if leaf_hash(link.type, salt=bytes(link.salt), payload=link.json.encode()) != link.leaf:
        yield _payload(link.seq, "json", "is not what was hashed, or its salt or type is not")
    yield from _repeated(link, told)


def chain_faults(rows: Iterable[Any], known: Ends) -> Iterator[Fault]:
    """Yield every fault of the ledger; `rows` are its `links` up to the last of `known`."""
    last: Any = _Start()
    for before, link in pairwise(chain([last], rows)):
        yield from _joint_faults(before, link)
        yield from link_faults(link, erased=known.erased)
        last = link
    for field, said in (("seq", known.seq), ("hash", known.hash)):
        if said != getattr(last, field):
            yield Fault(table="head", key="1", field=field, sentence="is not the last entry's")
    for seq in known.stray:
        yield _payload(seq, "seq", "has no entry")


def signature_faults(known: Ends, *, key: Ed25519PublicKey) -> Iterator[Fault]:
    """Yield the head when this key did not sign it: somebody hashed the chain again, or cut it."""
    said = stored(known.seq, known.hash)
    if known.seq and not is_ours(said, known.signature, key=key):
        words = "is not that of our key" if known.signature else UNSIGNED
        yield Fault(table="head", key="1", field="signature", sentence=words)


def head_faults(session: Session, heads: Iterable[tuple[int, str]]) -> Iterator[Fault]:
    """Yield each head kept outside that is no entry here: rolled back, cut off or hashed again."""
    for seq, link in heads:
        stands = session.scalar(LINK_AT, {"seq": seq}) if seq else START
        if stands is None:
            yield _entry(seq, "seq", "is missing: the head kept outside names it")
        elif stands != link:
            yield _entry(seq, "hash", "is not that of the head kept outside")


@dataclass(frozen=True, slots=True)
class _Start:
    seq: int = 0
    hash: str = START


def _joint_faults(before: Any, link: Any) -> Iterator[Fault]:
    """Yield what is wrong between two neighbours."""
    if link.seq != before.seq + 1:
        yield _entry(link.seq, "seq", f"follows {before.seq}: entries between them are missing")
    if link.previous != before.hash:
        yield _entry(link.seq, "previous", f"is not the hash of entry {before.seq}")


def _repeated(link: Any, told: dict[str, Any]) -> Iterator[Fault]:
    """Yield each column that does not repeat what the payload says."""
    pairs = (
        (_entry, "type", link.type, told.get("type")),
        (_payload, "at", link.at.isoformat(), told.get("at")),
        (_payload, "subject", link.subject, told.get("subject")),
    )
    for where, field, column, said in pairs:
        if column != said:
            yield where(link.seq, field, "is not what the payload says")


def _hash(link: Any) -> str:
    try:
        return entry_hash(link.previous, seq=link.seq, leaf=link.leaf)
    except ValueError:  # no hex any more
        return ""


def read(text: str) -> dict[str, Any]:
    """Return a payload, or nothing where it is not the one spelling of an object."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) and canonical(told) == text.encode() else {}


def _entry(seq: int, field: str, sentence: str) -> Fault:
    return Fault(table="entries", key=str(seq), field=field, sentence=sentence)


def _payload(seq: int, field: str, sentence: str) -> Fault:
    return Fault(table="payloads", key=str(seq), field=field, sentence=sentence)
