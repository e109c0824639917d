"""What a run stands on: the lock on its home, the dbt manifest, the loading of the build file, what it tells meanwhile.

Belongs here: machinery that every run needs, whoever started it. Does not belong here: reading returns (`intake`),
publications (`publish`), anything of Dagster (`defs`).
"""
