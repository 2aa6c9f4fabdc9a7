"""The Markdown of a policy: sections, clauses and what may not stand in them.

A clause is a paragraph below a line such as `{#CSP-4}`; one that holds two rules has two ids,
`{#CSP-4 also="CSP-5"}`. Raw HTML is printed as text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.attrs import attrs_block_plugin

from portal.policies.splitting import runs_on

SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
Ids = tuple[str, ...]
ALSO = "also"
ID = "[A-Z]{2,5}-[0-9]{1,3}"  # of a clause
MARK = re.compile(
    rf'^\s*(?:(?:[-*+]|\d+[.)])\s+)?\{{#({ID})(?: also="({ID}(?: {ID})*)")?\}}\s*$', re.ASCII
)
LOOSE_BRACES = "a clause id stands alone, like {#ABC-1}: above it an empty line, below a paragraph"
NO_SECTION = "the text starts with a section heading, like ## Its title"


class BadPolicy(ValueError):
    """The text cannot be adopted; says at which line and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One addressable sentence, in words without markup; one of several rules has several ids."""

    ids: Ids
    section: int
    text: str

    @property
    def id(self) -> str:
        """The first of its ids."""
        return self.ids[0]

    @property
    def label(self) -> str:
        """All its ids, as people read them."""
        return ", ".join(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page of reading; the HTML leaves out the heading and is safe to print as it is."""

    number: int
    title: str
    html: str
    words: int
    clauses: tuple[Clause, ...]
    pieces: tuple[tuple[Ids, str], ...]  # all words as they stand, by the ids of their clause
    addition: bool  # the organisation's own, signed together with the code and not part of it

    @property
    def besides(self) -> str:
        """Words that stand in no clause, without markup."""
        return " ".join(words for ids, words in self.pieces if not ids)


def read_sections(lines: Sequence[str], *, additions: int) -> tuple[Section, ...]:
    """Return the sections, or raise BadPolicy with the line (counted from 1) and the reason.

    Sections below the line `additions` are the organisation's.
    """
    tokens = MARKDOWN.parse("\n".join(lines))
    _refuse_loose_braces(lines, tokens)
    starts = [
        n for n, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"
    ]
    _refuse_misplaced(tokens, starts)
    ranges = enumerate(pairwise([*starts, len(tokens)]), start=1)
    return tuple(
        _section(number, tokens[start:end], addition=_line(tokens[start]) > additions)
        for number, (start, end) in ranges
    )


def _refuse_loose_braces(lines: Sequence[str], tokens: Sequence[Token]) -> None:
    """Refuse braces that are no clause id above a paragraph: Markdown would drop them."""
    found = {ids[0] for token in tokens if (ids := _ids(token))}
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if "{#" not in line and not line.lstrip().startswith("{"):
            continue
        mark = MARK.match(line)
        if not mark or mark[1] not in found:
            raise BadPolicy(number, LOOSE_BRACES)
        for id_ in (mark[1], *(mark[2] or "").split()):
            if id_ in seen:
                raise BadPolicy(number, f"the clause id {id_} is used twice")
            seen.add(id_)


def _refuse_misplaced(tokens: Sequence[Token], starts: Sequence[int]) -> None:
    if not starts or starts[0] != 0:
        raise BadPolicy(_line(tokens[0]) if tokens else 1, NO_SECTION)
    for token in tokens:
        if reason := _fault(token):
            raise BadPolicy(_line(token), reason)


def _fault(token: Token) -> str | None:
    """Return why this piece of Markdown may not stand in a policy."""
    if token.type == "heading_open" and (token.tag not in {"h2", "h3"} or token.level):
        return "headings are ## for a section and ### within one"
    for child in token.children or ():
        if child.type == "image":
            return "a policy has no pictures"
        if child.type == "link_open" and not _may_link(str(child.attrs["href"])):
            return (
                f"a link may lead to the web, a mail, a phone or here, not to {child.attrs['href']}"
            )
    return None


def _may_link(href: str) -> bool:
    target = urlsplit(href)
    return target.scheme in SCHEMES and bool(target.scheme or not target.netloc)


def _section(number: int, tokens: Sequence[Token], *, addition: bool) -> Section:
    title = _plain(tokens[1])
    body = tokens[3:]  # after heading_open, its words and heading_close
    return Section(
        number=number,
        title=title,
        html=MARKDOWN.renderer.render(body, MARKDOWN.options, {}),
        words=sum(len(_plain(token).split()) for token in body),
        clauses=tuple(_clauses(body, section=number)),
        pieces=tuple(_pieces(body)),
        addition=addition,
    )


def _clauses(tokens: Sequence[Token], *, section: int) -> Iterator[Clause]:
    """Yield each clause with all words up to the next clause or heading."""
    starts = [n for n, token in enumerate(tokens) if _ids(token)]
    for start, following in pairwise([*starts, len(tokens)]):
        body = takewhile(lambda token: token.type != "heading_open", tokens[start:following])
        words = " ".join(filter(None, map(_plain, body)))
        yield Clause(ids=_ids(tokens[start]), section=section, text=words)


def _pieces(tokens: Sequence[Token]) -> Iterator[tuple[Ids, str]]:
    """Yield every clause where it begins, and block by block what is said in none.

    That stands before the first clause, or below a heading of its own.
    """
    clauses = {each.ids: each.text for each in _clauses(tokens, section=0)}
    inside = False
    for token in tokens:
        ids = _ids(token)
        inside = token.type != "heading_open" and (inside or bool(ids))
        words = clauses[ids] if ids else "" if inside else _plain(token)
        if ids or words:
            yield ids, words


def _ids(token: Token) -> Ids:
    """Return the ids of the clause that begins here, none where none does."""
    if token.type != "paragraph_open" or "id" not in token.attrs:
        return ()
    return (str(token.attrs["id"]), *token.meta.get(ALSO, ()))


def _plain(token: Token) -> str:
    """Return the words of a piece of Markdown without markup."""
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    inner = token.children or ()
    return "".join(" " if child.type.endswith("break") else child.content for child in inner)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _frame_clauses(state: StateCore) -> None:
    """Give each clause its own tag, in tight lists too, where Markdown leaves it out.

    One that goes on with the sentence above is `on`: it stands close to it.
    """
    before = ""
    for opening, words, closing in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if opening.type in {"heading_open", "list_item_open"}:
            before = ""
        if _ids(opening):
            opening.meta[ALSO] = tuple(str(opening.attrs.pop(ALSO, "")).split())
            on = before and runs_on(before, words.content)
            opening.attrSet("class", "clause on" if on else "clause")
            opening.hidden = closing.hidden = False
        if opening.type == "paragraph_open":
            before = words.content


def _paragraph_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """Print a clause with its ids in words, so that it can be found, quoted and heard."""
    tag = renderer.renderToken(tokens, index, options, env)
    if not (ids := _ids(tokens[index])):
        return tag
    others = "".join(f', <span id="{each}">{each}</span>' for each in ids[1:])
    return f"{tag}<b>{ids[0]}{others}</b> "


class _EveryLink(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 - the library's signature
        return True  # parsed as a link, so that _fault can refuse it by name


def _markdown() -> MarkdownIt:
    markdown = _EveryLink("commonmark", {"html": False})
    markdown.use(attrs_block_plugin, allowed=["id", ALSO])
    markdown.core.ruler.push("clauses", _frame_clauses)
    markdown.add_render_rule("paragraph_open", _paragraph_open)
    return markdown


MARKDOWN = _markdown()
