"""What the pages of this room hang on."""

from flask import Blueprint

bp = Blueprint("acknowledgements", __name__)
# A PDF runs nothing and loads nothing; only our own page may show it inside.
PDF_HEADERS = {
    "Content-Type": "application/pdf",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "private, no-store",
}
