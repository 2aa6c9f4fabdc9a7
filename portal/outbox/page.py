"""The same mail as a page: made from the plain text, so that both say the same words.

A line in capitals is a heading, one that begins with "* " a smaller one, indented lines are quoted,
and our own addresses are links. Nothing is fetched, so nobody learns when a mail is opened.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise

LABEL = re.compile(r"[A-Z][\w -]{0,40}: ")  # "Your next step: …" stands on a line of its own
QUOTED = {"Was: ": "removed", "Now: ": "added"}
TOLD = {"* Added: ": "added", "* Removed: ": "removed"}
LOOK = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; background: #fbf8f2; color: #1b2a29;
  font: 17px/1.55 "Atkinson Hyperlegible Next", Verdana, sans-serif; overflow-wrap: anywhere; }
main { max-width: 38rem; margin: 0 auto; }
p, blockquote { margin: 0 0 1em; }
h2 { margin: 1.6em 0 .6em; font-size: 1.2em; line-height: 1.25; }
h3 { margin: 1.4em 0 .4em; font-size: 1em; }
a { color: #0b5a55; }
blockquote { padding: .5em .9em; border-left: 5px solid #66756f; background: #efeae0; }
blockquote + blockquote { margin-top: -.5em; }
blockquote.removed, h3.removed + * { border-color: #93291a; background: #fbe6e1; }
blockquote.added, h3.added + * { border-color: #17603a; background: #e3f3e7; }
@media (prefers-color-scheme: dark) {
  body { background: #14201f; color: #ecf1ee; }
  a { color: #7fd1c7; }
  blockquote { background: #263837; }
  blockquote.removed, h3.removed + * { border-color: #ffab9c; background: #401a14; }
  blockquote.added, h3.added + * { border-color: #8bd8a5; background: #16331f; }
}
"""


def page_of(text: str, *, subject: str, home: str) -> str:
    """Return the plain text as a page; only addresses that begin with `home` become links."""
    told = "\n".join(_block(lines, home=home) for lines in _blocks(text))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(subject)}</title>\n<style>{LOOK}</style>\n</head>\n"
        f"<body>\n<main>\n{told}\n</main>\n</body>\n</html>\n"
    )


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines that stand together."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        yield block.split("\n")


def _block(lines: list[str], *, home: str) -> str:
    words = " ".join(line.strip() for line in lines)
    if words.isupper() and " " in words:
        return f"<h2>{escape(words.capitalize())}</h2>"
    if words.startswith("* "):
        look = next((TOLD[each] for each in TOLD if words.startswith(each)), "changed")
        return f'<h3 class="{look}">{escape(words.removeprefix("* "))}</h3>'
    if lines[0].startswith("  "):
        return _quoted(words)
    return f"<p>{_linked(_joined(lines), home=home)}</p>"


def _quoted(words: str) -> str:
    for label, look in QUOTED.items():
        if words.startswith(label):
            rest = escape(words.removeprefix(label))
            return f'<blockquote class="{look}"><b>{label.strip()}</b> {rest}</blockquote>'
    return f"<blockquote>{escape(words)}</blockquote>"


def _joined(lines: list[str]) -> str:
    """Return the lines as one, for a window of any width; labels and addresses keep their own."""
    said = [lines[0]]
    for before, line in pairwise(lines):
        apart = LABEL.match(before) or LABEL.match(line) or "://" in before + line
        said.append(("\n" if apart else " ") + line.strip())
    return "".join(said)


def _linked(words: str, *, home: str) -> str:
    """Return the words with our own addresses as links."""
    address = re.compile(rf"({re.escape(home)}(?:/\S*)?)")
    told = (
        f'<a href="{escape(part)}">{escape(part)}</a>' if number % 2 else escape(part)
        for number, part in enumerate(address.split(words))
    )
    return "".join(told).replace("\n", "<br>\n")
