"""A page that many documents share: drawn once, then printed again and again.

Laying out the text of a policy once is only half of it: WeasyPrint draws every page anew for each
document, letter by letter, and that costs as much as the layout did.
"""
# ruff: noqa: SLF001 - WeasyPrint has no public way to draw elsewhere than into its own file

from copy import copy
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint.document import Page

OWN = ("XObject", "Pattern", "Shading")  # what a document numbers itself, so no two may share it


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The operators of one page, and what they speak of: states, tagged boxes, fonts."""

    operators: list[Any]
    resources: dict[str, dict[str, Any]]
    tags: dict[Any, Any]
    fonts: dict[Any, Any]

    @property
    def may_be_repeated(self) -> bool:
        """Whether it is plain text: every letter has a glyph, and none is a picture."""
        plain = not any(
            font.missing or font.bitmap or font.png or font.svg or font.colr
            for font in self.fonts.values()
        )
        return plain and not any(self.resources[kind] for kind in OWN)


class Plate(Page):  # type: ignore[misc]  # WeasyPrint brings no types
    """A page of WeasyPrint's that keeps what was drawn."""

    def __init__(self, page: Page) -> None:
        self.__dict__ |= vars(page)
        self._drawn: Drawn | None = None

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Print the page into a document, as if it were drawn there."""
        if self._drawn is None:
            self._drawn = self._draw(stream, scale)
        if self._drawn.may_be_repeated:
            _print(self._drawn, stream)
        else:
            super().paint(stream, scale)

    def _draw(self, stream: Any, scale: float) -> Drawn:
        """Draw on a sheet of its own: nothing of the first document may show in the second."""
        resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in ("ExtGState", *OWN)})
        resources["ColorSpace"] = stream._resources["ColorSpace"]
        sheet = stream.clone(fonts={}, tags={}, images={}, resources=resources)
        super().paint(sheet, scale)
        return Drawn(
            operators=sheet.stream, resources=resources, tags=sheet._tags, fonts=sheet._fonts
        )


def _print(drawn: Drawn, stream: Any) -> None:
    """Add to a document what the page needs, as drawing it would."""
    # Words beside glyphs are given in each document anew, so the marks are its own.
    own = (pydyf.Dictionary(each) if isinstance(each, dict) else each for each in drawn.operators)
    stream.stream.extend(own)
    stream._tags.update(drawn.tags)
    states = stream._resources["ExtGState"]
    for name, state in drawn.resources["ExtGState"].items():
        states.setdefault(name, pydyf.Dictionary(state))
    for key, font in drawn.fonts.items():
        _use(font, stream._fonts.setdefault(key, _unused(font)))


def _unused(font: Any) -> Any:
    fresh = copy(font)
    fresh.widths, fresh.to_unicode, fresh.missing = {}, {}, {}
    return fresh


def _use(drawn: Any, font: Any) -> None:
    """Let the document's font have the glyphs that were drawn; a glyph's first meaning holds."""
    font.widths |= drawn.widths | font.widths
    font.to_unicode |= drawn.to_unicode | font.to_unicode
