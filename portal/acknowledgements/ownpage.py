"""The pages that are one signature's own, as WeasyPrint takes them in: quickly.

They come from one template of ours, so they need neither a parser that forgives every mistake nor
a sheet of rules for all of HTML. What is printed is the same, to the byte.
"""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from weasyprint import CSS, HTML, cssselect2
from weasyprint.urls import URLFetcher

GROUND = CSS(string=Path(__file__).with_name("ground.css").read_text(encoding="utf-8"))


class OwnPage(HTML):  # type: ignore[misc]  # WeasyPrint brings no types
    """A page of certificate.html; raises ParseError unless it is well-formed XML."""

    def __init__(self, markup: str, *, base_url: str, url_fetcher: URLFetcher) -> None:
        # What is not ours in it is escaped, and nothing here declares an entity.
        tree = ET.fromstring(markup)  # noqa: S314
        self.base_url = base_url
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: Any = None) -> list[CSS]:  # noqa: ARG002 - its signature
        return [GROUND]


def own_page(markup: str, *, base_url: str, url_fetcher: URLFetcher) -> HTML:
    """Return the page; as any HTML where XML forbids a character: the page's check names it."""
    told: dict[str, Any] = {"base_url": base_url, "url_fetcher": url_fetcher}
    try:
        return OwnPage(markup, **told)
    except ET.ParseError:
        return HTML(string=markup, **told)
