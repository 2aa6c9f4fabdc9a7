"""Lessons, and the gate before them: no lesson without clearance.

The gate stands inside the action that schedules, in the same transaction. No page, header or cache
can stand in for it.
"""
