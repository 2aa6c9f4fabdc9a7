"""The borders of the house: which room may know which, and where the one rule stands."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PORTAL = ROOT / "portal"
STAIRS = [
    {"installation"},  # the demonstration's story goes through every room
    {"onboarding", "tracking", "publishing", "archive", "api"},
    {"tutorcruncher", "classrooms"},
    {"scheduling"},
    {"clearance"},
    {"acknowledgements"},
    {"quizzes"},
    {"policies"},
    {"people"},
    {"outbox"},
    {"ledger"},
]
STAIR = {room: number for number, rooms in enumerate(STAIRS) for room in rooms}
FILES = sorted(PORTAL.rglob("*.py"))
ROOMS = sorted(each.name for each in PORTAL.iterdir() if (each / "__init__.py").exists())
WEB = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    known = parts[0] == "portal" and len(parts) > 1 and parts[1] in STAIR
    return parts[1] if known else None


def own_room(path: Path) -> str | None:
    parts = path.relative_to(PORTAL).parts
    return parts[0] if len(parts) > 1 else None


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_room_has_its_stair():
    assert set(ROOMS) <= set(STAIR)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_room_imports_a_higher_one_or_one_of_its_own_stair(path):
    own = own_room(path)
    doors = {PORTAL / "cli.py", PORTAL / "__init__.py"}

    met = {room for module in imports(path) if (room := room_of(module)) and room != own}

    assert path in doors or not met or own, f"the ground floor knows {met}"
    assert all(own is None or STAIR[room] > STAIR[own] for room in met), met


def test_no_ring_of_files_anywhere():
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
    doors = {"portal.__init__", "portal.cli"}
    needs = {
        module: {each for each in imports(path) if each in modules and each != module}
        for module, path in modules.items()
        if module not in doors
    }

    tuple(TopologicalSorter(needs).static_order())  # raises CycleError, naming the ring

    assert needs["portal.scheduling.gate"] >= {"portal.clearance.rules"}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_only_the_two_doors_import_the_package_root(path):
    root = "portal.create_app" in set(imports(path))

    assert not root or path == PORTAL / "cli.py"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_imports_pages_but_create_app_and_a_room_its_own(path):
    pages = {m for m in imports(path) if re.fullmatch(r"portal\.\w+\.routes", m)}
    own = f"portal.{own_room(path)}.routes"

    assert path == PORTAL / "__init__.py" or pages <= {own}


def test_the_package_root_imports_nothing_of_ours_at_module_level():
    tree = ast.parse((PORTAL / "__init__.py").read_text(encoding="utf-8"))

    loaded = [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]

    assert [ast.unparse(each) for each in loaded] == ["from typing import TYPE_CHECKING"]


@pytest.mark.parametrize("path", sorted(PORTAL.rglob("rules.py")), ids=name)
def test_rules_are_pure(path):
    ours = {module for module in imports(path) if module.startswith("portal")}
    others = {m.split(".")[0] for m in imports(path) if not m.startswith("portal")}
    stdlib = set(__import__("sys").stdlib_module_names)

    assert all(".rules" in module for module in ours), ours
    assert others <= stdlib, others - stdlib


QUIET = [path for path in FILES if path.stem in {"actions", "queries", "models"}]


@pytest.mark.parametrize("path", QUIET, ids=name)
def test_changes_and_reads_know_no_web(path):
    met = {module.split(".")[0] for module in imports(path)} & WEB
    pages = {module for module in imports(path) if module.split(".")[-1] in {"forms", "routes"}}

    assert not met
    assert not pages


@pytest.mark.parametrize("path", [p for p in FILES if own_room(p)], ids=name)
def test_a_table_is_changed_by_its_own_room_only(path):
    own = own_room(path)
    writes = r"(?:sa\.(?:insert|update|delete)\(|keep\(session, )(\w+)"
    source = path.read_text(encoding="utf-8")
    foreign = {
        module.split(".")[-1]
        for module in imports(path)
        if re.fullmatch(r"portal\.\w+\.models\.\w+", module) and room_of(module) != own
    }

    assert not foreign & set(re.findall(writes, source))


def test_migrations_import_nothing_of_ours():
    for path in (ROOT / "migrations").rglob("*.py"):
        assert not [module for module in imports(path) if module.startswith("portal")], path


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=name)
def test_templates_carry_no_style_no_script_and_no_foreign_address(path):
    text = path.read_text(encoding="utf-8")
    certificate = path.parent.name == "acknowledgements" and path.name == "certificate.html"

    assert certificate or not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src)", text)
    assert certificate or not re.search(r"(?:src|href)=\"https?:", text)


def test_the_rule_that_blocks_scheduling_is_found_in_one_place():
    hits = [path for path in FILES if "block scheduling" in path.read_text(encoding="utf-8")]

    assert [name(path) for path in hits] == ["portal/clearance/rules.py"]


CODES = [
    "not-engaged",
    "not-enabled",
    "suspended",
    "nothing-in-force",
    "quiz-not-passed",
    "not-signed",
    "signature-revoked",
    "signature-expired",
    "not-cleared",
]


@pytest.mark.parametrize("code", CODES)
def test_a_code_leads_to_one_line(code):
    lines = [
        line
        for path in FILES
        for line in path.read_text(encoding="utf-8").splitlines()
        if f'"{code}"' in line
    ]

    assert len(lines) == 1


def test_only_the_settings_read_the_environment():
    readers = {
        name(path)
        for path in FILES
        if re.search(r"os\.environ|getenv", path.read_text(encoding="utf-8"))
    }

    assert readers <= {
        "portal/cli.py",
        "portal/installation/serving.py",
        "portal/acknowledgements/press.py",
        "portal/acknowledgements/render.py",  # tells fontconfig which fonts there are
    }


def test_no_function_is_longer_than_forty_lines_and_no_file_than_three_hundred():
    for path in FILES:
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 300, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 46, f"{path}: {node.name}"
