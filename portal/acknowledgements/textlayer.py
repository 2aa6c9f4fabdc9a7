"""The text layer: the words that search, copying and screen readers find in a PDF.

Read from the operators that are about to be written, through the same glyph tables, so that what is
compared with the record is the file and not what somebody meant to draw.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pydyf
from weasyprint import Document
from weasyprint.formatting_structure.boxes import TextBox

GLYPHS = re.compile(rb"<([0-9a-f]*)>")
WIDTH = 4  # hex digits of one glyph
# What no reader sees: format characters (joiners, soft hyphens, directions), variation selectors.
INVISIBLE = re.compile(
    "[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
RIGHT_TO_LEFT = frozenset({"R", "AL"})


class CannotShow(Exception):
    """The record holds something that no page can show; the message says what, for the person."""


def require_glyphs(document: Document) -> None:
    """Raise CannotShow naming each character for which no font has a glyph."""
    missing = {chr(code) for font in document.fonts.values() for code in font.missing}
    if missing:
        raise CannotShow("No font here can show " + ", ".join(map(_named, sorted(missing))) + ".")


def require_words(document: Document, pdf: pydyf.PDF, words: Iterable[str]) -> None:
    """Raise CannotShow unless these words are in the text layer, and all that was laid out."""
    layers = list(page_texts(document, pdf))
    for page, layer in zip(document.pages, layers, strict=True):
        laid_out = squeezed("".join(_laid_out(page._page_box)))  # noqa: SLF001 - no public way in
        # The layer may hold more: the markers of lists are drawn but not laid out as text.
        if lost := Counter(laid_out) - Counter(layer):
            raise CannotShow(f"These letters cannot be read back from their page: {''.join(lost)}")
    whole = "".join(layers)
    for word in words:
        if not _stands_in(squeezed(word), whole):
            raise CannotShow(_unreadable(word))


def page_texts(document: Document, pdf: pydyf.PDF) -> Iterator[str]:
    """Yield the text layer of each page, squeezed."""
    meanings = _meanings(document)
    for number in pdf.pages["Kids"][::3]:
        page = pdf.objects[number]
        content = pdf.objects[int(page["Contents"].split()[0])]
        yield squeezed("".join(_shown(content.stream, meanings)))


def squeezed(text: str) -> str:
    """Return the text without spaces and invisible characters: lines break where they must."""
    return INVISIBLE.sub("", "".join(unicodedata.normalize("NFC", text).split()))


def _shown(operators: Iterable[object], meanings: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield what each glyph means: a font is chosen (/Name 9 Tf), then glyphs are shown (TJ)."""
    font: dict[str, str] = {}
    for operator in operators:
        if not isinstance(operator, bytes):
            continue
        if operator.endswith(b" Tf"):
            font = meanings[operator[1:].split()[0].decode()]
        elif operator.endswith(b"] TJ"):
            glyphs = b"".join(GLYPHS.findall(operator)).decode()
            yield from (
                font.get(glyphs[at : at + WIDTH], "") for at in range(0, len(glyphs), WIDTH)
            )


def _meanings(document: Document) -> dict[str, dict[str, str]]:
    """Return for each font what its glyphs mean, as the file's own tables will say."""
    meanings: dict[str, dict[str, str]] = {}
    for font in document.fonts.values():
        by_glyph = {f"{glyph:04x}": text for glyph, text in font.to_unicode.items()}
        meanings.setdefault(font.hash, {}).update(by_glyph)
    return meanings


def _laid_out(box: Any) -> Iterator[str]:
    for each in box.descendants():
        if isinstance(each, TextBox):
            yield each.text


def _stands_in(word: str, whole: str) -> bool:
    # Letters from right to left stand in the file as they are painted: from left to right.
    if any(unicodedata.bidirectional(char) in RIGHT_TO_LEFT for char in word):
        return Counter(word) <= Counter(whole)
    return word in whole


def _unreadable(word: str) -> str:
    hidden = ", ".join(map(_named, INVISIBLE.findall(word)))
    reason = f" It holds {hidden}." if hidden else ""
    return f"“{INVISIBLE.sub('', word)}” cannot be read back from the page.{reason}"


def _named(char: str) -> str:
    shown = "" if INVISIBLE.match(char) else f"“{char}” "
    return f"{shown}({unicodedata.name(char, 'a character').lower()}, U+{ord(char):04X})"
