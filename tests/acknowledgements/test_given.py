"""A seal from outside: taken with its whole chain, or refused with the reason before the start."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from portal.acknowledgements.given import given_seal
from portal.acknowledgements.keys import SealUnfit
from portal.acknowledgements.render import render
from portal.acknowledgements.seal import seal_pdf, verify_pdf
from portal.acknowledgements.wire import Given
from tests.acknowledgements.samples import SIGNED, short

PASSWORD = "four grey herons"
CURVE, RSA = "curve", "rsa"


def certificate(name, key, *, issuer="", signer=None, ca=False, usage=True):
    """Return a certificate; without an issuer it signs itself."""
    subject, above = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)])
        for each in (name, issuer or name)
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SIGNED - timedelta(days=1))
        .not_valid_after(SIGNED + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    uses = dict.fromkeys(UNUSED, False) | {
        "digital_signature": usage,
        "key_agreement": not usage,
    }
    if not ca:
        builder = builder.add_extension(x509.KeyUsage(**uses), critical=True)
    return builder.sign(signer or key, hashes.SHA256())


UNUSED = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def a_key(kind=CURVE, *, bits=2048):
    if kind == RSA:
        return rsa.generate_private_key(65537, bits)
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def unsealed():
    return render(short(), fingerprint="ab" * 32)


def written(path, key, leaf, above, *, password=PASSWORD):
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, leaf, above, lock))
    path.chmod(0o600)
    return Given(file=str(path), password=password)


def chain(kind=CURVE, **leaf):
    """Return a key, its certificate, the one above it and the root."""
    keys = [a_key(kind), a_key(), a_key()]
    root = certificate("Root", keys[2], ca=True)
    middle = certificate("Middle", keys[1], issuer="Root", signer=keys[2], ca=True)
    own = certificate("Larkfield", keys[0], issuer="Middle", signer=keys[1], **leaf)
    return keys[0], own, [middle, root]


@pytest.mark.parametrize("kind", [CURVE, RSA])
def test_a_seal_of_three_certificates_seals_under_its_root(kind, tmp_path, unsealed, told):
    key, leaf, above = chain(kind)
    seal = given_seal(written(tmp_path / "seal.p12", key, leaf, above[::-1]))

    sealed = seal_pdf(unsealed, seal, reason="as issued", at=SIGNED)

    assert (seal.given, seal.root) == (True, above[-1])
    assert verify_pdf(sealed, [above[-1]]).valid
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    assert "Signature Validation: Signature is Valid." in told("pdfsig", tmp_path / "sealed.pdf")


def test_a_certificate_that_signed_itself_is_its_own_root(tmp_path, unsealed):
    key = a_key()
    leaf = certificate("Larkfield", key)
    seal = given_seal(written(tmp_path / "seal.p12", key, leaf, None))

    sealed = seal_pdf(unsealed, seal, reason="as issued", at=SIGNED)

    assert seal.root == leaf
    assert verify_pdf(sealed, [leaf]).valid


def test_a_wrong_password_is_said_in_words_and_is_in_none_of_them(tmp_path):
    given = written(tmp_path / "seal.p12", *chain())
    wrong = Given(file=given.file, password="another word")

    with pytest.raises(SealUnfit, match="seal_password is not its password") as refused:
        given_seal(wrong)

    assert "another word" not in str(refused.value) + repr(wrong)


def lacking_root(path):
    key, leaf, (middle, _) = chain()
    return written(path, key, leaf, [middle])


def readable(path):
    given = written(path, *chain())
    path.chmod(0o644)
    return given


def no_file(path):
    path.write_bytes(b"-----BEGIN NOTHING-----")
    path.chmod(0o600)
    return Given(file=str(path))


def not_for_signing(path):
    return written(path, *chain(usage=False))


def short_key(path):
    key = a_key(RSA, bits=1024)
    return written(path, key, certificate("Larkfield", key), None)


UNFIT = {
    lacking_root: "lacks the certificate of CN=Root",
    readable: "chmod 600",
    no_file: "not a PKCS#12 file",
    not_for_signing: "may not be used to sign",
    short_key: "fewer than 2048 bits",
    lambda path: Given(file=str(path)): "No such file",
}


@pytest.mark.parametrize(("made", "words"), UNFIT.items())
def test_a_file_that_cannot_seal_is_refused_with_the_reason(made, words, tmp_path):
    given = made(tmp_path / "seal.p12")

    with pytest.raises(SealUnfit, match=words):
        given_seal(given)
