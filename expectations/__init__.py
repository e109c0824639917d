"""The quality gate: rules about the returns and the conformed figures, judged by Great Expectations.

Belongs here: the catalogue of rules, the expectations that decide them, findings and verdicts. Does not belong here:
arithmetic over the data (SQL, in dbt_project/models/evidence), tolerances (the registry; they arrive with the
evidence rows), Dagster, and anything of `orchestration`.
"""
