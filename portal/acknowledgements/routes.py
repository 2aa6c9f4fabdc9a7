"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("acknowledgements", __name__)
