"""A time stamp from outside (RFC 3161): asked once while sealing, inside the seal, never later.

The authority sees the SHA-256 of a signature and nothing else. It has so many seconds; whatever it
does instead of a good answer is written down, and the file is sealed without it.
"""

import base64
import http.client
import threading
from contextlib import closing
from datetime import datetime
from queue import Empty, SimpleQueue
from urllib.parse import unquote, urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from portal.acknowledgements.keys import Seal
from portal.acknowledgements.seal import seal_pdf, verify_pdf

LARGEST = 65_536  # bytes of an answer; a usual one has six thousand
OK = 200
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class NoStamp(Exception):
    """The authority gave no stamp that holds; the message says why."""


class Authority(TimeStamper):
    """The timestamp authority at this address, which has so many seconds from the first word."""

    def __init__(self, url: str, *, seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types here
        self._url = urlsplit(url)
        self._seconds = seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the authority's answer; raises NoStamp. The name is the library's."""
        # A limit on each read would let one byte a second hang the press; a name may hang as well.
        answers: SimpleQueue[bytes | Exception] = SimpleQueue()
        asking = threading.Thread(target=self._ask, args=(req.dump(), answers), daemon=True)
        asking.start()
        try:
            answer = answers.get(timeout=self._seconds)
        except Empty as error:
            raise NoStamp(f"no answer within {self._seconds:g} seconds") from error
        if isinstance(answer, Exception):
            raise NoStamp(f"no answer: {answer}") from answer
        return tsp.TimeStampResp.load(answer)

    def _ask(self, question: bytes, answers: "SimpleQueue[bytes | Exception]") -> None:
        try:
            answers.put(self._post(question))
        except (OSError, http.client.HTTPException, ValueError) as error:
            answers.put(error)

    def _post(self, question: bytes) -> bytes:
        """Return what this one address answers: no proxy, and no other place it points to."""
        url = self._url
        secure = url.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        limit = 2 * self._seconds  # lets a thread end that nobody waits for any more
        with closing(make(url.hostname or "", url.port, timeout=limit)) as connection:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", path, body=question, headers=self._headers())
            with closing(connection.getresponse()) as response:
                if response.status != OK:
                    raise OSError(f"status {response.status}")
                return response.read(LARGEST)

    def _headers(self) -> dict[str, str]:
        if self._url.username is None:
            return HEADERS
        pair = f"{unquote(self._url.username)}:{unquote(self._url.password or '')}"
        return {**HEADERS, "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def stamped(
    pdf: bytes, seal: Seal, authority: Authority, *, reason: str, at: datetime
) -> tuple[dict[str, str], bytes]:
    """Return what is known of the stamp, and the sealed PDF, with the stamp if there is one.

    Known are `at`, `by` and `certificate` (its SHA-256), or `failure`.
    """
    try:
        sealed = seal_pdf(pdf, seal, reason=reason, at=at, authority=authority)
        return _checked(sealed, seal), sealed
    except Exception as error:  # noqa: BLE001 - whoever answers there may break a parser anywhere
        failure = str(error) if isinstance(error, NoStamp) else f"the answer is unfit: {error}"
    return {"failure": failure[:200]}, seal_pdf(pdf, seal, reason=reason, at=at)


def _checked(sealed: bytes, seal: Seal) -> dict[str, str]:
    """Return what the stamp says, read back from the file; raises NoStamp when it does not hold."""
    verdict = verify_pdf(sealed, [seal.root])
    if not verdict.valid or verdict.stamp is None:
        raise NoStamp(f"the answer is unfit: {verdict.reason}")
    stamp = verdict.stamp
    return {"at": stamp.at.isoformat(), "by": stamp.by, "certificate": stamp.certificate}
