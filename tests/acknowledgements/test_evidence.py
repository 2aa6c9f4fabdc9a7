"""docs/ tells strangers the truth: the schema, the example, and the script that checks it."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from portal.acknowledgements.keys import ROOT, load_root
from portal.acknowledgements.record import digest, read
from portal.acknowledgements.seal import verify_pdf
from portal.ledger.rules import entry_hash, leaf_hash
from tests.acknowledgements.example import FOLDER, SCHEMA, kinds, schema

EXAMPLE, SOURCE = (FOLDER / name for name in ("example.pdf", "record.json"))
PDF = EXAMPLE.read_bytes()
GAP = PDF.index(b"/Contents <") + len(b"/Contents <")
END = PDF.index(b">", GAP)
SEAL = bytes.fromhex(PDF[GAP:END].decode()).rstrip(b"\0")


def check(path: Path, *root: Path) -> tuple[int, str]:
    words = [sys.executable, "-I", "docs/check_evidence.py", path, *root]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def flipped(at: int) -> bytes:
    return PDF[:at] + (b"0" if PDF[at : at + 1] != b"0" else b"1") + PDF[at + 1 :]


def saved_again() -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(PDF)) as pdf:
        pdf.save(output)
    return output.getvalue()


def test_the_schema_that_ships_is_that_of_the_record():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_the_example_is_the_record_beside_it_and_says_that_it_is_none(told, tmp_path):
    told("pdfdetach", "-save", "1", "-o", tmp_path / "record.json", EXAMPLE)

    assert (tmp_path / "record.json").read_bytes() == SOURCE.read_bytes()
    assert read(SOURCE.read_bytes()).demonstration
    assert verify_pdf(PDF, [load_root(FOLDER / ROOT)]).valid


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.pdf")), ids=lambda path: path.stem)
def test_a_file_of_each_kind_passes_and_says_that_it_is_no_evidence(path):
    verdict = verify_pdf(path.read_bytes(), [load_root(FOLDER / ROOT)])

    assert verdict.valid
    assert (verdict.stamp is not None) == (path.stem == "time-stamped")
    assert check(path, FOLDER / ROOT)[0] == 0
    with pikepdf.open(path) as pdf:
        assert read(pdf.attachments["record.json"].get_file().read_bytes()).demonstration


def test_there_is_a_file_of_each_kind():
    assert {path.stem for path in FOLDER.glob("*.pdf")} == {*kinds(), "time-stamped"}


def test_every_field_of_the_record_is_in_the_document():
    document = Path("docs/evidence.md").read_text(encoding="utf-8")
    shapes = [schema(), *schema()["$defs"].values()]
    names = {name for shape in shapes for name in shape.get("properties", ())}

    assert [name for name in sorted(names) if f"`{name}`" not in document] == []


def test_the_script_is_one_that_a_stranger_can_read():
    assert len(Path("docs/check_evidence.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_the_issued_file_passes():
    status, said = check(EXAMPLE, FOLDER / ROOT)

    assert (status, "Unchanged: K7QF-2MXR-9D4T record" in said) == (0, True)
    assert f"{digest(read(SOURCE.read_bytes()))} under {FOLDER / ROOT}" in said


def test_without_a_root_nobody_is_named():
    status, said = check(EXAMPLE)

    assert (status, "under a root not named" in said) == (0, True)


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (flipped(PDF.index(b"/EmbeddedFile") + 400), "it was changed after sealing"),
        (flipped(3000), "it was changed after sealing"),
        (flipped(len(PDF) - 2), "it was changed after sealing"),
        (flipped(GAP + 2 * len(SEAL) - 8), "the seal is not valid under"),
        (flipped(END - 4), "something lies behind the seal"),
        (flipped(GAP - 1), "the seal is not in its place"),
        (PDF[:-1], "it was cut, added to or saved again"),
        (PDF[: GAP - 1000], "it has 0 seals instead of one"),
        (PDF + b"\n", "it was cut, added to or saved again"),
        (saved_again(), "it was cut, added to or saved again"),
        (PDF.replace(b"/ByteRange", b"/BiteRange"), "it has 0 seals instead of one"),
        (PDF + PDF, "it has 2 seals instead of one"),
        (b"", "it has 0 seals instead of one"),
    ],
    ids=[
        *("record", "page", "end", "signature", "padding", "bracket", "cut", "half", "longer"),
        *("saved", "stripped", "twice", "empty"),
    ],
)
def test_what_was_done_to_a_file_is_told(made, wrong, tmp_path):
    (tmp_path / "it.pdf").write_bytes(made)

    status, said = check(tmp_path / "it.pdf", FOLDER / ROOT)

    assert (status, said.split(": ", 1)[0]) == (1, "NOT PROVED")
    assert wrong in said


def test_the_file_of_another_organisation_is_told(seal_keys):
    status, said = check(EXAMPLE, seal_keys / ROOT)

    assert (status, "the seal is not valid under" in said) == (1, True)


def test_the_formulas_in_the_document_are_those_of_the_ledger():
    document = Path("docs/evidence.md").read_text(encoding="utf-8")
    names = {}
    exec(document.split("```python\n")[1].split("```")[0], names)

    leaf = names["leaf"]("any.type", b"s" * 16, b"{}")
    assert leaf.hex() == leaf_hash("any.type", salt=b"s" * 16, payload=b"{}")
    linked = names["link"](bytes.fromhex("3b7e" * 16), 7, leaf)
    assert linked.hex() == entry_hash("3b7e" * 16, seq=7, leaf=leaf.hex())


def test_without_openssl_nothing_is_proved():
    words = [sys.executable, "docs/check_evidence.py", EXAMPLE]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={"PATH": ""})

    assert (done.returncode, done.stdout) == (1, "")
    assert "openssl is not here" in done.stderr
