"""What a publication was made from, as one hash, so that a run with nothing new can know it without opening a database.

Belongs here: hashes over files. Does not belong here: anything that reads a return, imports a library of the build or
decides what to do when a hash differs.
"""

from __future__ import annotations

import hashlib
import os
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.settings import Settings

# Made by tools, not by people: they say nothing about what a run would do.
_IGNORED_FOLDERS = frozenset({"__pycache__", "target", "logs", "dbt_packages", ".ruff_cache", ".mypy_cache"})
_IGNORED_NAMES = frozenset({".user.yml", ".DS_Store"})

CODE_FOLDERS = ("orchestration", "expectations", "dbt_project")
DEFINITION_FOLDERS = ("data/registry", "data/contracts")


def tree_hash(*roots: Path) -> str:
    """SHA-256 over the relative paths and contents of all files below the roots; a missing root counts as empty."""
    digest = hashlib.sha256()
    for root in roots:
        digest.update(f"root:{root.name}\n".encode())
        for path in sorted(_files_below(root)):
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def code_version(project: Path) -> str:
    """The release and a short hash of the code that runs, as `0.1.0+3f9a2c71d0b4`; local changes give another one."""
    code = tree_hash(*(project / folder for folder in CODE_FOLDERS))
    try:
        release = metadata.version("bellwether")
    except metadata.PackageNotFoundError:
        release = "0"
    return f"{release}+{code[:12]}"


def project_hash(project: Path) -> str:
    """One hash over code, definitions and pinned versions: what a run brings to the returns it reads."""
    folders = [project / folder for folder in (*CODE_FOLDERS, *DEFINITION_FOLDERS)]
    digest = hashlib.sha256(tree_hash(*folders).encode())
    lock = project / "requirements.txt"
    digest.update(hashlib.sha256(lock.read_bytes()).digest() if lock.exists() else b"")
    return digest.hexdigest()


def fingerprint(settings: Settings, as_of: date, project: str | None = None) -> str:
    """One hash over all that a publication depends on: outcomes of intake, code, definitions, versions, the day, and
    what was acknowledged or failed since.

    `project` is the `project_hash` with which a run began, if it began before.
    """
    said = [settings.history / folder for folder in ("acknowledgements", "trouble")]
    parts = [
        project or project_hash(settings.project),
        tree_hash(settings.raw / "_outcome"),
        as_of.isoformat(),
        *([tree_hash(*said)] if any(folder.exists() for folder in said) else []),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _files_below(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _IGNORED_FOLDERS]
        found += [
            Path(folder, name) for name in names if name not in _IGNORED_NAMES and not name.endswith((".pyc", ".tmp"))
        ]
    return found
