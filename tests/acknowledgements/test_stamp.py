"""A time stamp from outside is in the seal or its absence is known; it never stops a signature."""

import http.client
import re
import threading
import time
from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.acknowledgements.actions import SIGNED as SIGNED_ENTRY
from portal.acknowledgements.actions import sealed
from portal.acknowledgements.keys import ROOT, load_root, load_seal
from portal.acknowledgements.press import Made, Press
from portal.acknowledgements.render import render
from portal.acknowledgements.seal import verify_pdf
from portal.acknowledgements.stamp import Authority, stamped
from portal.acknowledgements.wire import Given
from portal.ledger.queries import told as told_on_ledger
from tests.acknowledgements.samples import SIGNED, draft, short
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW, sign_in_as
from tests.standins.timestamp_authority import timestamp_authority

SLOWLY = 60  # seconds; a busy machine may need some of them


@pytest.fixture(scope="module")
def unsealed():
    return render(short(), fingerprint="ab" * 32)


@pytest.fixture(scope="module")
def seal(seal_keys):
    return load_seal(seal_keys)


@pytest.fixture(scope="module")
def authority():
    with timestamp_authority() as authority:
        yield authority


@pytest.fixture(scope="module")
def good(unsealed, seal, authority):
    """What is known of the stamp, and the stamped file."""
    asked = Authority(authority.url, seconds=SLOWLY)
    return stamped(unsealed, seal, asked, reason="as issued", at=SIGNED)


def made(unsealed, seal, url, *, seconds=SLOWLY):
    asked = Authority(url, seconds=seconds)
    return stamped(unsealed, seal, asked, reason="as issued", at=SIGNED)


def test_the_stamp_stands_in_the_one_seal_and_says_when_and_by_whom(good, seal):
    known, pdf = good

    verdict = verify_pdf(pdf, [seal.root])

    assert (verdict.valid, verdict.sealed_at) == (True, SIGNED)
    assert verdict.stamp.by == "Common Name: Example Time Authority"
    assert known == {
        "at": verdict.stamp.at.isoformat(),
        "by": verdict.stamp.by,
        "certificate": verdict.stamp.certificate,
    }
    assert datetime.fromisoformat(known["at"]) > SIGNED


def test_other_programs_find_one_signature_over_the_total_document(good, tmp_path, told):
    (tmp_path / "stamped.pdf").write_bytes(good[1])

    said = told("pdfsig", tmp_path / "stamped.pdf")

    assert said.count("Signature #") == 1
    assert "  - Total document signed\n" in said
    assert "  - Signature Validation: Signature is Valid.\n" in said
    assert "No syntax or stream encoding errors found" in told(
        "qpdf", "--check", tmp_path / "stamped.pdf"
    )


def test_openssl_alone_confirms_the_stamp_under_the_authority_s_certificate(
    good, authority, tmp_path, told
):
    signed = PdfFileReader(BytesIO(good[1])).embedded_signatures[0].signer_info
    (tmp_path / "token").write_bytes(signed["unsigned_attrs"][0]["values"][0].dump())
    (tmp_path / "stamped").write_bytes(signed["signature"].native)

    said = told(
        *("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token"),
        *("-data", tmp_path / "stamped", "-CAfile", authority.certificate),
    )

    assert "Verification: OK" in said


def test_the_authority_is_told_one_digest_and_nothing_else(good, authority):
    [(path, question)] = authority.asked[:1]

    assert path == "/stamp?for=tests"
    assert len(question) < 80
    assert b"Larkfield" not in question


def test_another_time_in_the_token_is_found(good, seal):
    known, pdf = good
    written = f"{datetime.fromisoformat(known['at']):%Y%m%d%H%M}".encode().hex().encode()
    at = pdf.index(written) + len(written) - 1

    changed = pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]

    assert "time stamp" in verify_pdf(changed, [seal.root]).reason


REFUSED = b"0\x030\x03\x02\x01\x02"  # status 2: rejection, RFC 3161 section 2.4.2
UNFIT = {
    "an error page": {"answer": lambda _: b"<html>busy</html>", "status": 503},
    "a redirect": {"answer": lambda _: b"", "status": 302},
    "no answer in the format": {"answer": lambda _: b"<html>busy</html>"},
    "nothing": {"answer": lambda _: b""},
    "a refusal": {"answer": lambda _: REFUSED[:1] + bytes([5]) + REFUSED[2:]},
    "too much": {"answer": lambda _: b"0" * 100_000},
}


@pytest.mark.parametrize("instead", UNFIT.values(), ids=UNFIT.keys())
def test_whatever_else_comes_the_file_is_sealed_without_it_and_it_is_known(instead, unsealed, seal):
    with timestamp_authority(**instead) as authority:
        known, pdf = made(unsealed, seal, authority.url)

    assert list(known) == ["failure"]
    assert known["failure"].startswith(("no answer", "the answer is unfit"))
    assert verify_pdf(pdf, [seal.root]).stamp is None
    assert verify_pdf(pdf, [seal.root]).valid


def test_the_stamp_of_another_question_is_not_taken(unsealed, seal, authority):
    with timestamp_authority() as other:
        made(unsealed, seal, other.url)
        old = other.asked[0][1]
        with timestamp_authority(answer=lambda _: _again(other, old)) as replays:
            known, _ = made(unsealed, seal, replays.url)

    assert "unfit" in known["failure"]


def _again(authority, question):
    connection = http.client.HTTPConnection(urlsplit(authority.url).netloc)
    connection.request("POST", "/", body=question)
    answer = connection.getresponse().read()
    connection.close()
    return answer


def test_nobody_there_is_known_too(unsealed, seal):
    known, pdf = made(unsealed, seal, "http://127.0.0.1:9/")

    assert re.fullmatch(r"no answer: .*refused.*", known["failure"])
    assert verify_pdf(pdf, [seal.root]).valid


def test_an_authority_that_says_nothing_holds_a_signature_up_for_its_seconds_only(unsealed, seal):
    gate = threading.Event()
    with timestamp_authority(answer=lambda _: gate.wait(SLOWLY) and b"") as authority:
        before = time.monotonic()
        known, pdf = made(unsealed, seal, authority.url, seconds=0.2)
        spent = time.monotonic() - before
        gate.set()

    assert known == {"failure": "no answer within 0.2 seconds"}
    assert spent < SLOWLY
    assert verify_pdf(pdf, [seal.root]).valid


def test_the_press_hands_back_what_is_known_of_the_stamp(seal_keys, authority):
    given = Given(timestamp_url=authority.url, timestamp_seconds=SLOWLY)
    press = Press(seal_keys, seconds=SLOWLY, given=given)

    made = press.make(draft(short()))

    press.close()
    assert made.stamp["by"] == "Common Name: Example Time Authority"
    assert verify_pdf(made.pdf, [load_root(seal_keys / ROOT)]).stamp is not None


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        (
            {"at": NOW.isoformat(), "by": "A time authority", "certificate": "ab"},
            "A time authority",
        ),
        ({"failure": "no answer within 2 seconds"}, "no answer within 2 seconds"),
        ({}, ""),
    ],
    ids=["stamped", "failed", "not asked"],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_stamp_or_absence_is_on_the_ledger_and_on_the_signed_page(app, client, stamp, said):
    tutor = arrive(app)
    made = Made(pdf=b"%PDF-1.7 of a test", digest="ab" * 32, stamp=stamp)
    serial = tutor.sign(sealed(tutor.draft(), made))
    sign_in_as(client, tutor.id)

    page = client.get(f"/acknowledgements/{serial}").text

    with tutor.db.reader() as session:
        [entry] = told_on_ledger(session, tutor.id, entry_type=SIGNED_ENTRY)
    assert entry.facts["timestamp"] == (stamp or {"absent": "no timestamp authority is set"})
    assert said in page
    assert ("from outside" in page) == bool(stamp)
