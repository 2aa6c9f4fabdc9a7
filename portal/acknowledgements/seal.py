"""Sealing a PDF in the organisation's name, and telling what a seal is worth.

PAdES B-B, or B-T where an authority stamps the time: a certifying signature over the whole file
that allows no change. It is the seal of the organisation; the tutor's own signature is the
statement inside.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko.stamp.noop import NoOpStampStyle
from pyhanko_certvalidator import ValidationContext

from portal.acknowledgements.keys import Seal
from portal.acknowledgements.verdict import Stamp, Verdict

FIELD = "Seal"
# Hex digits for the signature; without a number pyHanko signs a second time to estimate.
ROOM, ROOM_FOR_STAMP = 3072, 24_576
# It writes down at length that nobody vouches for a timestamp authority: our answer says so.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


class _Signer(signers.Signer):
    """Signs with a key that is parsed once; the library's own parses it for every signature."""

    def __init__(self, seal: Seal) -> None:
        self._key = seal.key
        super().__init__(signing_cert=_plain(seal.leaf))
        for each in seal.above:
            self.cert_registry.register(_plain(each))

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - always SHA-256, as the metadata asks
        dry_run: bool = False,  # noqa: ARG002, FBT001, FBT002 - the library's signature
    ) -> bytes:
        """Return the signature; the arguments are the library's."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class _PdfSigner(signers.PdfSigner):
    """Seals at the time it is told; the library's own asks the clock."""

    def __init__(
        self,
        seal: Seal,
        metadata: signers.PdfSignatureMetadata,
        at: datetime,
        authority: TimeStamper | None,
    ) -> None:
        signer, style = _Signer(seal), NoOpStampStyle()
        super().__init__(metadata, signer, stamp_style=style, timestamper=authority)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        """Return the library's session, with our time in it."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session


def seal_pdf(
    pdf: bytes, seal: Seal, *, reason: str, at: datetime, authority: TimeStamper | None = None
) -> bytes:
    """Return the PDF with its empty field filled by the seal; every byte before stays.

    Raises SealUnfit when the seal may not be used at that time, and what the authority raises.
    """
    seal.require_valid(at)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    output = BytesIO()
    _PdfSigner(seal, metadata, at, authority).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        output=output,
        existing_fields_only=True,
        bytes_reserved=_room(seal) + (ROOM_FOR_STAMP if authority else 0),
    )
    return output.getvalue()


def verify_pdf(pdf: bytes, roots: Iterable[x509.Certificate]) -> Verdict:
    """Return whether the whole file is sealed under one of these roots. Absence is failure.

    The seal says nothing about who received the file: the register's SHA-256 must match as well.
    """
    try:
        return _judge(pdf, [_plain(root) for root in roots])
    except Exception as error:  # noqa: BLE001 - a hostile file may break a parser anywhere
        return Verdict(valid=False, reason=f"the file cannot be read as a PDF: {error}")


def _judge(pdf: bytes, roots: list[Any]) -> Verdict:
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if len(signatures) != 1:
        return Verdict(valid=False, reason=f"the file has {len(signatures)} seals instead of one")
    # A leaf lives five years, a file longer: it is judged at the time it says it was sealed.
    sealed_at = signatures[0].self_reported_timestamp
    context = ValidationContext(trust_roots=roots, moment=sealed_at, allow_fetching=False)
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
    # What was appended need not be judged: anything beyond the seal makes the file another one.
    status = validate_pdf_signature(
        signatures[0], context, key_usage_settings=usage, skip_diff=True
    )
    if reason := _reason(status):
        return Verdict(valid=False, reason=reason, sealed_at=sealed_at)
    words, stamp = "sealed, and unchanged since", _stamp(status)
    return Verdict(valid=True, reason=words, sealed_at=sealed_at, stamp=stamp)


def _reason(status: PdfSignatureStatus) -> str:
    stamp = status.timestamp_validity
    checks = (
        (status.intact, "the file was changed after it was sealed"),
        (status.trusted, "the seal is not under the organisation's root certificate"),
        (status.coverage is SignatureCoverageLevel.ENTIRE_FILE, "the seal does not cover the file"),
        (status.valid and status.seed_value_ok, "the seal is not valid"),
        (
            stamp is None or (stamp.intact and stamp.valid),
            "the time stamp in the seal is not valid",
        ),
    )
    return next((reason for holds, reason in checks if not holds), "")


def _stamp(status: PdfSignatureStatus) -> Stamp | None:
    told = status.timestamp_validity
    if told is None:
        return None
    by = told.signing_cert
    return Stamp(at=told.timestamp, by=by.subject.human_friendly[:200], certificate=by.sha256.hex())


def _room(seal: Seal) -> int:
    """Return how many hex digits the signature may take: a key's size, and every certificate."""
    certificates = sum(len(each.public_bytes(Encoding.DER)) for each in (seal.leaf, *seal.above))
    return ROOM + 2 * certificates + seal.key.key_size // 4


@lru_cache(maxsize=16)
def _plain(certificate: x509.Certificate) -> Any:
    return next(load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER)))
