"""The documents: frozen versions, their clauses, who they are for, and who has opened what.

A published version never changes. What a tutor is shown is the text whose digest travels with the
page, so that shown and signed are the same words.
"""
