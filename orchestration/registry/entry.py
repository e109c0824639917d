"""What every entry of the registry has in common.

Does not belong here: any kind of entry.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """What every entry has: no unknown fields, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
