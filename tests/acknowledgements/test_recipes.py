"""Every command that docs/evidence.md gives to strangers is run, as it stands there."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acknowledgements.example import FOLDER

DOCUMENT = Path("docs/evidence.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", DOCUMENT, re.DOTALL)
ROWS = re.findall(r"^\| [^|`]+\? \| (.*?[^\\]) \|", DOCUMENT, re.MULTILINE)
ROOT = "seal.root.pem"
KINDS = [path.stem for path in sorted(FOLDER.glob("*.pdf"))]


@pytest.fixture
def desk(tmp_path):
    """What a stranger has: the root, the script, and below FILE.pdf."""
    shutil.copy("docs/check_evidence.py", tmp_path)
    for path in FOLDER.iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture
def run(desk):
    def run(words, kind="example"):
        shutil.copy(desk / f"{kind}.pdf", desk / "FILE.pdf")
        done = subprocess.run(
            ["sh", "-c", words], cwd=desk, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    return run


def recipe(*starting):
    """Return the one block of the document that holds all these words."""
    [found] = [block for block in BLOCKS if all(each in block for each in starting)]
    return found


def of_row(word):
    """Return the commands of the one row of the table that holds this word."""
    [row] = [row for row in ROWS if word in row]
    return [each.replace(r"\|", "|") for each in re.findall(r"`([^`]+)`", row)]


def test_no_command_stands_there_that_is_not_run_here():
    commands = [each for row in ROWS for each in re.findall(r"`([^`]+)`", row)]

    assert len(BLOCKS) == 3
    assert len(commands) == 6
    assert [command.split()[0] for command in commands] == [
        *("pdfsig", "openssl", "pdfdetach", "sha256sum", "jq", "sha256sum")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_and_openssl_confirm_the_seal_of_each_kind(run, kind):
    run(of_row("pdfdetach")[0], kind)

    assert run(recipe("check_evidence.py"), kind).startswith("Unchanged:")
    assert "CMS Verification successful" in run(recipe("openssl cms"), kind)


def test_openssl_refuses_a_file_that_was_changed_after_sealing(run, desk):
    content = bytearray((desk / "example.pdf").read_bytes())
    content[3000] ^= 1
    (desk / "changed.pdf").write_bytes(content)
    run(of_row("pdfdetach")[0])

    assert "CMS Verification successful" not in run(recipe("openssl cms"), "changed")
    assert run(recipe("check_evidence.py"), "changed").startswith("NOT PROVED:")


def test_each_question_of_the_table_is_answered_as_the_table_says(run, desk):
    said = run(of_row("pdfsig")[0])
    [fingerprint], detach = of_row("x509"), of_row("pdfdetach")
    pages = run("pdftotext -raw FILE.pdf -").replace("\n", "")

    assert "Total document signed" in said
    assert "Signature is Valid" in said
    assert run(fingerprint).split("=")[1].strip().replace(":", "").lower() in pages
    assert run(detach[0]) == ""
    for words in (detach[1], *of_row("jq")):
        assert run(words).split()[0] in pages, words
    digest = hashlib.sha256((desk / "example.pdf").read_bytes()).hexdigest()
    assert run(*of_row("sha256sum FILE.pdf")).split()[0] == digest


def test_the_time_stamp_is_found_and_confirmed_by_openssl(run):
    words = recipe("timeStampToken", "openssl ts").splitlines()
    run(recipe("openssl cms").splitlines()[0], "time-stamped")
    found = run(words[0].partition("#")[0], "time-stamped")

    places = re.findall(r"^ *(\d+):d.*?(SEQUENCE|OCTET STRING)", found, re.MULTILINE)
    sequence = [at for at, what in places if what == "SEQUENCE"][-1]
    octets = next(at for at, what in places if what == "OCTET STRING")
    filled = "\n".join(words[1:]).replace("SEQUENCE", sequence).replace("OCTETS", octets)

    assert "Verification: OK" in run(filled, "time-stamped").splitlines()


def test_where_there_is_no_stamp_the_recipe_finds_none(run):
    words = recipe("timeStampToken", "openssl ts").splitlines()[0].partition("#")[0]
    run(recipe("openssl cms").splitlines()[0])

    assert run(words) == ""
