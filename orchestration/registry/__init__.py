"""The registry as a library: what the warehouse knows about indicators, authorities, codes, targets and events.

Belongs here: the public names other packages call. Does not belong here: reading files (`load`), judging them
(`problems`), writing compiled files (`compile`). Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.registry.names import code_of, normalise

if TYPE_CHECKING:
    from pathlib import Path

    from orchestration.registry.models import Registry, RegistryProblem

__all__ = [
    "RegistryError",
    "check",
    "code_of",
    "compile_registry",
    "load_registry",
    "normalise",
    "registry_hash",
    "stale_files",
    "write_compiled",
]


class RegistryError(Exception):
    """The registry files cannot be read. The message lists every fault found: file, entry, field, value."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("The registry cannot be read:\n" + "\n".join(f"  - {fault}" for fault in faults))


def load_registry(project: Path) -> Registry:
    """The whole registry of the project at `project`. Raises RegistryError, naming every unreadable entry."""
    from orchestration.registry.load import read_registry

    return read_registry(project)


def check(registry: Registry) -> list[RegistryProblem]:
    """Every inconsistency of the registry, in a stable order; an empty list when it is sound."""
    from orchestration.registry.problems import find_problems

    return find_problems(registry)


def compile_registry(registry: Registry, project: Path) -> dict[Path, str]:
    """The text of every compiled file, by absolute path. Writes nothing; the same input gives the same text."""
    from orchestration.registry.compile import compile_files

    return compile_files(registry, project)


def write_compiled(registry: Registry, project: Path) -> list[Path]:
    """Writes the compiled files that changed and removes compiled seeds no longer made; returns what it touched."""
    from orchestration.registry.compile import write_files

    return write_files(registry, project)


def stale_files(registry: Registry, project: Path) -> list[Path]:
    """The compiled files that differ from what the registry gives now, missing ones and left-overs included."""
    from orchestration.registry.compile import find_stale

    return find_stale(registry, project)


def registry_hash(registry: Registry) -> str:
    """SHA-256 over the compiled seeds: the same figure means that the same definitions were in force."""
    from orchestration.registry.compile import hash_of

    return hash_of(registry)
