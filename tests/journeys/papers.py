"""A sealed PDF as somebody without the portal reads it: with poppler's own programs."""

import json
import subprocess
from pathlib import Path
from typing import Any


def words(pdf: Path) -> str:
    """Return its text layer without spaces: lines break where they like."""
    return squeezed(_told("pdftotext", pdf, "-"))


def seal(pdf: Path) -> str:
    """Return what is said of its signatures."""
    return _told("pdfsig", pdf)


def record(pdf: Path) -> dict[str, Any]:
    """Return the record that is attached to it."""
    _told("pdfdetach", "-save", "1", "-o", pdf.with_suffix(".json"), pdf)
    return json.loads(pdf.with_suffix(".json").read_text(encoding="utf-8"))


def pages(pdf: Path) -> tuple[int, str]:
    """Return how many pages it has, and their size in points."""
    told = dict(line.split(":", 1) for line in _told("pdfinfo", pdf).splitlines())
    return int(told["Pages"]), told["Page size"].strip()


def squeezed(text: str) -> str:
    """Return the text without spaces."""
    return "".join(text.split())


def _told(*command: object) -> str:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, check=True, text=True
    ).stdout
