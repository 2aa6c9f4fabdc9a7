"""A mail is plain text and a page, and both say the same words."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.outbox.page import page_of

HOME = "https://portal.example.org"
NOTICE = f"""Hello Priya,

Lantern has published version 2.0 of
"Online <safeguarding> & more".
You signed version 1.0 on 3 May.

WHAT CHANGED SINCE VERSION 1.0

* Reworded: CSP-3, in “Dress”

  Was: Pyjamas are
  fine.

  Now: Day clothes only.

* Removed: CSP-4, in “Dress”

  Hats are off.

The same on a page: {HOME}/policies/a/2.0/changes?since=1.0&b=<c>
Your next step: {HOME}/
"""
LINES = st.sampled_from(
    ["WHAT YOU DO NEXT", "* Added: CSP-1", "  Was: this", "  Now: that", "", "Why: <b>&amp;", HOME]
)


class Reader(HTMLParser):
    """Hears what a page says, as whoever looks at it does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.feed(page.partition("<main>")[2])

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [dict(attributes)["href"]] if tag == "a" else []

    def handle_data(self, words):
        self.words += words.casefold().split()


def read(text):
    return Reader(page_of(text, subject="News", home=HOME))


def said(text):
    return [word for word in text.casefold().split() if word != "*"]


@given(st.lists(LINES | st.text("Ab <&*:\n", max_size=12), max_size=12).map("\n".join))
def test_the_page_says_the_words_of_the_text(text):
    assert "".join(read(text).words).replace("*", "") == "".join(said(text)).replace("*", "")


def test_what_was_removed_added_and_reworded_is_told_by_structure():
    page = read(NOTICE)

    assert page.words == said(NOTICE)
    assert page.tags.count("h2") == 1
    assert page.tags.count("h3") == 2
    assert page.tags.count("blockquote") == 3


def test_our_own_addresses_are_links_and_nothing_is_fetched():
    page = page_of(NOTICE, subject="News", home=HOME)

    links = [f"{HOME}/policies/a/2.0/changes?since=1.0&b=<c>", f"{HOME}/"]
    assert Reader(page).links == links
    assert not [each for each in ("src=", "url(", "@import", "<link", "<script") if each in page]


@pytest.mark.parametrize("address", ["https://elsewhere.example/", f"{HOME}.elsewhere.example/"])
def test_no_address_that_somebody_typed_leads_elsewhere(address):
    assert not {address}.intersection(read(f"Why: {address}").links)


def test_a_sentence_flows_and_a_label_keeps_its_line():
    page = page_of("one\ntwo\nYour next step: a\nSerial: b", subject="News", home=HOME)

    assert "<p>one two<br>\nYour next step: a<br>\nSerial: b</p>" in page
