"""What a browser makes of a page: its forms, the choices in them, the button to go on."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True, kw_only=True)
class Form:
    """One form: where it goes, what it carries hidden, what can be chosen (name, value, words)."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    choices: list[tuple[str, str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """A page as it was answered, at its path."""

    def __init__(self, path: str, html: str) -> None:
        super().__init__()
        self.path = path
        self.title = ""
        self.forms: list[Form] = []
        self.buttons: list[str] = []  # where links that look like buttons lead
        self._heard: list[str] | None = None  # words of the h1 or of a choice, while inside it
        self.feed(html)

    def form(self, part: str) -> Form | None:
        """Return the first form whose address has this part."""
        return next((each for each in self.forms if part in each.action), None)

    def get_form(self, part: str) -> Form:
        """Return the same; raises LookupError with what the page is instead."""
        if found := self.form(part):
            return found
        raise LookupError(f"{self.path} ({self.title}) has no form for {part}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a person could do here."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(action=told.get("action", self.path)))
        elif tag == "a" and "button" in told.get("class", "").split():
            self.buttons.append(told["href"])
        elif tag == "input":
            self._note(told)
        elif tag in ("h1", "label"):
            self._heard = []

    def handle_data(self, data: str) -> None:
        """Listen inside a heading or a label."""
        if self._heard is not None:
            self._heard.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Keep what was heard."""
        words = " ".join("".join(self._heard or ()).split())
        if tag == "h1":
            self.title = words
        elif tag == "label" and self.forms and self.forms[-1].choices:
            name, value, known = self.forms[-1].choices[-1]
            self.forms[-1].choices[-1] = (name, value, known or words)
        if tag in ("h1", "label"):
            self._heard = None

    def _note(self, told: dict[str, str]) -> None:
        if told.get("type") == "hidden":
            self.forms[-1].hidden[told["name"]] = told.get("value", "")
        elif told.get("type") == "radio":
            self.forms[-1].choices.append((told["name"], told["value"], ""))
