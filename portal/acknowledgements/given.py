"""A seal from outside: a PKCS#12 file with the key, its certificate and those above it."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.acknowledgements.keys import Seal, SealUnfit, require_private
from portal.acknowledgements.wire import Given

SHORTEST = 2048  # bits of an RSA key


def given_seal(given: Given) -> Seal:
    """Return the seal in the file that the settings name; raises SealUnfit with the reason."""
    path = Path(given.file)
    content = require_private(path)
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(content, given.password.encode())
    except UnsupportedAlgorithm as error:
        raise SealUnfit(
            f"{path.name} is locked in a way that is too old to be safe. Make it anew: "
            "openssl pkcs12 -export without -legacy"
        ) from error
    except ValueError as error:
        raise SealUnfit(
            f"{path.name} cannot be opened: seal_password is not its password, "
            "or it is not a PKCS#12 file"
        ) from error
    if key is None or leaf is None:
        raise SealUnfit(f"{path.name} does not hold both a key and its certificate")
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SealUnfit(f"the key in {path.name} is neither RSA nor of an elliptic curve")
    if key.key_size < SHORTEST and isinstance(key, rsa.RSAPrivateKey):
        raise SealUnfit(f"the RSA key in {path.name} has fewer than {SHORTEST} bits")
    _require_signing(leaf, path)
    return Seal(key=key, leaf=leaf, above=_above(leaf, others, path), given=True)


def _require_signing(leaf: x509.Certificate, path: Path) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return  # without the extension it may be used for everything
    if not (usage.digital_signature or usage.content_commitment):
        raise SealUnfit(f"the certificate in {path.name} may not be used to sign")


def _above(
    leaf: x509.Certificate, others: list[x509.Certificate], path: Path
) -> tuple[x509.Certificate, ...]:
    """Return the certificates above the leaf, up to the root that people pin."""
    above: list[x509.Certificate] = []
    last = leaf
    while last.issuer != last.subject:
        issuer = next((each for each in others if _issued(last, by=each)), None)
        if issuer is None or issuer in above:
            raise SealUnfit(
                f"{path.name} lacks the certificate of {last.issuer.rfc4514_string()}: it must "
                "hold all up to the root (openssl pkcs12 -export -chain)"
            )
        above.append(issuer)
        last = issuer
    return tuple(above)


def _issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
