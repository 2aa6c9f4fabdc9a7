"""The page says what the record says, to eyes, search and screen readers; and fetches nothing."""

import hashlib
import json
import re
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from portal.acknowledgements import render as printer
from portal.acknowledgements.byhand import Print
from portal.acknowledgements.record import canonical, digest
from portal.acknowledgements.render import render, render_pack
from portal.acknowledgements.textlayer import squeezed
from portal.policies.text import parse
from tests.acknowledgements.samples import TEXT, fields, record, short

PRINT = "ab" * 32
FONT_SIZE = re.compile(rb"/\w+ ([0-9.]+) Tf")  # in pixels of CSS, of which four are three points


@pytest.fixture(scope="module")
def words(sealed, told):
    """All words of the sealed PDF as another program reads them, without spaces."""
    return squeezed(told("pdftotext", sealed, "-"))


def test_the_same_record_gives_the_same_bytes_in_any_process():
    code = (
        "import hashlib; from portal.acknowledgements.render import render;"
        "from tests.acknowledgements.samples import short;"
        f"print(hashlib.sha256(render(short(), fingerprint='{PRINT}')).hexdigest())"
    )
    abroad = {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}

    there = subprocess.check_output([sys.executable, "-c", code], env=abroad, text=True)

    here = {hashlib.sha256(render(short(), fingerprint=PRINT)).hexdigest() for _ in range(2)}
    assert here == {there.strip()}


def test_every_fact_is_in_the_text_layer_word_for_word(words):
    told = record()
    expected = [
        *(told.tutor.name_typed, told.tutor.email, told.tutor.learning_manager, told.serial),
        *(told.policy.title, told.policy.digest, digest(told), told.verify_url),
        *told.statements,
        *("23 Nov 2026, 10:15:04 GMT (UTC+00:00)", "2026-11-23 10:15:04 UTC"),
        *("Passed: 11 of 12 points", "CSP-9, GEO-6", told.identified_by.sign_in),
        *("Opened in order", "23 Nov 2026, GMT (UTC+00:00): 1. Preamble 09:28:04"),
        *("Entry 1482", told.ledger_head.hash, told.policy.adopted_by, "020 7946 0199"),
        *("Not reviewed by a person: 8.", "Approved by Helen Marsh, 14 Oct 2026: 1, 2"),
    ]

    assert [fact for fact in expected if squeezed(fact) not in words] == []


def test_who_read_the_scenarios_aloud_is_named_and_in_which_role(text_of):
    helper = {"id": "h" * 16, "name": "Tom Reyes", "role": "deputy", "after": 3}
    attempt = short().attempt.model_dump() | {"read_aloud_by": helper}

    said = text_of(render(short(attempt=attempt), fingerprint=PRINT))

    for words in ("read aloud by Tom Reyes", "deputy, person hhhh", "from choice 4 on"):
        assert squeezed(words) in said


def test_every_choice_is_in_the_text_layer_with_all_that_was_shown(words):
    steps = [step for scenario in record().attempt.scenarios for step in scenario.steps]
    one = [step for step in steps if step.asks != "order"]
    chosen = [f"Chose {n + 1}. {step.options[n]}" for step in one for n in step.taken]
    order = next(step for step in steps if step.asks == "order")
    chosen += [f"Put {n}: {m + 1}. {order.options[m]}" for n, m in enumerate(order.taken, start=1)]
    shown = [text for step in steps for text in (step.question, step.consequence, *step.options)]

    assert [text for text in (*chosen, *shown) if squeezed(text) not in words] == []


def test_every_clause_of_the_policy_is_in_the_text_layer(words):
    clauses = parse(TEXT).clauses

    assert len(clauses) == 30
    assert [key for key, each in clauses.items() if squeezed(each.text) not in words] == []


def test_the_record_itself_is_attached_and_nothing_else(sealed):
    with pikepdf.open(sealed) as pdf:
        [(name, attached)] = pdf.attachments.items()
        assert name == "record.json"
        assert attached.get_file().read_bytes() == canonical(record())
        assert attached.obj.AFRelationship == "/Source"
        assert not {"/OpenAction", "/AA", "/OCProperties"} & set(pdf.Root.keys())
        assert "/JavaScript" not in pdf.Root.Names


def test_the_file_declares_both_standards_its_language_and_its_title(sealed):
    with pikepdf.open(sealed) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert pdf.Root.Lang == "en-GB"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "K7QF-2MXR-9D4T" in metadata["dc:title"]


def test_every_font_is_in_the_file_and_none_stands_for_a_missing_letter(sealed, told):
    rows = told("pdffonts", sealed).splitlines()[2:]

    assert any("Atkinson" in row for row in rows)
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows), rows


def test_a_demonstration_says_so_at_head_and_foot_of_every_page(tmp_path, told):
    path = tmp_path / "demonstration.pdf"
    path.write_bytes(render(short(demonstration=True), fingerprint=PRINT))

    pages = told("pdftotext", path, "-").split("\f")[:-1]

    assert len(pages) > 4
    assert {page.count("DEMONSTRATION: NO EVIDENCE") for page in pages} == {2}


def test_large_print_has_no_word_in_less_than_16_points():
    with pikepdf.open(BytesIO(render_pack(record(), Print.LARGE))) as pdf:
        drawn = b"".join(page.Contents.read_bytes() for page in pdf.pages)

    assert min(round(float(size) * 0.75) for size in FONT_SIZE.findall(drawn)) == 16


def test_a_real_acknowledgement_does_not_speak_of_demonstrations(words):
    assert "demonstration" not in words.lower()


REACHED = []
TOUCHES = {"open", "socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen"}
# A hook stays for good: it listens only while a test asks it to.
sys.addaudithook(lambda event, args: REACHED.append((event, str(args))) if LISTENING else None)
LISTENING = []


@pytest.fixture
def reached():
    """What of this machine and the network is touched by what a test does."""
    REACHED.clear()
    LISTENING.append(True)
    yield REACHED
    LISTENING.clear()


BAIT = [
    '<img src="{0}">',
    '<link rel=stylesheet href="{0}">',
    '<link rel=attachment href="{0}">',
    '<a rel=attachment href="{0}">x</a>',
    '<object data="{0}"></object>',
    '<style>@import url("{0}");</style>',
    '<style>p {{ background: url("{0}") }}</style><p>x',
    '<style>@font-face {{ font-family: X; src: url("{0}") }}</style><p style="font-family: X">x',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}" width="9" height="9"/></svg>',
]


@pytest.mark.parametrize("bait", BAIT)
@pytest.mark.parametrize("where", ["http://127.0.0.1:9/passwd", "file:///etc/passwd"])
def test_whatever_html_asks_for_is_not_fetched(bait, where, reached):
    with suppress(FatalURLFetchingError):
        printer._laid_out(f"<html lang=en>{bait.format(where)}", printer.Shelf()).write_pdf()

    assert [each for each in reached if each[0] in TOUCHES] == []


def test_html_in_a_record_is_text_on_the_page(text_of, reached):
    bait = '<img src="http://127.0.0.1:9/passwd"><link rel=attachment href="file:///etc/passwd">'
    policy = {**fields()["policy"], "title": bait, "owner": bait}

    made = render(short(statements=[bait], organisation=bait, policy=policy), fingerprint=PRINT)

    assert [each for each in reached if each[0] in TOUCHES] == []
    assert text_of(made).count(squeezed(bait)) >= 4


def test_the_fonts_are_ours_and_small():
    fonts = Path(printer.FONTS)

    assert sum(path.stat().st_size for path in fonts.iterdir()) < 300_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8")


def test_a_record_says_in_json_what_the_page_says(words):
    told = json.loads(canonical(record()))

    assert all(squeezed(contact["phone"]) in words for contact in told["contacts"])
