"""What Dagster loads: `defs`, and nothing else. Nothing is contacted, opened or parsed here; see
`orchestration.defs.build`.
"""

from orchestration.defs.build import build_defs

defs = build_defs()
