"""One seal and one sealed PDF for all tests of paper: printing takes a while."""

import subprocess
from pathlib import Path

import pytest

from portal.acknowledgements.keys import make_seal
from tests.acknowledgements.samples import SIGNED, record


@pytest.fixture(scope="session")
def seal_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seal")
    make_seal(folder, "Larkfield Tuition Ltd", SIGNED)
    return folder


@pytest.fixture(scope="session")
def sealed(seal_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from portal.acknowledgements.printing import make  # noqa: PLC0415 - slow; only when asked for
    from portal.acknowledgements.record import canonical  # noqa: PLC0415

    path = tmp_path_factory.mktemp("sealed") / "acknowledgement.pdf"
    path.write_bytes(make(canonical(record()), seal_keys))
    return path


@pytest.fixture(scope="session")
def told():
    """Run a program that knows nothing of ours and return what it says."""

    def run(*words: object) -> str:
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return run


@pytest.fixture
def text_of(tmp_path, told):
    """Return the words of a PDF as another program reads them, without spaces."""
    from portal.acknowledgements.textlayer import squeezed  # noqa: PLC0415 - slow, as above

    def read(made: bytes) -> str:
        (tmp_path / "made.pdf").write_bytes(made)
        return squeezed(told("pdftotext", tmp_path / "made.pdf", "-"))

    return read
