"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("quizzes", __name__)
