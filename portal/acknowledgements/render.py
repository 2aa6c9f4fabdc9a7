"""From a record to a PDF/A-3a, PDF/UA-1 file with an empty field for the seal.

The same record gives the same bytes. Nothing is fetched: no network, no file, only what lies on the
shelf. WeasyPrint is heavy: portal code imports this in the press's process only.
"""

import hashlib
import os
from datetime import datetime
from functools import lru_cache, partial
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pydyf
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from portal import clock, paths
from portal.acknowledgements.byhand import Print
from portal.acknowledgements.metadata import declare_accessible, open_seal_field, write_once
from portal.acknowledgements.ownpage import own_page
from portal.acknowledgements.plate import Plate
from portal.acknowledgements.record import LANGUAGE, Kind, Policy, Record, canonical
from portal.acknowledgements.sheet import approvals, openings
from portal.acknowledgements.textlayer import NoGlyph, require_glyphs, require_words
from portal.acknowledgements.wording import code_points, hidden, on_paper, spelled_out
from portal.policies.text import digest as text_digest
from portal.policies.text import parse

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
# Read when the first font is looked for: a page must not depend on what else is installed.
os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
KINDS = {
    Kind.RIGHT: "Right.",
    Kind.SAFER: "Safer than the policy asks.",
    Kind.WRONG: "Not right.",
}
TEMPLATES = Environment(
    loader=FileSystemLoader(paths.TEMPLATES / "acknowledgements"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
COLOURS = "sRGB2014"
BASE = "portal:"
KIND = {"pdf_variant": "pdf/a-3a", "output_intent": COLOURS}


class Colours:
    """The profile that PDF/A wants named, as its file has it.

    WeasyPrint's own reads it anew for every document, and LittleCMS writes other bytes each time.
    """

    name = COLOURS
    components = ("r", "g", "b")
    content = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    pdf_reference: bytes | None = None


class Shelf(URLFetcher):  # type: ignore[misc]  # WeasyPrint brings no types
    """Serves what lies on it and nothing else; anything else asked for ends the rendering."""

    def __init__(self, **content: bytes) -> None:
        super().__init__(fail_on_errors=True)
        self._content = {BASE + name: body for name, body in content.items()}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - its signature
        """Return what lies here under this address."""
        if url not in self._content:
            raise FatalURLFetchingError(f"not on the shelf: {url[:80]}")
        return URLFetcherResponse(url, body=self._content[url])


FONT_MAP = FontConfiguration()
LOOK = CSS(
    string=(HERE / "certificate.css").read_text(encoding="utf-8"),
    font_config=FONT_MAP,
    url_fetcher=Shelf(
        **{
            f"{weight}.ttf": (FONTS / f"atkinson-hyperlegible-next-{weight}.ttf").read_bytes()
            for weight in (400, 700)
        }
    ),
)


def render(record: Record, *, fingerprint: str) -> bytes:
    """Return the PDF, unsealed; `fingerprint` is the SHA-256 of the seal's root, in hex.

    Raises CannotShow when a character of a name or a text has no glyph, or a word cannot be read
    back. What browsers call themselves is printed by number where no font can show it.
    """
    shown = on_paper(record)
    shown = spelled_out(shown, hidden(shown.identified_by.agent))
    try:
        return _pdf(record, shown, fingerprint=fingerprint)
    except NoGlyph as lost:
        by_number = spelled_out(shown, lost.characters)
        if by_number == shown:
            raise
        return _pdf(record, by_number, fingerprint=fingerprint)


def require_shown(text: str) -> None:
    """Raise CannotShow unless a page can show this text."""
    document = _laid_out(f"<html lang=en><title>x</title><p>{escape(text)}</p>", Shelf())

    def check(document: Document, pdf: pydyf.PDF) -> None:
        require_glyphs(document)
        require_words(document, pdf, (text,))

    document.write_pdf(finisher=check, **KIND)


def require_policy(text: str) -> None:
    """Raise CannotShow unless the pages that hold a policy can show this one."""
    said = parse(text)
    told = {"title": said.title, "version": said.version, "digest": text_digest(text)}
    policy = {**told, "text": text, "language": LANGUAGE}
    document = _annexed(policy, "", demonstration=False)
    document.write_pdf(finisher=lambda document, _: require_glyphs(document), **KIND)


def _pdf(record: Record, shown: Record, *, fingerprint: str) -> bytes:
    """Print what is shown; what is exact lies inside."""
    source = canonical(record)
    digest = hashlib.sha256(source).hexdigest()
    personal = _personal(shown, digest=digest, fingerprint=fingerprint)
    annex = _annex(record.policy, shown.organisation, demonstration=record.demonstration)
    whole = personal.copy([*personal.pages, *annex])
    pdf: bytes = whole.write_pdf(
        finisher=partial(_finish, words=_must_stand(shown, digest)),
        attachments=[_attachment(source, record.signed_at)],
        pdf_identifier=digest[:32],
        **KIND,
    )
    return pdf


def render_pack(record: Record, size: Print = Print.USUAL) -> bytes:
    """Return text, statement and result of the attempt, to be signed by hand: never sealed."""
    record = on_paper(record)
    html = TEMPLATES.get_template("pack.html").render(
        record=record,
        size=size,
        sections=parse(record.policy.text).sections,
        exactly=partial(clock.exactly, zone=record.zone),
    )
    words = (record.tutor.name, record.policy.digest, *record.statements, record.tick)
    finisher = partial(_finish_pack, words=words)
    pdf: bytes = _laid_out(html, Shelf()).write_pdf(finisher=finisher, **KIND)
    return pdf


def warm() -> None:
    """Load fonts and libraries, so that the first tutor waits no longer than the second."""
    _laid_out("<html lang=en><p>Ready</p> <b>now</b>", Shelf()).write_pdf()


def _personal(record: Record, *, digest: str, fingerprint: str) -> Document:
    """Lay out the pages that are this signature's own."""
    html = TEMPLATES.get_template("certificate.html").render(
        record=record,
        digest=digest,
        fingerprint=fingerprint,
        kinds=KINDS,
        openings=openings(record),
        approvals=approvals(record),
        day=partial(clock.day_in_words, zone=record.zone),
        exactly=partial(clock.exactly, zone=record.zone),
        utc=_utc,
        code_points=code_points,
        written=lambda day: f"{day.day} {day:%b %Y}",
    )
    shelf = Shelf(qr=_qr(record.verify_url))
    return _on_pages(own_page(html, base_url=BASE, url_fetcher=shelf))


@lru_cache(maxsize=8)
def _annex(policy: Policy, organisation: str, *, demonstration: bool) -> tuple[Plate, ...]:
    """Lay out and draw what everybody who signs this version gets: its text, and how to check."""
    told = policy.model_dump(include={"title", "version", "digest", "text", "language"})
    document = _annexed(told, organisation, demonstration=demonstration)
    return tuple(map(Plate, document.pages))


def _annexed(policy: dict[str, str], organisation: str, *, demonstration: bool) -> Document:
    html = TEMPLATES.get_template("annex.html").render(
        policy=policy,
        sections=parse(policy["text"]).sections,
        organisation=organisation,
        demonstration=demonstration,
    )
    return _laid_out(html, Shelf())


def _laid_out(html: str, shelf: Shelf) -> Document:
    return _on_pages(HTML(string=html, base_url=BASE, url_fetcher=shelf))


def _on_pages(page: HTML) -> Document:
    # No cache is passed: one kept between documents would keep every tutor's pictures.
    profiles = {COLOURS: Colours()}
    document: Document = page.render(
        font_config=FONT_MAP, color_profiles=profiles, stylesheets=[LOOK], **KIND
    )
    return document


def _finish(document: Document, pdf: pydyf.PDF, *, words: tuple[str, ...]) -> None:
    require_glyphs(document)
    require_words(document, pdf, words)
    declare_accessible(pdf)
    open_seal_field(pdf)
    write_once(pdf)


def _finish_pack(document: Document, pdf: pydyf.PDF, *, words: tuple[str, ...]) -> None:
    require_glyphs(document)
    require_words(document, pdf, words)
    declare_accessible(pdf)


def _must_stand(record: Record, digest: str) -> tuple[str, ...]:
    """Return what the pages must say, word for word."""
    return (
        record.tutor.name,
        record.tutor.name_typed,
        record.policy.title,
        record.policy.version,
        record.policy.digest,
        record.serial,
        digest,
        clock.exactly(record.signed_at, record.zone),
        *record.statements,
        record.tick,
        *([record.attempt.read_aloud_by.name] if record.attempt.read_aloud_by else []),
        *([record.on_paper.original, record.on_paper.confirmed.name] if record.on_paper else []),
    )


def _attachment(source: bytes, at: datetime) -> Attachment:
    return Attachment(
        file_obj=BytesIO(source),
        name="record.json",
        description="The evidence behind this acknowledgement, as data",
        relationship="Source",
        created=at,
        modified=at,
    )


def _qr(address: str) -> bytes:
    picture = BytesIO()
    segno.make_qr(address, error="m", mask=3).save(picture, kind="png", scale=6, border=0)
    return picture.getvalue()


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
