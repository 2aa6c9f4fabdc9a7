"""A Word document's blocks. The file is a stranger's until it has been looked through.

Before anything in it is parsed, its table of contents says how large it would become and whether it
brings programs, or wants something fetched.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile, ZipInfo

import mammoth

from portal.policies.blocks import Block, Incoming, NotReadable, Shape

MOST_FILES = 500
MOST_BYTES = 25_000_000  # of all files, unpacked
MOST_XML = 2_000_000  # bytes of one file of words, unpacked; ours has 50,000
MOST_PARAGRAPHS = 4_000  # reading them takes a second
BODY = "word/document.xml"
RELATIONS = ".rels"
READ = (RELATIONS, ".xml")
MACROS = re.compile(r"vbaProject|vbaData|macrosheets|activeX/", re.IGNORECASE)
ENDS = re.compile(r"""[.:;!?]["')\]’”]*$""")
PARAGRAPH = re.compile(rb"<(?:[^\s<>/:]+:)?p[\s/>]")
TOO_MUCH = "The document unpacks to far more than a policy has. Send only its text."
UNKNOWN = "An unrecognised element was ignored: "  # mammoth's words
SAVE_AS = "Save it in Word as a .docx file and send that."

STYLES = "p[style-name='Title'] => h1.whole:fresh\np[style-name='Subtitle'] => p:fresh"


def read_word(content: bytes) -> Incoming:
    """Return the blocks of a .docx file, or raise NotReadable."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            _look_through(parts)
    # zipfile raises the second for a compression it lacks, the third for a password.
    except (BadZipFile, NotImplementedError, RuntimeError, ParseError) as error:
        raise NotReadable(f"The file is damaged or locked by a password. {SAVE_AS}") from error
    return _taken_apart(content)


def _look_through(parts: ZipFile) -> None:
    found = parts.infolist()
    names = {each.filename for each in found}
    if BODY not in names:
        raise NotReadable(f"This is not a Word document. {SAVE_AS}")
    if any(MACROS.search(name) for name in names):
        raise NotReadable(f"The document brings a program (a macro). {SAVE_AS}")
    _refuse_bomb(found)
    paragraphs = 0
    for each in found:
        if each.filename.endswith(READ):
            content = parts.read(each)
            _refuse_trap(each.filename, content)
            paragraphs += len(PARAGRAPH.findall(content))
    if paragraphs > MOST_PARAGRAPHS:
        raise NotReadable(TOO_MUCH)


def _refuse_bomb(found: list[ZipInfo]) -> None:
    """Refuse what grows too large; the sizes told are held to by zipfile as it unpacks."""
    words = max((each.file_size for each in found if each.filename.endswith(READ)), default=0)
    whole = sum(each.file_size for each in found)
    if len(found) > MOST_FILES or whole > MOST_BYTES or words > MOST_XML:
        raise NotReadable(TOO_MUCH)


def _refuse_trap(name: str, content: bytes) -> None:
    # A zero is UTF-16, which would hide the rest: Word writes UTF-8.
    if any(each in content for each in (b"<!DOCTYPE", b"<!ENTITY", b"\x00")):
        raise NotReadable(f"The document defines what Word never does. {SAVE_AS}")
    if name == "[Content_Types].xml" and b"macroEnabled" in content:
        raise NotReadable(f"The document brings a program (a macro). {SAVE_AS}")
    if name.endswith(RELATIONS) and any(map(_is_fetched, fromstring(content))):  # noqa: S314 - no DTD
        raise NotReadable(
            "The document wants something fetched from elsewhere, such as a linked picture or a"
            " template. Take that out, save it and send it again."
        )


def _is_fetched(relation: Element) -> bool:
    """Whether opening the document would fetch this; a link waits until somebody follows it."""
    told = {name.rpartition("}")[2].lower(): value for name, value in relation.items()}
    outside = told.get("targetmode", "").strip().lower() == "external"
    return outside and not told.get("type", "").endswith("/hyperlink")


def _taken_apart(content: bytes) -> Incoming:
    pictures: list[str] = []

    def leave_out(image: object) -> dict[str, str]:
        pictures.append(str(getattr(image, "content_type", "")))
        return {"src": ""}

    try:
        made = mammoth.convert_to_html(
            BytesIO(content),
            style_map=STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(leave_out),
            external_file_access=False,
        )
    except Exception as error:
        raise NotReadable(f"The document cannot be read. {SAVE_AS}") from error
    reader = _Reader()
    reader.feed(made.value)
    reader.close()
    notes = (*_notes(len(pictures), reader), *_left_out(made.messages))
    return Incoming(blocks=tuple(reader.blocks()), notes=notes)


def _left_out(messages: Iterable[Any]) -> Iterator[str]:
    """Say what could not be read, words and all; marks of a start or an end hold none."""
    told = (each.message.removeprefix(UNKNOWN) for each in messages if UNKNOWN in each.message)
    kinds = sorted({each for each in told if not each.endswith(("Start", "End"))})
    if kinds:
        yield f"Not all could be read ({', '.join(kinds)}). Compare it with the document."


def _notes(pictures: int, reader: "_Reader") -> Iterator[str]:
    if pictures:
        counted = "One picture was" if pictures == 1 else f"{pictures} pictures were"
        yield f"{counted} left out. Type any words that they hold."
    if reader.tables:
        yield "A table was taken over cell by cell. Read it through."
    if reader.struck:
        yield "Words that are struck through were taken over. Take out what does not hold."
    if reader.links:
        yield "Links were taken over as words, without the address they lead to."


class _Reader(HTMLParser):
    """Collects the words between the tags that mammoth writes, block by block."""

    BLOCKS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th"})

    def __init__(self) -> None:
        super().__init__()
        self.tables = self.links = self.struck = 0
        self._found: list[Block] = []
        self._open: list[str] = []
        self._words: list[tuple[str, bool]] = []
        self._bold = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block where a tag does; a break within one is a space."""
        if tag in self.BLOCKS:
            self._flush()
            self._open.append("h0" if ("class", "whole") in attrs else tag)
        self._bold += tag == "strong"
        self.tables += tag == "table"
        self.struck += tag == "s"
        self.links += tag == "a" and any(
            name == "href" and (to or "")[:1] != "#" for name, to in attrs
        )
        if tag == "br":
            self._words.append(("\n", bool(self._bold)))

    def handle_endtag(self, tag: str) -> None:
        """End a block where its tag does."""
        if tag in self.BLOCKS:
            self._flush()
            if self._open:
                self._open.pop()
        self._bold -= tag == "strong"

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self._words.append((data.replace("\u2191", ""), bool(self._bold)))

    def blocks(self) -> list[Block]:
        """Return what was found."""
        self._flush()
        return self._found

    def _flush(self) -> None:
        text = "".join(words for words, _ in self._words)
        bold = all(bold for words, bold in self._words if words.strip())
        self._words = []
        found: list[str] = []
        for line in filter(None, (" ".join(part.split()) for part in text.split("\n"))):
            if found and (self._heading or not ENDS.search(found[-1])):
                found[-1] += f" {line}"  # a line that was broken inside a sentence
            else:
                found.append(line)
        self._found += [self._block(line, bold=bold) for line in found]

    @property
    def _heading(self) -> str:
        return next((tag for tag in self._open[-2:] if tag[0] == "h" and tag[1:].isdigit()), "")

    def _block(self, text: str, *, bold: bool) -> Block:
        if self._heading:
            return Block(shape=Shape.HEADING, text=text, level=int(self._heading[1:]))
        shape = Shape.ITEM if "li" in self._open[-2:] else Shape.PARAGRAPH
        return Block(shape=shape, text=text, bold=bold)
