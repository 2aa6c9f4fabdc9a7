"""A copy of each quiz file as it was last read without a fault, in the installation's folder.

Where the file turns bad, every worker falls back to it, also after a restart.
"""

import logging
import os
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)


def keep_spare(path: Path, source: bytes) -> None:
    """Keep these bytes, whole or not at all; a full disk is logged, and harms nobody who learns."""
    try:
        if not path.exists() or path.read_bytes() != source:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _replace(path, source)
    except OSError:
        log.exception("no copy of %s could be kept: were the file bad, nothing stood in", path.name)


def _replace(path: Path, source: bytes) -> None:
    handle, made = tempfile.mkstemp(dir=path.parent)  # a name of its own: workers do the same
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source)
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(path)
    finally:
        Path(made).unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
