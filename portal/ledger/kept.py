"""Evidence: rows that are inserted here only, and repeated by the entry that tells of them.

`keep` inserts them and the next `note` of the same transaction repeats them, so that whoever
changes one column later contradicts the chain. Nothing here knows any table by its columns.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import Base

KEPT = "kept"
LONGEST = 64  # characters that an entry repeats as they are; of anything longer, its digest
EVIDENCE = (
    "erasures",
    "periods",
    "period_ends",
    "end_corrections",
    "contacts",
    "versions",
    "cancellations",
    "audiences",
    "audience_ends",
    "enforcements",
    "readings",
    "rereadings",
    "questions",
    "answers",
    "answer_views",
    "question_words",
    "renewal_spreads",
    "draft_approvals",
    "draft_returns",
    "version_checks",
    "helps",
    "approvals",
    "approval_ends",
    "rulings",
    "attempts",
    "sittings",
    "choices",
    "results",
    "reopened",
    "unlocks",
    "remarkings",
    "remarked_results",
    "quiz_versions",
    "acknowledgements",
    "revocations",
    "withdrawals",
    "corrections",
    "declines",
    "papers",
    "paper_confirmations",
    "paper_rejections",
    "waivers",
    "waiver_ends",
    "waiver_requests",
    "waiver_answers",
    "releases",
    "reasons",
    "lesson_grounds",
    "seals",
    "seal_compromises",
    "printable_names",
    "records",
    "pdfs",
    "remarks",
    "holds",
    "hold_ends",
)

# Side tables with one key each: what is personal, and may go once an erasure names it.
ERASABLE = ("records", "pdfs", "remarks", "reasons", "question_words", "printable_names")

# Words about a person that stand in rows of evidence, from before words were kept apart: what was
# written there stays when the person is erased, and nothing new is written there.
WORDS_THAT_STAY = (
    ("periods", "reason"),
    ("period_ends", "reason"),
    ("unlocks", "note"),
    ("waivers", "reason"),
    ("revocations", "reason"),
)


def keep(session: Session, model: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert one whole row of evidence or more; the next entry of this transaction repeats them.

    Raises KeyError for a row that is not whole.
    """
    table = cast(sa.Table, model.__table__)
    told = [[table.name, sealed_row(table, row)] for row in rows]
    session.connection().execute(sa.insert(table), [dict(row) for row in rows])
    session.info.setdefault(KEPT, []).extend(told)


def take_kept(session: Session) -> list[Any]:
    """Return what was kept and is not on the ledger yet; asked again, nothing."""
    return cast("list[Any]", session.info.pop(KEPT, []))


def sealed_row(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return each column as an entry repeats it: short values as they are, others as a digest.

    Raises KeyError for a row that is not whole.
    """
    return {column.name: _plain(row[column.name]) for column in table.columns}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return _digest(value)
    # The payload is in NFC: what is not would come back as something else.
    if isinstance(value, str) and (
        len(value) > LONGEST or not unicodedata.is_normalized("NFC", value)
    ):
        return _digest(value.encode())
    return value


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
