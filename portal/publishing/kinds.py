"""Whether a rule changes in a draft or only words do: what was said, and when to ask again. Pure.

A change that was called wording only is checked by people who trust that word. So a word said
about one sentence never covers another that was changed afterwards.
"""

from dataclasses import replace
from typing import Any

from portal.policies.drafts import MAJOR, Terms, Written
from portal.policies.manuscript import Manuscript

OPEN = ""  # nobody said it of all that changed; what binds more is reckoned with until then


def undecided(draft: Written) -> bool:
    """Whether it is to be said yet: so neither whether everybody signs again."""
    return bool(draft.based_on) and not (draft.manuscript.change_note and draft.terms.kind)


def answered(draft: Written, answer: str) -> Terms:
    """Return the terms once this was answered about one sentence: it can only make them stricter.

    The first answer counts as it is, unless something else was changed before without one.
    """
    first = not draft.manuscript.change_note and draft.terms.kind != OPEN
    return replace(draft.terms, kind=answer) if first or answer == MAJOR else draft.terms


def unanswered(draft: Written, made: Manuscript) -> Terms:
    """Return the terms once these words are saved without an answer: open where they differ."""
    is_major = draft.terms.kind == MAJOR and not undecided(draft)
    if not draft.based_on or is_major or _words(made) == _words(draft.manuscript):
        return draft.terms
    return replace(draft.terms, kind=OPEN)


def _words(manuscript: Manuscript) -> Any:
    return [(part.title, [each.text for each in part.passages]) for part in manuscript.ordered]
