"""What a disk may hold after a power cut: what was synced, and any part of what was not.

A file's bytes are safe after a sync of that file, its coming and going after one of its folder.
What was done since may be there or not, sector by sector.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512  # bytes
CALLS = "openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,rename"
RECORD = ("-xx", "-y", "-s", "1000000", "-e", f"trace={CALLS}")  # for strace
CALL = re.compile(r"\d+ +(\w+)\((.*)\) += \d+")
SAID = re.compile(r'(?:"((?:\\x\w\w)*)"|<((?:\\x\w\w)*)>)')
SYNCS = ("fsync", "fdatasync")
Disk = dict[str, bytes]  # the files by name


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call on a file, or on the folder, whose name is empty."""

    call: str
    name: str
    at: int = 0  # where it writes, or where the file is cut
    data: bytes = b""


def held(folder: Path) -> Disk:
    """Return what is in a folder now."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def steps(log: Path, folder: Path) -> list[Step]:
    """Return what was done in a folder, as strace recorded it with `RECORD`."""
    calls = [found for line in log.read_text().splitlines() if (found := CALL.match(line))]
    return [step for call in calls if (step := _step(call[1], call[2], str(folder)))]


def _step(call: str, told: str, folder: str) -> Step | None:
    """Return the step, None for what changes nothing there."""
    said = [bytes.fromhex((one or other).replace("\\x", "")) for one, other in SAID.findall(told)]
    if call == "openat" and "O_CREAT" not in told:
        return None
    path = said[1 if call == "openat" else 0].decode()
    if path != folder and not path.startswith(f"{folder}/"):
        return None
    assert call not in {"rename", "write"}, f"{call} is not thought of here"
    at = int(told.rpartition(", ")[2]) if call in {"pwrite64", "ftruncate"} else 0
    data = said[1] if call == "pwrite64" else b""
    return Step(call=call, name=path.removeprefix(folder).removeprefix("/"), at=at, data=data)


def after_cut(before: Disk, done: Sequence[Step], *, chance: random.Random) -> Iterator[Disk]:
    """Yield what may be left: nothing that was not synced, all of it, and some of it."""
    yield _disk(before, done, keeps=lambda: False)
    yield _disk(before, done, keeps=lambda: True)
    yield _disk(before, done, keeps=lambda: chance.random() < 1 / 2)


def _disk(before: Disk, done: Sequence[Step], *, keeps: Callable[[], bool]) -> Disk:
    disk = {name: bytearray(content) for name, content in before.items()}
    for number, step in enumerate(done):
        is_safe = any(_makes_safe(later, step) for later in done[number:])
        if is_safe or step.call == "pwrite64" or keeps():
            _do(disk, step, keeps=(lambda: True) if is_safe else keeps)
    return {name: bytes(content) for name, content in disk.items()}


def _makes_safe(later: Step, step: Step) -> bool:
    folder_matters = step.call in {"openat", "unlink"}
    return later.call in SYNCS and later.name == ("" if folder_matters else step.name)


def _do(disk: dict[str, bytearray], step: Step, *, keeps: Callable[[], bool]) -> None:
    if step.call == "openat":
        disk.setdefault(step.name, bytearray())
    elif step.call == "unlink":
        disk.pop(step.name, None)
    elif step.name in disk:
        _change(disk[step.name], step, keeps=keeps)


def _change(file: bytearray, step: Step, *, keeps: Callable[[], bool]) -> None:
    if step.call == "ftruncate":
        del file[step.at :]
    for start in range(0, len(step.data), SECTOR):
        if keeps():
            _write(file, step.data[start : start + SECTOR], at=step.at + start)


def _write(file: bytearray, data: bytes, *, at: int) -> None:
    file.extend(bytes(max(0, at - len(file))))
    file[at : at + len(data)] = data
