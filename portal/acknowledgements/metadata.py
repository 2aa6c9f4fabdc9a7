"""What WeasyPrint leaves open in a PDF: two standards at once, and a field for the seal."""

import zlib
from functools import partial
from typing import Any

import pydyf

PRINTED_AND_LOCKED = 4 | 128  # annotation flags, ISO 32000-1 table 165
SIGNED_AND_APPEND_ONLY = 3  # SigFlags, ISO 32000-1 table 219
END = b"</rdf:RDF>"
PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class Written(pydyf.Object):  # type: ignore[misc]  # pydyf brings no types
    """An object in its final bytes: pydyf would put each one into bytes twice."""

    def __init__(self, original: pydyf.Object) -> None:
        super().__init__()
        self.number = original.number
        _squeeze(original)
        self.bytes: bytes = original.data
        self.is_stream = isinstance(original, pydyf.Stream)

    @property
    def data(self) -> bytes:
        """The bytes, made once."""
        return self.bytes

    @property
    def compressible(self) -> bool:
        """Whether the object may lie in a stream of objects."""
        return not self.is_stream


def declare_accessible(pdf: pydyf.PDF) -> None:
    """Add PDF/UA-1 to the PDF/A-3a that WeasyPrint declares; it can say only one of the two."""
    packet = _object(pdf, pdf.catalog["Metadata"])
    packet.stream[0] = packet.stream[0].replace(END, PDF_UA + END)


def open_seal_field(pdf: pydyf.PDF) -> None:
    """Turn the tagged check box named Seal into an empty signature field.

    WeasyPrint knows no signature fields, but it tags a check box where it stands, as PDF/UA asks;
    a field added by the seal itself could not be tagged any more.
    """
    fields = pdf.catalog["AcroForm"]["Fields"]
    field = _object(pdf, fields[0])
    look = _object(pdf, field["AP"]["N"]["on"])
    look.stream = []
    x1, y1, x2, y2 = field["Rect"]
    for name in ("V", "AS", "MK", "Border"):
        del field[name]
    field["FT"] = "/Sig"
    field["F"] = PRINTED_AND_LOCKED
    field["Rect"] = pydyf.Array((x1, min(y1, y2), x2, max(y1, y2)))
    field["AP"] = pydyf.Dictionary({"N": look.reference})
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": fields, "SigFlags": SIGNED_AND_APPEND_ONLY}
    )


def write_once(pdf: pydyf.PDF) -> None:
    """Put every object into its final bytes; nothing may change it afterwards."""
    pdf.objects = [each if each.free == "f" else Written(each) for each in pdf.objects]
    pdf.add_object = partial(_add_last, pdf)


def _add_last(pdf: pydyf.PDF, made: pydyf.Object) -> None:
    """Add what pydyf makes while it writes: the stream of small objects, and that of places."""
    pydyf.PDF.add_object(pdf, made)
    _squeeze(made)


def _squeeze(made: pydyf.Object) -> None:
    """Compress a stream here and now. pydyf would try its hardest, twice, to save one per cent."""
    if isinstance(made, pydyf.Stream) and made.compress:
        made.compress = False
        made.stream = [zlib.compress(b"\n".join(map(_bytes, made.stream)))]
        made.extra["Filter"] = "/FlateDecode"


def _bytes(item: Any) -> bytes:
    """Return one line of a stream, as pydyf writes it."""
    if isinstance(item, pydyf.Object):
        item = item.data
    return item if isinstance(item, bytes) else str(item).encode("ascii")


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
