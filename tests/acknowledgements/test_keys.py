"""The seal's keys: made once, kept close, refused with words when they are unfit."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from portal.acknowledgements import keys as seal_keys
from portal.acknowledgements.keys import SealUnfit, load_root, load_seal, make_seal
from tests.acknowledgements.samples import SIGNED

YEAR = timedelta(days=365, hours=6)


@pytest.fixture
def folder(tmp_path):
    make_seal(tmp_path / "keys", "Larkfield Tuition Ltd", SIGNED)
    return tmp_path / "keys"


@pytest.fixture
def apart(folder):
    """A seal as it was made at first: its certificates in a file beside the key's."""
    key = folder / seal_keys.KEY
    key.write_bytes(key.read_bytes().partition(b"-----BEGIN CERTIFICATE")[0])
    return folder


def test_no_other_person_can_read_a_key_file(folder):
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_leaf_seals_documents_for_five_years_under_a_root_of_twenty(folder):
    seal = load_seal(folder)

    uses = seal.leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(uses) == {seal_keys.DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION}
    assert seal.leaf.not_valid_after_utc == SIGNED + 5 * YEAR
    assert seal.root.not_valid_after_utc == SIGNED + 20 * YEAR
    assert load_root(folder / seal_keys.ROOT) == seal.root


def test_the_key_of_the_root_is_not_kept(folder):
    held = [path for path in folder.iterdir() if b"PRIVATE KEY" in path.read_bytes()]

    assert [path.name for path in held] == [seal_keys.KEY]
    assert load_seal(folder).key.public_key() != load_seal(folder).root.public_key()


def test_a_seal_is_never_overwritten(folder):
    before = load_seal(folder).leaf

    with pytest.raises(FileExistsError):
        make_seal(folder, "Larkfield Tuition Ltd", SIGNED)

    assert load_seal(folder).leaf == before


def test_an_organisation_with_a_long_name_gets_a_seal(tmp_path):
    make_seal(tmp_path, "The Very Long-Winded " * 9, SIGNED)

    assert load_seal(tmp_path).leaf.issuer == load_seal(tmp_path).root.subject


@pytest.mark.parametrize(
    ("at", "words"),
    [(SIGNED - timedelta(seconds=1), "not valid before"), (SIGNED + 5 * YEAR, "expired on")],
    ids=["too early", "too late"],
)
def test_a_seal_outside_its_years_is_refused(folder, at, words):
    with pytest.raises(SealUnfit, match=words):
        load_seal(folder).require_valid(at)


def test_a_seal_is_fit_to_the_last_second(folder):
    load_seal(folder).require_valid(SIGNED)
    load_seal(folder).require_valid(SIGNED + 5 * YEAR - timedelta(seconds=1))


def break_file(folder, name, fault):
    path = folder / name
    if fault == "missing":
        path.unlink()
    elif fault == "world-readable":
        path.chmod(0o644)
    else:
        path.write_bytes(fault)


@pytest.mark.parametrize(
    ("name", "fault", "words"),
    [
        (seal_keys.KEY, "missing", "No such file"),
        (seal_keys.CHAIN, "missing", "No such file"),
        (seal_keys.KEY, "world-readable", "chmod 600"),
        (seal_keys.KEY, b"-----BEGIN NOTHING-----", "not a key"),
        (seal_keys.CHAIN, b"", "not a leaf and the root"),
    ],
)
def test_files_that_cannot_be_used_are_refused_by_name(apart, name, fault, words):
    break_file(apart, name, fault)

    with pytest.raises(SealUnfit, match=rf"{name}.*{words}"):
        load_seal(apart)


def test_a_seal_whose_certificates_lie_beside_it_is_as_good(apart):
    assert load_seal(apart).root == load_root(apart / seal_keys.ROOT)


def test_a_key_beside_another_seal_s_certificate_is_refused(apart, tmp_path):
    make_seal(tmp_path / "other", "Larkfield Tuition Ltd", SIGNED)
    (apart / seal_keys.CHAIN).write_bytes((tmp_path / "other" / seal_keys.CHAIN).read_bytes())

    with pytest.raises(SealUnfit, match="does not belong"):
        load_seal(apart)
