"""Receiving files: from an inbox to the archive, the raw tables and one outcome each.

Belongs here: the order of effects, duplicates, and that one file's failure never stops another. Does not belong here:
what is inside a file (examine.py) or how it is written (store.py).
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake import files, store
from orchestration.intake.outcome import UNIDENTIFIED, Outcome, Problem

if TYPE_CHECKING:
    from orchestration.intake.check import Resolve
    from orchestration.intake.children.pseudonyms import Pseudonym
    from orchestration.intake.examine import Context
    from orchestration.settings import Settings

OnFile = Callable[[Outcome], None]


def pending(settings: Settings) -> list[Path]:
    """The files that a run would take in: complete, and of a content that no outcome is held for (or to be cleared
    from landing)."""
    candidates, _ = files.scan(settings.landing, settings.all_inboxes)
    waiting = _stable(candidates, settings.stable_seconds)
    known = store.known_contents(settings.raw)
    return [c.path for c in waiting if c.consumed or files.sha256(c.path)[:12] not in known]


def settle(settings: Settings) -> None:
    """Waits, once and for as long as a file must lie still, when a file has just come into landing: who drops a file
    and runs means that file. One that is still being written afterwards is left for the next run.
    """
    candidates, _ = files.scan(settings.landing, settings.all_inboxes)
    if len(_stable(candidates, settings.stable_seconds)) < len(candidates):
        time.sleep(settings.stable_seconds)


def notes(settings: Settings) -> list[str]:
    """What lies in the inboxes and is not taken: folders, links, files still being written."""
    candidates, found = files.scan(settings.landing, settings.all_inboxes)
    waiting = set(_stable(candidates, settings.stable_seconds))
    return [
        *found,
        *(
            f"'{c.path.name}' is still being written and is left for the next run"
            for c in candidates
            if c not in waiting
        ),
    ]


def receive(
    settings: Settings, *, received_at: datetime, on_file: OnFile | None = None, resolve: Resolve | None = None
) -> list[Outcome]:
    """Take in every complete file of the inboxes and return the outcomes, in the order of the files.

    A content already held comes back as its first outcome with ``is_duplicate`` set. Outcomes that were a fault of
    ours are tried again.
    """
    if received_at.tzinfo is None:
        raise ValueError("received_at must say its time zone")
    candidates, _ = files.scan(settings.landing, settings.all_inboxes)
    waiting = _stable(candidates, settings.stable_seconds)
    known = store.known_contents(settings.raw)
    outcomes: list[Outcome] = []
    desk = _Desk(settings, received_at, resolve)
    for candidate in waiting:
        try:
            digest = files.sha256(candidate.path)
        except OSError:
            continue  # gone, or not readable yet
        if (held := known.get(digest[:12])) is not None:
            outcome = desk.again(candidate, digest, held)
        else:
            outcome = desk.take(candidate, digest)
            if outcome:
                known[digest[:12]] = settings.raw / "_outcome" / f"{outcome.submission_id}.json"
        if outcome:
            outcomes.append(outcome)
            if on_file:
                on_file(outcome)
    for outcome in desk.retry(settings.raw, done={o.submission_id for o in outcomes}):
        outcomes.append(outcome)
        if on_file:
            on_file(outcome)
    return outcomes


def check_file(
    path: Path, settings: Settings, *, received_at: datetime | None = None, resolve: Resolve | None = None
) -> Outcome:
    """What would become of a file; writes nothing."""
    from orchestration.intake.examine import Arrived, examine

    desk = _Desk(settings, received_at or datetime.now(UTC), resolve)
    arrived = Arrived(path, path.name, files.sha256(path), path.stat().st_size)
    return examine(arrived, desk.context(desk.received_at))[0]


def read_outcomes(settings: Settings) -> list[Outcome]:
    """Every outcome held, oldest first."""
    held = [store.read_outcome(path) for path in store.outcome_paths(settings.raw)]
    return sorted(held, key=lambda o: (o.received_at, o.submission_id))


def _stable(candidates: list[files.Candidate], stable_seconds: float) -> list[files.Candidate]:
    """Only files that are dropped can be half-written; those of the read-only folders are taken as they are."""
    moving = files.unstable([c.path for c in candidates if c.consumed], stable_seconds)
    return [c for c in candidates if c.path not in moving]


class _Desk:
    """One run's intake: the settings, the time of receipt, and the registry and contracts once they are needed."""

    def __init__(self, settings: Settings, received_at: datetime, resolve: Resolve | None) -> None:
        self.settings, self.received_at = settings, received_at
        self._resolve = resolve
        self._pseudonym: Pseudonym | None = None

    def context(self, received_at: datetime) -> Context:
        from orchestration.intake.contracts import load_contracts
        from orchestration.intake.examine import Context

        if self._resolve is None:
            from orchestration.registry import load_registry

            self._resolve = load_registry(self.settings.project).resolve_authority
        return Context(
            self.settings.project,
            load_contracts(self.settings.project / "data" / "contracts"),
            self._resolve,
            received_at.astimezone(UTC),
            self.settings.max_file_mb * 1024 * 1024,
            self.pseudonyms,
            self.settings.child_authority,
        )

    def pseudonyms(self) -> Pseudonym:
        """The keys of this home. Its secret is made when the first child-level list is loaded, and never after: with
        another one, the children of new files would be strangers to those held."""
        from orchestration.intake.children.pseudonyms import pseudonyms, read_secret

        if self._pseudonym is None:
            is_first = not any((self.settings.raw / "child_list").glob("*.parquet"))
            self._pseudonym = pseudonyms(read_secret(self.settings.child_key, make=is_first))
        return self._pseudonym

    def take(self, candidate: files.Candidate, digest: str) -> Outcome | None:
        """Archive, examine, write, commit, and only then remove from landing; None if the file changed meanwhile."""
        raw, path = self.settings.raw, candidate.path
        try:
            size = path.stat().st_size
            found = files.kind(path, size, self.settings.max_file_mb * 1024 * 1024)
            archived = store.archive(path, digest, files.suffix_for(found, path), self.settings.archive)
            arrival = store.arrival_path(raw, path, digest, candidate.consumed)
        except (store.SourceChanged, FileNotFoundError):
            return None
        received_at = store.first_received(arrival) or self.received_at
        if not arrival.exists():
            store.write_arrival(arrival, file_name=path.name, digest=digest, received_at=received_at, duplicate_of=None)
        outcome = self._commit(archived, path.name, digest, size, received_at)
        if candidate.consumed:
            path.unlink(missing_ok=True)
        return outcome

    def again(self, candidate: files.Candidate, digest: str, held: Path) -> Outcome | None:
        """A content that is held already: note the arrival, clear it from landing.

        None when this very file is known.
        """
        arrival = store.arrival_path(self.settings.raw, candidate.path, digest, candidate.consumed)
        first_seen = arrival.exists()
        outcome = store.read_outcome(held)
        if not first_seen:
            store.write_arrival(
                arrival,
                file_name=candidate.path.name,
                digest=digest,
                received_at=self.received_at,
                duplicate_of=outcome.submission_id,
            )
        if candidate.consumed:
            candidate.path.unlink(missing_ok=True)
        if first_seen:
            return None
        outcome.is_duplicate = True
        outcome.notes = [f"'{candidate.path.name}' has the content of '{outcome.file_name}', which is held already"]
        return outcome

    def retry(self, raw: Path, done: set[str]) -> list[Outcome]:
        """Files that failed by a fault of ours, from the archive; those that now succeed replace their failed
        outcome."""
        outcomes = []
        for path in store.outcome_paths(raw):
            if not path.name.startswith(UNIDENTIFIED) or path.stem in done:
                continue
            failed = store.read_outcome(path)
            if failed.outcome != "processing_error" or not failed.archived_as:
                continue
            outcome = self._commit(
                failed.archived_as, failed.file_name, failed.content_sha256, failed.size_bytes, failed.received_at
            )
            if outcome.submission_id != failed.submission_id:
                path.unlink()
            if outcome.outcome != "processing_error":
                outcomes.append(outcome)
        return outcomes

    def _commit(self, archived: str, file_name: str, digest: str, size: int, received_at: datetime) -> Outcome:
        from orchestration.intake.examine import Arrived, Examination, examine, submission_id

        raw = self.settings.raw
        result = Examination()
        try:
            arrived = Arrived(self.settings.archive / archived, file_name, digest, size)
            outcome, result = examine(arrived, self.context(received_at))
            outcome.archived_as = archived
            if result.contract and result.contract.child_level:
                store.keep_to_owner(self.settings.archive / archived)
            for name, table in (result.tables(outcome.submission_id) if outcome.loaded else {}).items():
                outcome.tables[name] = table.num_rows
                path = raw / name / f"{outcome.submission_id}.parquet"
                store.write_table(table, path)
                if result.contract and result.contract.child_level:
                    store.keep_to_owner(path)
        except Exception as error:
            result = Examination()
            outcome = _our_fault(error, submission_id(UNIDENTIFIED, digest), file_name, digest, size, received_at)
            outcome.archived_as = archived
        if outcome.problems:
            store.write_quarantine(outcome, result.set_aside, result.heading, self.settings.quarantine, result.returned)
        store.write_outcome(outcome, raw)
        return outcome


def _our_fault(error: Exception, name: str, file_name: str, digest: str, size: int, received_at: datetime) -> Outcome:
    """The outcome of a file on which we failed: nothing is lost, and the next run tries again."""
    last = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    where = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(where[-1].filename).name}, line {where[-1].lineno})" if where else ""
    problem = Problem(
        "processing_error",
        "error",
        f"the file could not be processed: {last}{place}",
        "nothing for you to do; the file is kept and will be tried again",
    )
    return Outcome(name, UNIDENTIFIED, digest, file_name, size, received_at, "processing_error", problems=[problem])
