"""A record as it goes on paper: names that no font can show stand there as HR says. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from portal.acknowledgements.record import PrintedName, Record

# What no reader sees, and scripts need: joiners, soft hyphens, direction marks, variations.
INVISIBLE = re.compile("[\xad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# These turn letters round or hide them: what is seen would not be what is held.
HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
EXACT = frozenset({"text", "digest", "printed_as"})  # parts of a record that stay as they are


def names_in(record: Record) -> tuple[str, ...]:
    """Return every name that reaches the page, the tutor's first, each once."""
    tutor, policy = record.tutor, record.policy
    found = (
        *(tutor.name, tutor.name_typed, tutor.learning_manager),
        *(each.name for each in record.contacts),
        *(policy.owner, policy.adopted_by, record.organisation),
        *(each.approved_by or "" for each in record.attempt.scenarios),
        *(each.recorded_by for each in record.printed_as),
        record.attempt.read_aloud_by.name if record.attempt.read_aloud_by else "",
        *((paper.recorded.name, paper.confirmed.name) if (paper := record.on_paper) else ()),
    )
    return tuple(dict.fromkeys(filter(None, found)))


def on_paper(record: Record) -> Record:
    """Return the record with each name in the form in which it is printed."""
    forms = sorted(record.printed_as, key=lambda form: len(form.name), reverse=True)
    return Record.model_validate(_reworded(record.model_dump(), forms)) if forms else record


def spelled_out(record: Record, characters: Collection[str]) -> Record:
    """Return the record with these characters by number in what machines and people say.

    A browser calls itself anything, and a question may hold anything: what no font can show there
    must keep nobody from signing. Names are another matter.
    """
    told, tutor = record.identified_by, record.tutor
    agent, email = (_by_number(each, characters) for each in (told.agent, tutor.email))
    changes = {
        "identified_by": told.model_copy(update={"agent": agent}),
        "tutor": tutor.model_copy(update={"email": email}),
        "questions": tuple(
            each.spelled(lambda text: _by_number(text, characters)) for each in record.questions
        ),
    }
    return record.model_copy(update=changes)


def hidden(text: str) -> set[str]:
    """Return the characters of a text that nobody could see on a page, and no script needs."""
    plain = INVISIBLE.sub("", text)
    return {char for char in plain if unicodedata.category(char) in HIDDEN and char not in "\n\t"}


def code_points(name: str) -> str:
    """Return a name by the numbers of its characters, which every font can show."""
    return " ".join(f"U+{ord(char):04X}" for char in name)


def _reworded(value: Any, forms: Iterable[PrintedName]) -> Any:
    if isinstance(value, dict):
        return {
            name: each if name in EXACT else _reworded(each, forms) for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return tuple(_reworded(each, forms) for each in value)
    if type(value) is str:
        for form in forms:
            value = value.replace(form.name, form.printed_as)
    return value


def _by_number(text: str, characters: Collection[str]) -> str:
    return "".join(f"[{code_points(char)}]" if char in characters else char for char in text)
