"""Somebody at a browser of their own: what they do there, and what it costs them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator

from tests.journeys.looks import faults, parts

READING, TYPING = 150, 150  # words, and characters on a phone, a minute


class Visitor:
    """One person; `loads`, `words` and `typed` count what was needed so far.

    Words are those of the pages that were left again: whoever arrives need not read any more.
    `faults` holds what is wrong with the pages met: told by axe, by the console, or by the width.
    """

    def __init__(self, context: BrowserContext, *, url: str, looked_at: set[str] | None) -> None:
        self.page = context.new_page()
        self.url = url
        self.loads = self.words = self.typed = 0
        self.status = 0  # of the page opened last
        self.faults: list[str] = []
        self._looked_at = looked_at
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    @property
    def heading(self) -> str:
        """What the page says it is."""
        return self.page.locator("h1").inner_text()

    @property
    def minutes(self) -> float:
        """How long all of it took somebody who reads every word, and types on a phone."""
        return self.words / READING + self.typed / TYPING

    def open(self, address: str) -> None:
        """Go to a page of the portal, or to a link in a mail."""
        with self._next_page():
            answer = self.page.goto(address if address.startswith("http") else self.url + address)
        self.status = answer.status if answer else 0

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Go where a link leads; the first of those that are called so."""
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Send a form; the first of those whose button is called so."""
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

    def click(self, what: Locator) -> None:
        """Click what leads to another page."""
        with self._next_page():
            what.click()

    def says(self, selector: str) -> list[str]:
        """Return the words of each such part of the page."""
        return self.page.locator(selector).all_inner_texts()

    def meets(self, selector: str) -> bool:
        """Whether the page has this."""
        return self.page.locator(selector).count() > 0

    def write(self, label: str, words: str) -> None:
        """Fill a field."""
        self.page.get_by_label(label, exact=True).fill(words)
        self.typed += len(words)

    def choose(self, label: str, words: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label, exact=True).select_option(label=words)

    def tick(self, label: str) -> None:
        """Tick a box, or one of several choices."""
        self.page.get_by_label(label, exact=True).check()

    def move(self, name: str) -> None:
        """Press a button that changes the page one is on; without scripts it opens it anew."""
        button = self.page.get_by_role("button", name=name)
        if self._looked_at is None:
            self.click(button)
        else:
            button.click()

    @contextmanager
    def _next_page(self) -> Iterator[None]:
        self.words += len(" ".join(self.page.locator("main").all_inner_texts()).split())
        with self.page.expect_event("load"):
            yield
        self.loads += 1
        if self._looked_at is not None:
            self._look(self._looked_at)

    def _look(self, seen: set[str]) -> None:
        """Find the faults of a page, unless one of the same parts was seen."""
        if (made_of := parts(self.page)) not in seen:
            seen.add(made_of)
            self.faults += faults(self.page)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser calls a page that says no a failed resource: the test says which are to.
        own = message.location["url"] == self.page.url and "server responded" in message.text
        if message.type in {"error", "warning"} and not own:
            self.faults.append(f"{self.page.url}: {message.text}")
