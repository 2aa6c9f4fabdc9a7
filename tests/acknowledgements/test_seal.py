"""The seal covers every byte: other programs say so, and whatever was done to a file is told."""

import re
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from portal.acknowledgements.keys import ROOT, SealUnfit, load_root, load_seal, make_seal
from portal.acknowledgements.render import render
from portal.acknowledgements.seal import _Signer, seal_pdf, verify_pdf
from portal.acknowledgements.verdict import Verdict
from tests.acknowledgements.samples import SIGNED, short


@pytest.fixture(scope="module")
def root(seal_keys):
    return load_root(seal_keys / ROOT)


@pytest.fixture(scope="module")
def seal(seal_keys):
    return load_seal(seal_keys)


@pytest.fixture(scope="module")
def unsealed():
    return render(short(), fingerprint="ab" * 32)


def test_our_own_check_finds_the_seal_whole(sealed, root):
    assert verify_pdf(sealed.read_bytes(), [root]) == Verdict(
        valid=True, reason="sealed, and unchanged since", sealed_at=SIGNED
    )


def test_poppler_finds_one_valid_signature_over_the_total_document(sealed, told):
    said = told("pdfsig", sealed)

    assert said.count("Signature #") == 1
    assert "  - Total document signed\n" in said
    assert "  - Signature Validation: Signature is Valid.\n" in said
    assert "  - Signature Type: ETSI.CAdES.detached\n" in said
    assert "  - Signer Certificate Common Name: Larkfield Tuition Ltd seal\n" in said


def test_qpdf_finds_no_fault_in_the_file(sealed, told):
    assert "No syntax or stream encoding errors found" in told("qpdf", "--check", sealed)


def test_openssl_alone_can_check_the_two_byte_ranges(sealed, seal_keys, tmp_path, told):
    pdf = sealed.read_bytes()
    start, first, second, rest = map(
        int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf).groups()
    )
    (tmp_path / "content").write_bytes(pdf[start:first] + pdf[second : second + rest])
    (tmp_path / "seal.der").write_bytes(bytes.fromhex(pdf[first + 1 : second - 1].decode()))

    said = told(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER"),
        *("-in", tmp_path / "seal.der", "-content", tmp_path / "content"),
        *(
            "-CAfile",
            seal_keys / ROOT,
            "-out",
            tmp_path / "out",
            "-attime",
            int(SIGNED.timestamp()),
        ),
    )

    assert "CMS Verification successful" in said


def test_the_seal_certifies_and_allows_no_change(sealed):
    with pikepdf.open(sealed) as pdf:
        permission = pdf.Root.Perms.DocMDP.Reference[0].TransformParams
        assert permission.P == 1
        assert pdf.Root.AcroForm.SigFlags == 3


def test_the_field_is_tagged_labelled_and_printed(sealed):
    with pikepdf.open(sealed) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        assert field.FT == "/Sig"
        assert field.TU == "Electronic seal of Larkfield Tuition Ltd"
        assert field.F & 4
        assert "/StructParent" in field
        assert field.V.Type == "/Sig"


def flip(pdf):
    at = pdf.index(b"stream\n") + 40
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def resave(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(output := BytesIO())
    return output.getvalue()


def strip(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        del opened.Root.AcroForm, opened.Root.Perms
        del opened.pages[0]["/Annots"]
        opened.save(output := BytesIO())
    return output.getvalue()


def annotate(pdf):
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = writer.root["/Title"] = writer.root["/Type"]
    writer.update_root()
    writer.write(output := BytesIO())
    return output.getvalue()


def other_range(pdf):
    return re.sub(rb"(/ByteRange \[0 \d+ \d+ )\d", rb"\g<1>1", pdf)


TAMPERED = {
    "one bit": (flip, "changed after"),
    "a byte after the end": (lambda pdf: pdf + b"\n", "does not cover the file"),
    "an appended change": (annotate, "does not cover the file"),
    "the last byte cut": (lambda pdf: pdf[:-1], ""),
    "half the file": (lambda pdf: pdf[: len(pdf) // 2], "cannot be read"),
    "saved again": (resave, "changed after"),
    "the seal taken off": (strip, "0 seals"),
    "another byte range": (other_range, ""),
    "nothing": (lambda _: b"", "cannot be read"),
    "no PDF at all": (lambda _: b"<html>" * 99, "cannot be read"),
}


@pytest.mark.parametrize(("tamper", "reason"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_done_to_a_file_is_found(tamper, reason, sealed, root):
    verdict = verify_pdf(tamper(sealed.read_bytes()), [root])

    assert not verdict.valid
    assert reason in verdict.reason, verdict


def test_an_unsealed_file_is_not_valid(unsealed, root):
    assert verify_pdf(unsealed, [root]).reason == "the file has 0 seals instead of one"


def test_a_file_sealed_by_an_impostor_of_the_same_name_is_not_ours(unsealed, root, tmp_path):
    make_seal(tmp_path, "Larkfield Tuition Ltd", SIGNED)

    forged = seal_pdf(unsealed, load_seal(tmp_path), reason="as issued", at=SIGNED)

    assert verify_pdf(forged, [load_root(tmp_path / ROOT)]).valid
    assert "not under the organisation's root" in verify_pdf(forged, [root]).reason


def test_two_seals_are_one_too_many(unsealed, seal, root):
    twice = IncrementalPdfFileWriter(BytesIO(unsealed))
    for name in ("First", "Second"):
        metadata = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
        field = fields.SigFieldSpec(name)
        signer = signers.PdfSigner(metadata, _Signer(seal), new_field_spec=field)
        done = signer.sign_pdf(twice)
        twice = IncrementalPdfFileWriter(done)

    assert verify_pdf(done.getvalue(), [root]).reason == "the file has 2 seals instead of one"


def test_an_unfit_seal_seals_nothing(unsealed, seal):
    with pytest.raises(SealUnfit, match="expired"):
        seal_pdf(unsealed, seal, reason="as issued", at=SIGNED.replace(year=2040))


def test_a_file_is_still_checked_when_the_certificate_has_long_expired(unsealed, tmp_path):
    then = SIGNED.replace(year=2010)
    make_seal(tmp_path, "Larkfield Tuition Ltd", then)

    old = seal_pdf(unsealed, load_seal(tmp_path), reason="as issued", at=then)

    expected = Verdict(valid=True, reason="sealed, and unchanged since", sealed_at=then)
    assert verify_pdf(old, [load_root(tmp_path / ROOT)]) == expected


def test_sealing_changes_no_byte_that_was_there(unsealed, seal):
    assert seal_pdf(unsealed, seal, reason="as issued", at=SIGNED).startswith(unsealed)
