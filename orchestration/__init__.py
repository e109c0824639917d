"""Bellwether's Python side: libraries (intake, registry, publish, report), the command line, and in ``defs`` all that
is Dagster.

Nothing is imported, opened or contacted here.
"""
