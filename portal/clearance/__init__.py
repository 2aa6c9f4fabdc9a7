"""The one question: may this tutor teach at this time.

Here it is answered, once. The gate, the pages, the lists and the commands all ask here, and print
the answer they get: cleared or not, since and until when, each reason by code, and what the tutor
does next. `rules.py` holds the conditions; the rest of the room fetches what they judge.
"""
