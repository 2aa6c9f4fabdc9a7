"""The base of every form: text is trimmed, bounded and free of what breaks pages and PDFs."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from wtforms import DateField, Form, StringField, TextAreaField, ValidationError
from wtforms import SelectChoice as Option  # type: ignore[attr-defined]  # younger than its types
from wtforms.meta import DefaultMeta
from wtforms.validators import Length

FIRST_YEAR, LAST_YEAR = 2000, 2100
REFUSED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


WORDS = {  # the library's sentences, as we say them
    "Not a valid integer value.": "Write a whole number",
    "Not a valid date value.": "Write the day like 2026-12-03",
    "Not a valid datetime value.": "Write day and time like 2026-12-03 16:00",
    "Not a valid choice.": "Choose one of the list",
}


class Translations:
    """Says what the library would say in our words."""

    def gettext(self, sentence: str) -> str:
        """Return our words, or the library's where we have none."""
        return WORDS.get(sentence, sentence)

    def ngettext(self, one: str, several: str, n: int) -> str:
        """Return the library's words: we use none of those that count."""
        return one if n == 1 else several


class PortalForm(Form):
    """A form that checks shape only; rules check truth. CSRF stands before every POST."""

    class Meta(DefaultMeta):
        """No locale files: all our words are our own."""

        locales = ("en",)

        def get_translations(self, _form: object) -> Translations:
            """Return our words."""
            return Translations()


class Line(StringField):
    """One line of plain text, trimmed, in NFC, at most `most` characters (200 unless told)."""

    def __init__(self, label: str, validators: Any = (), *, most: int = 200, **rest: Any) -> None:
        checks = (*validators, Length(max=most, message=f"Use at most {most} characters"), plain)
        super().__init__(label, checks, filters=(tidy,), **rest)


class Paragraph(TextAreaField):
    """Some lines of plain text, trimmed, in NFC, at most `most` characters (1,000 unless told)."""

    def __init__(self, label: str, validators: Any = (), *, most: int = 1000, **rest: Any) -> None:
        checks = (*validators, Length(max=most, message=f"Use at most {most} characters"), plain)
        super().__init__(label, checks, filters=(tidy,), **rest)


class Day(DateField):
    """A day; browsers without a calendar send what was typed."""


def options(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return what the `choices` of a field want, from pairs of value and label."""
    return [Option(value=value, label=label) for value, label in pairs]


def tidy(text: str | None) -> str | None:
    """Return the text in NFC without white space or zero-width marks around it."""
    if text is None:
        return None
    return unicodedata.normalize("NFC", text).strip().strip("\u200b\u200c\u200d\u2060").strip()


def plain(_form: Form, field: Any) -> None:
    """Refuse control characters and marks that reverse or hide text."""
    allowed = "\n\r\t" if isinstance(field, TextAreaField) else ""
    for character in field.data or "":
        control = unicodedata.category(character) in {"Cc", "Cs", "Cn", "Zl", "Zp"}
        if character in REFUSED or (control and character not in allowed):
            message = "Take out hidden or control characters"
            raise ValidationError(message)


def sensible(_form: Form, field: Any) -> None:
    """Refuse a year that nothing here is of: reckoning with it may leave the calendar."""
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        message = f"Use a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise ValidationError(message)
