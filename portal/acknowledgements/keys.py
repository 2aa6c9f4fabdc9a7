"""The organisation's seal: its key, its certificates, and what makes them unfit.

A root of twenty years issues one leaf of five years; the root's own key is thrown away at once, so
that nobody, the portal included, can ever issue a second leaf under it.
"""

import os
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

KEY = "seal.key.pem"
CHAIN = "seal.chain.pem"
ROOT = "seal.root.pem"
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
YEAR = timedelta(days=365, hours=6)
ROOT_YEARS = 20
LEAF_YEARS = 5
LONGEST_NAME = 64  # characters; X.520 allows a common name no more
USAGES = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
OTHER_USAGES = (
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


class SealUnfit(Exception):
    """The seal cannot be used; the message tells the operator why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The key parsed once, its leaf certificate, and those above it, the root last.

    `given` says that it came from outside. A leaf that signed itself is its own root.
    """

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    leaf: x509.Certificate
    above: tuple[x509.Certificate, ...]
    given: bool = False

    @property
    def root(self) -> x509.Certificate:
        """The certificate that people pin."""
        return (self.leaf, *self.above)[-1]

    @property
    def chain(self) -> bytes:
        """The leaf and all above it, as PEM."""
        return b"".join(each.public_bytes(Encoding.PEM) for each in (self.leaf, *self.above))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the root certificate, in hex."""
        return self.root.fingerprint(hashes.SHA256()).hex()

    def require_valid(self, now: datetime) -> None:
        """Raise SealUnfit unless the leaf may be used at this time."""
        if now < self.leaf.not_valid_before_utc:
            raise SealUnfit(
                f"the seal is not valid before {self.leaf.not_valid_before_utc:%d %b %Y, %H:%M} UTC"
            )
        if now >= self.leaf.not_valid_after_utc:
            raise SealUnfit(f"the seal expired on {self.leaf.not_valid_after_utc:%d %b %Y}")


def make_seal(folder: Path, organisation: str, now: datetime) -> None:
    """Make key, leaf and root in this folder, readable by their owner only.

    Raises FileExistsError when a seal is there already: none is ever overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = new_seal(organisation, now)
    _write(folder / KEY, content)
    lay_out(folder)


def new_seal(organisation: str, now: datetime) -> bytes:
    """Return a new key with its leaf and root, all as PEM in one: one file changes at once."""
    start = now.replace(microsecond=0)
    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    root = _root(root_key, organisation, start)
    leaf = _leaf(key, organisation, start, issuer=root, signer=root_key)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return b"".join((secret, *(each.public_bytes(Encoding.PEM) for each in (leaf, root))))


def renew_seal(folder: Path, content: bytes) -> None:
    """Put a new seal in the place of the one here, or of the one that is lost, at once."""
    waiting = folder / f"{KEY}.new"
    waiting.unlink(missing_ok=True)
    _write(waiting, content)
    waiting.replace(folder / KEY)
    _sync(folder)
    lay_out(folder)


def lay_out(folder: Path) -> None:
    """Write the certificates of the seal beside it, to be handed out."""
    seal = load_seal(folder)
    for name, content in ((CHAIN, seal.chain), (ROOT, seal.root.public_bytes(Encoding.PEM))):
        (folder / name).unlink(missing_ok=True)
        _write(folder / name, content)


def load_seal(folder: Path) -> Seal:
    """Return the seal in this folder; raises SealUnfit with the reason when it cannot be used."""
    return seal_of(require_private(folder / KEY), beside=folder / CHAIN)


def seal_of(content: bytes, *, beside: Path) -> Seal:
    """Return the seal in this PEM; its certificates stand in it, or in the file beside it."""
    key = _key(content)
    certificates = content if b"BEGIN CERTIFICATE" in content else require_private(beside)
    leaf, root = _chain(certificates)
    if leaf.public_key() != key.public_key():
        raise SealUnfit(f"{KEY} does not belong to the certificate in {CHAIN}")
    return Seal(key=key, leaf=leaf, above=(root,))


def load_root(path: Path) -> x509.Certificate:
    """Return the root certificate to pin; raises SealUnfit when it cannot be read."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SealUnfit(f"the root certificate {path.name} cannot be read: {error}") from error


def _root(key: ec.EllipticCurvePrivateKey, name: str, start: datetime) -> x509.Certificate:
    subject = _name(name, "seal root")
    builder = _builder(key, subject, start, issuer=subject, years=ROOT_YEARS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    return builder.sign(key, hashes.SHA256())


def _leaf(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    start: datetime,
    *,
    issuer: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    # Poppler 22 calls a certificate for document signing alone corrupted; with e-mail it reads it.
    uses = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = _builder(key, _name(name, "seal"), start, issuer=issuer.subject, years=LEAF_YEARS)
    end = x509.BasicConstraints(ca=False, path_length=None)
    builder = builder.add_extension(end, critical=True)
    builder = builder.add_extension(
        _usage("digital_signature", "content_commitment"), critical=True
    )
    builder = builder.add_extension(uses, critical=False)
    return builder.add_extension(authority, critical=False).sign(signer, hashes.SHA256())


def _builder(
    key: ec.EllipticCurvePrivateKey,
    subject: x509.Name,
    start: datetime,
    *,
    issuer: x509.Name,
    years: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + years * YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(organisation: str, part: str) -> x509.Name:
    room = LONGEST_NAME - len(part) - 1
    common = f"{organisation[:room].strip()} {part}"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:LONGEST_NAME].strip()),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in allowed for usage in (*USAGES, *OTHER_USAGES)})


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def require_private(path: Path) -> bytes:
    """Return what is in a file that only its owner may read; raises SealUnfit."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise SealUnfit(f"{path.name} cannot be read: {error.strerror}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SealUnfit(f"{path.name} is open to other people: run chmod 600 on it")
    return content


def _key(content: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise SealUnfit(f"{KEY} is not a key that can be read") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SealUnfit(f"{KEY} is not an elliptic curve key")
    return key


def _chain(content: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    try:
        leaf, root = x509.load_pem_x509_certificates(content)
        leaf.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise SealUnfit(f"{CHAIN} is not a leaf and the root that issued it") from error
    return leaf, root
