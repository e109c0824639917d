"""What stands behind the longer commands of `bellwether`: running, explaining, printing tables, opening Dagster's UI.

Belongs here: what a person sees and types. Does not belong here: the command line's grammar (`orchestration.cli`) and
any work that a notebook or a test would also want (the libraries).
"""
