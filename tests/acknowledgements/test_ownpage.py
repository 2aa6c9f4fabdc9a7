"""What is taken in quickly is printed as it would be the long way."""

import re

from weasyprint import HTML

from portal import paths
from portal.acknowledgements import render as printer
from portal.acknowledgements.ownpage import OwnPage, own_page
from portal.acknowledgements.render import render
from tests.acknowledgements.example import all_at_once
from tests.acknowledgements.samples import named

PRINT = "ab" * 32
TEMPLATE = paths.TEMPLATES / "acknowledgements" / "certificate.html"
GROUND, CERTIFICATE = printer.HERE / "ground.css", printer.HERE / "certificate.css"


def test_a_page_is_the_same_to_the_byte_as_with_the_rules_for_all_of_html(monkeypatch):
    quickly = render(all_at_once(demonstration=True), fingerprint=PRINT)

    monkeypatch.setattr(printer, "own_page", lambda markup, **told: HTML(string=markup, **told))

    assert quickly == render(all_at_once(demonstration=True), fingerprint=PRINT)


def test_every_element_of_the_template_has_its_rule():
    rules = "".join(path.read_text(encoding="utf-8") for path in (GROUND, CERTIFICATE))

    used = set(re.findall(r"<([a-z]+[0-9]?)", TEMPLATE.read_text(encoding="utf-8")))

    assert used - set(re.findall(r"[a-z]+[0-9]?", rules)) == set()


def test_a_character_that_xml_forbids_is_taken_in_all_the_same():
    told = {"base_url": printer.BASE, "url_fetcher": printer.Shelf()}

    assert isinstance(own_page("<html><p>Ada</p></html>", **told), OwnPage)
    assert not isinstance(own_page("<html><p>A\x01da</p></html>", **told), OwnPage)


def test_markup_in_a_name_stays_a_name(text_of):
    assert "&lt;b&gt;]]" in text_of(render(named("&lt;b&gt;]]>"), fingerprint=PRINT))
