"""Publications: the finished files that analysts read, and the pointer that says which one is current.

Belongs here: copying a build into a new file, its certificate, the swap of the pointer, keeping and going back.
Does not belong here: building anything, judging anything, and any knowledge of what a mart means. Importing this
package is cheap; DuckDB is imported by the functions that need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.publish.fingerprint import code_version, fingerprint, project_hash, tree_hash
from orchestration.publish.restricted import connect_restricted, restricted_authorities
from orchestration.publish.shelf import (
    Publication,
    PublicationError,
    clear_leftovers,
    connect,
    current,
    prune,
    publications,
    rollback,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from orchestration.settings import Settings

__all__ = [
    "Publication",
    "PublicationError",
    "clear_leftovers",
    "code_version",
    "connect",
    "connect_restricted",
    "current",
    "fingerprint",
    "project_hash",
    "prune",
    "publications",
    "publish",
    "restricted_authorities",
    "rollback",
    "tree_hash",
]


def publish(
    settings: Settings,
    *,
    as_of: date,
    published_at: datetime,
    code_version: str,
    registry_hash: str,
    fingerprint: str,
    gate_result: Mapping[str, object],
) -> Publication:
    """Copies the build file's marts and quality tables into a new publication, proves it readable, makes it current.

    Readers are never disturbed: they hold files under other names. Raises PublicationError, leaving the current
    publication as it was, when the build is not fit to publish.
    """
    from orchestration.publish.build import write_publication

    return write_publication(
        settings,
        as_of=as_of,
        published_at=published_at,
        code_version=code_version,
        registry_hash=registry_hash,
        fingerprint=fingerprint,
        gate_result=gate_result,
    )
