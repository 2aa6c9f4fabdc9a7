"""Scenario quizzes: what was drawn, what was chosen, what came of it.

Content comes from quizzes/*.toml; an attempt is a frozen copy of what was drawn, every choice is
kept, and the mark is the server's alone.
"""
