"""Where the folders beside the package lie: templates, static files, content, migrations."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
POLICIES = ROOT / "policies"
QUIZZES = ROOT / "quizzes"
MIGRATIONS = ROOT / "migrations"
