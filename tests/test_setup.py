"""A checkout becomes ready by itself, from nothing but locked and hashed packages."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PINNED = re.compile(r"[a-z0-9.-]+(\[[a-z]+\])?==\S+( ; .+)?( --hash=sha256:[0-9a-f]{64})+")
# Stands for python3: makes an environment that consists of itself, and writes down what it was
# asked for. The lock and the checks of the version are left to the real one.
PYTHON = f"""#!/bin/sh
case $* in
    --version) echo "Python 3.11.2" ;;
    *ensurepip*) ;;
    -c*) exec "{sys.executable}" "$@" ;;
    "-m venv"*) echo venv >>asked; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    "-m pip"*install*) echo install >>asked ;;
esac
"""
INSTALLED = '#!/bin/sh\necho "ii "\n'
NOT_INSTALLED = "#!/bin/sh\nexit 1\n"


def requirements(lock: Path) -> list[str]:
    return lock.read_text(encoding="utf-8").replace(" \\\n   ", "").splitlines()


def tables(name: str) -> list[str]:
    """The lines of the lists of one table in pyproject.toml."""
    table = PROJECT.split(f"[{name}]\n")[1].split("\n[")[0]
    return [line.strip() for line in table.splitlines() if line.startswith('    "')]


@pytest.fixture
def checkout(tmp_path):
    """A copy of what set-up reads, and a PATH on which only stand-ins can change anything."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "cp", "mkdir", "id"):
        programs.joinpath(name).symlink_to(shutil.which(name))
    stand_in(tmp_path, "python3", PYTHON)
    stand_in(tmp_path, "dpkg-query", INSTALLED)
    for name in ("setup.sh", "pyproject.toml", *(lock.name for lock in LOCKS)):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def stand_in(checkout: Path, name: str, script: str) -> None:
    program = checkout / "programs" / name
    program.unlink(missing_ok=True)
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def set_up(checkout: Path, purpose: str = "run") -> subprocess.Popen:
    return subprocess.Popen(
        [checkout / "setup.sh", purpose],
        env={"PATH": str(checkout / "programs")},
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen) -> tuple[int, str]:
    _, said = process.communicate()
    return process.returncode, said


def asked(checkout: Path) -> list[str]:
    return (checkout / "asked").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_versions_and_hashes_and_no_address(lock):
    lines = requirements(lock)

    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    assert "://" not in lock.read_text(encoding="utf-8")


def test_whoever_tests_runs_the_same_versions_as_whoever_serves():
    assert set(requirements(LOCKS[0])) <= set(requirements(LOCKS[1]))


def test_everything_the_project_asks_for_is_locked():
    project = tomllib.loads(PROJECT)
    groups = project["dependency-groups"].values()
    wanted = {*project["project"]["dependencies"], *(name for group in groups for name in group)}
    locked = {re.split(r"==|\[", line)[0] for line in requirements(LOCKS[1])}

    assert {re.split(r"[><=\[]", name)[0].replace("_", "-") for name in wanted} <= locked


@pytest.mark.parametrize("table", ["project", "dependency-groups", "tool.ruff.lint"])
def test_each_package_and_each_ignored_rule_says_why(table):
    assert [line for line in tables(table) if "  # " not in line] == []


def test_at_most_fifteen_rules_are_ignored():
    assert len(tomllib.loads(PROJECT)["tool"]["ruff"]["lint"]["ignore"]) <= 15


def test_a_second_set_up_does_nothing(checkout):
    first, second = finish(set_up(checkout)), finish(set_up(checkout))

    assert (first[0], second) == (0, (0, ""))
    assert asked(checkout) == ["venv", "install", "install"]


def test_set_up_for_tests_is_set_up_for_serving(checkout):
    finish(set_up(checkout, "test"))

    assert finish(set_up(checkout)) == (0, "")


def test_set_ups_at_the_same_time_take_turns(checkout):
    running = [set_up(checkout) for _ in range(4)]

    assert [finish(process)[0] for process in running] == [0] * 4
    assert asked(checkout) == ["venv", "install", "install"]


def test_a_changed_lock_is_installed(checkout):
    finish(set_up(checkout))

    with (checkout / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("\n")
    finish(set_up(checkout))

    assert asked(checkout) == ["venv", "install", "install", "install", "install"]


def test_a_moved_checkout_gets_a_new_environment(checkout, tmp_path_factory):
    finish(set_up(checkout))
    moved = checkout.rename(tmp_path_factory.mktemp("elsewhere") / "portal")

    finish(set_up(moved))

    assert asked(moved).count("venv") == 2


def test_whoever_may_not_install_is_told_the_line_that_does(checkout):
    stand_in(checkout, "dpkg-query", NOT_INSTALLED)
    stand_in(checkout, "id", "#!/bin/sh\necho 1000\n")

    status, said = finish(set_up(checkout))

    assert status == 1
    assert "sudo apt-get update && sudo apt-get install --no-install-recommends libpango" in said
    assert not (checkout / ".venv").exists()


def test_whoever_may_install_gets_what_is_missing(checkout):
    stand_in(checkout, "dpkg-query", NOT_INSTALLED)
    stand_in(checkout, "id", "#!/bin/sh\necho 0\n")
    stand_in(checkout, "env", '#!/bin/sh\necho "$*" >>root\n')

    finish(set_up(checkout, "test"))

    said = (checkout / "root").read_text(encoding="utf-8")
    assert " chromium jq libatomic1 poppler-utils " in said


def test_an_old_python_is_refused_by_name(checkout):
    stand_in(checkout, "python3", PYTHON.replace("-c*)", "*version_info*) exit 1 ;;\n    -c*)"))

    status, said = finish(set_up(checkout))

    assert (status, "Python 3.11 or newer" in said) == (1, True)


@pytest.mark.parametrize("page", ["README.md", "docs/running.md"])
def test_what_a_newcomer_is_told_to_type_is_there_to_run(page):
    told = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w.])\./([\w.]+)", told))

    assert {"run", "setup.sh"} <= named
    assert [name for name in named if not os.access(ROOT / name, os.X_OK)] == []
    # Nothing is in .venv before set-up has made it.
    assert 0 <= told.find("./setup.sh run") < told.index(".venv/bin/portal init")
