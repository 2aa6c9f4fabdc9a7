"""The blocks of plain text and of Markdown, as people type them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.policies.blocks import Block, Incoming, NotReadable, Shape, is_short_line

NUMBER = re.compile(r"^\s*\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s+")
BULLET = re.compile(r"^\s*[-*+\u2022\u2023\u25cf\u25e6\u2043\u2219\u00b7\uf0b7]\s+")
# Each try ends at the next angle bracket: a file of nothing but openings is read once.
TAG = re.compile(
    r"<\s?/?\s?(?:!doctype|html|head|body|script|style|iframe|object|embed|form|svg|img|div|span|p"
    r"|a|br|table|td|tr|ul|ol|li|h[1-6]|link|meta)\b[^<>]*>",
    re.IGNORECASE,
)
OUR_ID = re.compile(
    r"\s*(?:[-*+]\s+)?\{#[\w-]+\}\s*"
)  # above a paragraph: not the document's words
WEB_PAGE = (
    "The file holds the code of a web page (HTML). Save the document as plain words, or as a"
    " Word file, and send that."
)
PICTURES = "The file leads to pictures. A policy has none: take them out and send it again."
MOST_BRACKETS = 5_000  # each opens what may be a link: reading them takes the square of it
BRACKETS = "The file is full of brackets. Take out what is no word, and send it again."
FENCE = "+++"
SHORT = 0.6  # of the longest line: a heading is not one that was broken at the edge


def read_text(text: str) -> Incoming:
    """Return the blocks of plain text; raises NotReadable.

    An empty line ends a block, and so does a bullet. A short line with a longer one right below
    it is a heading of its own.
    """
    if TAG.search(text):
        raise NotReadable(WEB_PAGE)
    return Incoming(blocks=tuple(_blocks(text)))


def read_markdown(text: str) -> Incoming:
    """Return the blocks of Markdown; raises NotReadable for raw HTML and pictures."""
    if text.count("[") > MOST_BRACKETS:
        raise NotReadable(BRACKETS)
    tokens = MarkdownIt("commonmark").parse(_without_front_matter(text))
    _refuse(tokens)
    return Incoming(blocks=tuple(_of_tokens(tokens)))


def shaped(block: Block) -> Block:
    """Return the block without a bullet or number typed by hand; with one it is an item."""
    if block.shape is Shape.HEADING:
        return replace(block, text=NUMBER.sub("", block.text))
    numbered = bool(NUMBER.match(block.text))
    if not numbered and not BULLET.match(block.text):
        return block
    text = BULLET.sub("", NUMBER.sub("", block.text))
    return replace(block, shape=Shape.ITEM, text=text, numbered=numbered)


def _blocks(text: str) -> Iterator[Block]:
    lines = text.split("\n")
    wide = max(len(each.strip()) for each in lines) * SHORT
    gathered: list[str] = []
    for line in (*lines, ""):
        words = " ".join(line.split())
        alone = len(gathered) == 1 and len(gathered[0]) < wide and is_short_line(gathered[0])
        begins = not words or _is_item(line) or (alone and words[:1].isupper())
        if begins and gathered:
            yield Block(shape=Shape.PARAGRAPH, text=" ".join(gathered))
            gathered = []
        if words:
            gathered.append(words)


def _is_item(line: str) -> bool:
    return bool(BULLET.match(line) or NUMBER.match(line))


def _without_front_matter(text: str) -> str:
    """Leave out what a file of policies/ starts with: its form asks for that anew."""
    lines = text.split("\n")
    if lines[0].strip() == FENCE and FENCE in (each.strip() for each in lines[1:]):
        end = next(n for n, each in enumerate(lines[1:], start=1) if each.strip() == FENCE)
        lines = lines[end + 1 :]
    return "\n".join(each for each in lines if not OUR_ID.fullmatch(each))


def _refuse(tokens: list[Token]) -> None:
    for token in (each for top in tokens for each in (top, *(top.children or ()))):
        if token.type in {"html_block", "html_inline"}:
            raise NotReadable(WEB_PAGE)
        if token.type == "image":
            raise NotReadable(PICTURES)


def _of_tokens(tokens: list[Token]) -> Iterator[Block]:
    items = 0
    level = 0
    for token in tokens:
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "heading_close":
            level = 0
        elif words := _words(token):
            yield _shaped(words, token, level=level, in_list=bool(items))


def _shaped(words: str, token: Token, *, level: int, in_list: bool) -> Block:
    if level:
        return Block(shape=Shape.HEADING, text=words, level=level)
    bold = _is_bold(token)
    return Block(shape=Shape.ITEM if in_list else Shape.PARAGRAPH, text=words, bold=bold)


def _words(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return " ".join(token.content.split())
    inner = token.children or ()
    text = "".join(" " if each.type.endswith("break") else each.content for each in inner)
    return " ".join(text.split())


def _is_bold(token: Token) -> bool:
    inner = token.children or ()
    return len(inner) > 2 and inner[0].type == "strong_open" and inner[-1].type == "strong_close"  # noqa: PLR2004 - opened, filled, closed
