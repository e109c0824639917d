"""What holds for all tests."""

from __future__ import annotations

import os

# Thousands of pages after each run would be most of the time of the tests. Those that are about pages write their own;
# test_run_writes_pages.py has a run with them.
os.environ.setdefault("BELLWETHER_PAGES", "false")
