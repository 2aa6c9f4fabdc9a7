"""The text layer: the words that search, copying and screen readers find in a PDF.

Read from the operators that are about to be written, through the same glyph tables, so that what is
compared with the record is the file and not what somebody meant to draw.

A glyph table has one meaning for each glyph. Where letters join, change places or run from right to
left, that is not enough: such a piece of text gets its words beside its glyphs, as ActualText
(ISO 32000-1, 14.9.4).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint import Document
from weasyprint.formatting_structure.boxes import TextBox

from portal.acknowledgements.wording import INVISIBLE, hidden

GLYPHS = re.compile(rb"<([0-9a-f]*)>")
WIDTH = 4  # hex digits of one glyph
ACTUAL = "ActualText"
RIGHT_TO_LEFT = frozenset({"R", "AL"})


class CannotShow(Exception):
    """The record holds something that no page can show; the message says what, for the person."""


class NoGlyph(CannotShow):
    """No font here has these characters, or nobody could see them."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = frozenset(characters)
        super().__init__(f"No font here can show {', '.join(map(_named, sorted(characters)))}.")


@dataclass(slots=True, kw_only=True)
class Piece:
    """One run of text: as it was laid out, as its glyphs say it, and the words given beside them.

    The numbers of a list are drawn, and not laid out as text.
    """

    laid_out: str | None
    said: str = ""
    actual: str | None = None
    page: bytes = b""  # the reference of its page
    marks: pydyf.Dictionary | None = None  # the properties of the marked content around it

    @property
    def text(self) -> str:
        """What the file says here, squeezed."""
        return squeezed(self.said if self.actual is None else self.actual)


def require_glyphs(document: Document) -> None:
    """Raise NoGlyph naming each character for which no font has a glyph."""
    missing = {chr(code) for font in document.fonts.values() for code in font.missing}
    if missing:
        raise NoGlyph(missing)


def require_words(document: Document, pdf: pydyf.PDF, words: Iterable[str]) -> None:
    """Raise CannotShow unless these words are in the text layer, and all that was laid out."""
    pieces = list(_pieces(document, pdf))
    for piece in pieces:
        if piece.laid_out is not None:
            _let_say(piece, squeezed(piece.laid_out), pdf)
    whole = "".join(piece.text for piece in pieces)
    for word in words:
        if unseen := hidden(word):
            raise NoGlyph(unseen)
        if squeezed(word) not in whole:
            raise CannotShow(f"“{word}” cannot be read back from the page.")


def squeezed(text: str) -> str:
    """Return the text without spaces and invisible characters: lines break where they must."""
    return INVISIBLE.sub("", "".join(unicodedata.normalize("NFC", text).split()))


def _let_say(piece: Piece, wanted: str, pdf: pydyf.PDF) -> None:
    """Give the piece its words where its glyphs cannot say them."""
    joined = any(unicodedata.category(char).startswith("M") for char in wanted)
    if piece.text == wanted and not joined:
        return
    # Plain letters have one glyph each: if those do not say them, something else is wrong.
    if piece.marks is None or wanted.isascii():
        lost = "".join(Counter(wanted) - Counter(piece.text))
        raise CannotShow(f"These letters cannot be read back from their page: {lost}")
    turned = any(unicodedata.bidirectional(char) in RIGHT_TO_LEFT for char in wanted)
    kept = turned and Counter(piece.text) == Counter(wanted)
    piece.actual = piece.laid_out
    _element(pdf, piece)[ACTUAL] = pydyf.String(piece.actual)  # what screen readers follow
    # Programs that copy text turn letters from right to left round, and would turn the words too.
    if not kept:
        piece.marks[ACTUAL] = pydyf.String(piece.actual)


def _element(pdf: pydyf.PDF, piece: Piece) -> pydyf.Dictionary:
    """Return the element of the structure that a piece of text belongs to."""
    number = (piece.marks or {})["MCID"]
    return next(
        each
        for each in pdf.objects
        if isinstance(each, pydyf.Dictionary)
        and each.get("Type") == "/StructElem"
        and each.get("Pg") == piece.page
        and number in each["K"]
    )


def _pieces(document: Document, pdf: pydyf.PDF) -> Iterator[Piece]:
    """Yield every run of text of every page, in the order in which they are drawn."""
    meanings = _meanings(document)
    for page, number in zip(document.pages, pdf.pages["Kids"][::3], strict=True):
        drawn = pdf.objects[number]
        content = pdf.objects[int(drawn["Contents"].split()[0])]
        boxes = dict(_placed(page._page_box))  # noqa: SLF001 - no public way in
        reader = _Reader(boxes, meanings)
        reader.read(content.stream)
        for piece in reader.pieces:
            piece.page = drawn.reference
            yield piece
        yield from (Piece(laid_out=lost) for lost in boxes.values())


class _Reader:
    """Follows the operators of one page: marks, a place (Tm), a font (Tf), glyphs (TJ)."""

    def __init__(self, boxes: dict[bytes, str], meanings: dict[str, dict[str, str]]) -> None:
        self.pieces: list[Piece] = []
        self._boxes = boxes  # what was laid out and is not met yet
        self._meanings = meanings
        self._font: dict[str, str] = {}
        self._marks: pydyf.Dictionary | None = None
        self._acts = {
            b"EMC": self._leave,
            b"Tm": self._place,
            b"Tf": self._choose,
            b"TJ": self._say,
        }

    def read(self, operators: Iterable[object]) -> None:
        """Note a piece for each box of text that is drawn."""
        for operator in operators:
            if isinstance(operator, pydyf.Dictionary):
                self._marks = operator
            elif isinstance(operator, bytes):
                act = self._acts.get(operator.rpartition(b" ")[2])
                if act:
                    act(operator)

    def _leave(self, _operator: bytes) -> None:
        self._marks = None

    def _place(self, operator: bytes) -> None:
        self.pieces.append(Piece(laid_out=self._boxes.pop(operator, None), marks=self._marks))

    def _choose(self, operator: bytes) -> None:
        self._font = self._meanings[operator[1:].split()[0].decode()]

    def _say(self, operator: bytes) -> None:
        glyphs = b"".join(GLYPHS.findall(operator)).decode()
        for at in range(0, len(glyphs), WIDTH):
            self.pieces[-1].said += self._font.get(glyphs[at : at + WIDTH], "")


def _placed(page_box: Any) -> Iterator[tuple[bytes, str]]:
    """Yield each text with the operator that will say where it stands: no two stand alike."""
    for box in page_box.descendants():
        if isinstance(box, TextBox) and box.text.strip():
            place = pydyf.Stream()
            place.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
            yield place.stream[0], box.text


def _meanings(document: Document) -> dict[str, dict[str, str]]:
    """Return for each font what its glyphs mean, as the file's own tables will say."""
    meanings: dict[str, dict[str, str]] = {}
    for font in document.fonts.values():
        by_glyph = {f"{glyph:04x}": text for glyph, text in font.to_unicode.items()}
        meanings.setdefault(font.hash, {}).update(by_glyph)
    return meanings


def _named(char: str) -> str:
    shown = "" if INVISIBLE.match(char) or hidden(char) else f"“{char}” "
    return f"{shown}({unicodedata.name(char, 'a character').lower()}, U+{ord(char):04X})"
