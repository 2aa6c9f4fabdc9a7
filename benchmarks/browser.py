"""A browser of few words: one connection, its cookies, and what each request cost the server."""

import http.client
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.test import Client

from benchmarks.reading import Form, Page

REDIRECTS = (301, 302, 303, 307, 308)
FORM = "application/x-www-form-urlencoded"
# What differs from tutor to tutor: ids, serials, tokens.
OWN = re.compile(
    r"(?<=/)(?!acknowledgements)([a-z2-7]{16}|[\w-]{30,}|[A-Z][\w.-]*\d[\w-]*?)(?=[/.]|$)"
)

Cost = dict[str, int]
Meter = Callable[[], Cost]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def is_file(self) -> bool:
        """Whether it is anything but HTML."""
        return not self.header("content-type").startswith("text/html")

    def header(self, name: str) -> str:
        """Return the first header of this name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")


Send = Callable[[str, str, bytes, dict[str, str]], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: what it was, how it was answered, what it cost."""

    method: str
    path: str
    status: int
    is_page: bool
    size: int  # bytes of the body
    cost: Cost

    @property
    def label(self) -> str:
        """The request without what is one tutor's own."""
        path, _, query = self.path.partition("?")
        looking_back = " (what it led to)" if "answer=" in query else ""
        return f"{self.method} {OWN.sub('…', path)}{looking_back}"


class TooLittle(Exception):
    """A page was not what the journey expects."""


@dataclass(slots=True, kw_only=True)
class Browser:
    """Follows links and sends forms; `asked` is every request so far."""

    send: Send
    meter: Meter = dict
    cookies: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Return the page at this path, past any redirect."""
        return self._follow(self._ask("GET", path), path)

    def submit(self, form: Form, **fields: str) -> Page:
        """Send a form with what is typed into it; return the page it leads to."""
        return self._follow(self.post(form, **fields), form.action)

    def get(self, path: str) -> Answer:
        """Ask once; follow nothing."""
        return self._ask("GET", path)

    def post(self, form: Form, **fields: str) -> Answer:
        """Send a form once; follow nothing."""
        return self._ask("POST", form.action, urlencode({**form.hidden, **fields}).encode())

    def _follow(self, answer: Answer, path: str) -> Page:
        while answer.status in REDIRECTS:
            target = urlsplit(answer.header("location"))
            path = target.path + (f"?{target.query}" if target.query else "")
            answer = self._ask("GET", path)
        page = Page(path, "" if answer.is_file else answer.body.decode())
        if answer.status != http.client.OK:
            raise TooLittle(f"{path}: {answer.status}, {page.title}")
        return page

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        before = self.meter()
        answer = self.send(method, path, body, self._headers())
        after = self.meter()
        self._keep_cookies(answer)
        self.asked.append(
            Asked(
                method=method,
                path=path,
                status=answer.status,
                is_page=not answer.is_file and answer.status not in REDIRECTS,
                size=len(answer.body),
                cost={name: after[name] - before.get(name, 0) for name in after},
            )
        )
        return answer

    def _headers(self) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
        return {"Cookie": said, "User-Agent": agent, "Content-Type": FORM}

    def _keep_cookies(self, answer: Answer) -> None:
        for key, value in answer.headers:
            if key.lower() == "set-cookie":
                name, _, content = value.partition(";")[0].partition("=")
                self.cookies[name] = content


def over_http(port: int) -> Send:
    """Return a way to a server on this machine, over one connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=answer.getheaders(), body=answer.read())

    return send


def in_process(app: Flask) -> Send:
    """Return a way to an application in this process, without any server between."""
    client: Any = Client(app, use_cookies=False)

    def send(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        told = {name: value for name, value in headers.items() if value}
        answer = client.open(path, method=method, data=body or None, headers=told)
        return Answer(
            status=answer.status_code, headers=list(answer.headers), body=answer.get_data()
        )

    return send
