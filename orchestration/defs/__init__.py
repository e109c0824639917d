"""Everything that is Dagster, and nothing else: assets call one library each, and hold no rule, SQL or reading of
their own.
"""

import warnings

import dagster as dg

# A backfill of many months in one run is what this system is for; that its policy is called beta need not be told at
# each start.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
