"""Keys in place of people: what stands in raw and in the warehouse for a child, an adopter, a family or a worker.

Belongs here: the deployment's secret and the keyed hash made with it. Does not belong here: which columns name people
(the contracts). The same person of the same authority has the same key in every file; without the secret no key can be
tried against a list of identifiers, and another deployment's keys are others.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from orchestration.intake.files import fsync_folder
from orchestration.intake.text import tidy

KEY_BYTES = 32
KEY_DIGITS = 32
UNALLOCATED = "unallocated"

Pseudonym = Callable[[str, str, str], str]


class SecretUnusable(Exception):
    """The deployment's secret cannot be used; the message names its file."""


def pseudonyms(secret: bytes) -> Pseudonym:
    """A function of authority code, kind of person and identifier to 32 hexadecimal digits."""
    keyed = hmac.new(secret, digestmod=hashlib.sha256)

    def pseudonym(authority_code: str, kind: str, text: str) -> str:
        made = keyed.copy()
        made.update("\0".join((authority_code, kind, tidy(text))).encode())
        return made.hexdigest()[:KEY_DIGITS]

    return pseudonym


def read_secret(path: Path, *, make: bool) -> bytes:
    """The deployment's secret, made on first need if ``make``. Raises ``SecretUnusable`` if there is none to use.

    It is renamed into place whole; the lock of a home lets one run at a time come here.
    """
    if not path.exists() and not make:
        raise SecretUnusable(
            f"{path.name} is missing and keys made with it are held; put the deployment's own key back"
        )
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        writing = path.with_name(f".{path.name}.writing")
        with os.fdopen(os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        writing.replace(path)
        fsync_folder(path.parent)
    secret = path.read_bytes()
    if len(secret) != KEY_BYTES:
        raise SecretUnusable(f"{path.name} does not hold {KEY_BYTES} bytes; put the deployment's own key back")
    return secret
