"""Somebody who writes for the portal at a desk: every word they meet, every click, every letter."""

from playwright.sync_api import Locator

from tests.journeys.visitors import READING, Visitor

CLICK = 5  # seconds for a click, a tick or a choice: to decide and to do it
KEYS = 200  # characters a minute at a keyboard
# What can be seen of a page: no folded part, and of a list only what is chosen.
SEEN = """() => {
  const main = document.querySelector("main");
  if (!main) return 0;
  const folded = each => {
    const details = each.parentElement?.closest("details:not([open])");
    return details && !(each.closest("summary")?.parentElement === details && !folded(details));
  };
  const said = [];
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const by = walk.currentNode.parentElement;
    if (!by.closest("option, textarea, script, .unseen") && !folded(by))
      said.push(walk.currentNode.textContent);
  }
  for (const each of main.querySelectorAll("textarea, select, input:not([type=hidden])"))
    if (!folded(each) && !["checkbox", "radio"].includes(each.type))
      said.push(each.selectedOptions?.[0]?.text ?? each.value);
  return said.join(" ").split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length;
}"""


class Author:
    """A visitor whose time is counted from here on, page by page as they leave each."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.typed_before = visitor.typed
        self.words = self.clicks = 0
        self.pages: list[tuple[str, int]] = []

    @property
    def minutes(self) -> float:
        """How long it takes somebody who reads every word once on each page."""
        typed = self.visitor.typed - self.typed_before
        return self.words / READING + self.clicks * CLICK / 60 + typed / KEYS

    def read(self) -> None:
        """Read the page one is on."""
        words = int(self.visitor.page.evaluate(SEEN))
        self.pages.append((self.visitor.heading, words))
        self.words += words

    def click(self, what: Locator) -> None:
        """Read the page and click what leads to another."""
        self.read()
        self.clicks += 1
        self.visitor.click(what)

    def follow(self, name: str) -> None:
        """Read the page and follow a link whose name begins so."""
        self.click(self.visitor.page.get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        """Read the page and press a button whose name begins so."""
        self.click(self.visitor.page.get_by_role("button", name=name).first)

    def unfold(self, name: str) -> None:
        """Open a part that is folded in."""
        self.clicks += 1
        self.visitor.page.locator("summary", has_text=name).click()

    def write(self, label: str, words: str) -> None:
        """Fill a field."""
        self.clicks += 1
        self.visitor.write(label, words)

    def tick(self, label: str) -> None:
        """Choose one of several."""
        self.clicks += 1
        self.visitor.tick(label)

    def attach(self, label: str, file: str) -> None:
        """Choose a file: two clicks more than none."""
        self.clicks += 2
        self.visitor.page.get_by_label(label).set_input_files(file)

    def __str__(self) -> str:
        """The way, page by page."""
        lines = [f"{words:5} {heading}" for heading, words in self.pages]
        return "\n".join([*lines, f"{self.words} words, {self.clicks} clicks: {self.minutes:.1f}"])
