"""What a version shows that a draft begun from it does not keep: formatting, never words. Pure."""

import re
from dataclasses import dataclass
from html import unescape

from portal.policies.text import Document, Section

KINDS = {
    "strong": "bold",
    "em": "italics",
    "ul": "bullet points",
    "ol": "a numbered list",
    "h3": "headings within the section",
    "blockquote": "an indented quotation",
    "code": "typewriter text",
}
LINK = re.compile(r'<a href="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The formatting of one section, in words, and where its links lead."""

    section: str
    kinds: tuple[str, ...]
    links: tuple[str, ...]


def lost(document: Document) -> tuple[Lost, ...]:
    """Return each section with formatting; nothing where all is plain words."""
    return tuple(each for each in map(_of_section, document.sections) if each.kinds or each.links)


def _of_section(section: Section) -> Lost:
    # What an author typed is escaped in this HTML: every tag in it is formatting.
    kinds = (words for tag, words in KINDS.items() if f"<{tag}>" in section.html)
    links = dict.fromkeys(unescape(each) for each in LINK.findall(section.html))
    return Lost(section=section.title, kinds=tuple(kinds), links=tuple(links))
