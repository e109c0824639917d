"""The job that makes packs: frozen as known on a day, for each authority that sends returns. Calls `runtime.as_at` and
`report.packs`.

Belongs here: which packs a schedule makes. Does not belong here: what a pack is.
"""

from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.settings import Settings, load_settings

if TYPE_CHECKING:
    from orchestration.report.reading import Reader


class PacksConfig(dg.Config):
    """Which packs: their kind (monthly, quarterly), the month (YYYY-MM), the day as known on which (ISO)."""

    kind: str
    month: str
    as_at: str


@dg.op(description="Makes the packs of a month. One that is there and differs is left, and told.")
def make_packs(context: dg.OpExecutionContext, config: PacksConfig) -> None:
    from orchestration.report.packs import PAGES, PackError, Wanted, write_pack
    from orchestration.report.reading import Reader
    from orchestration.runtime.as_at import publication_as_at

    kind = next((known for known in PAGES if known == config.kind), None)
    if kind is None:
        raise dg.Failure(f"There is no kind of pack {config.kind!r}: give one of {', '.join(PAGES)}.")
    settings = load_settings()
    day, month = date.fromisoformat(config.as_at), date.fromisoformat(f"{config.month}-01")
    made = publication_as_at(settings, day)
    states: dict[str, list[str]] = {}
    for code in recipients(settings, Reader(made.path)):
        try:
            pack = write_pack(made.path, settings.packs, Wanted(kind, (code,), month, day), made.made_of.to_record())
        except PackError as error:
            # An authority whose return has not come has no pack; the others have theirs.
            context.log.warning(f"{code}: {error}")
            states.setdefault("none", []).append(code)
            continue
        states.setdefault(pack.state, []).append(pack.path.name)
        if pack.state == "different":
            context.log.warning(f"{pack.path.name} is not what it was, and was left: {'; '.join(pack.reasons)}")
    context.add_output_metadata({state: len(names) for state, names in states.items()})
    context.log.info("; ".join(f"{state}: {', '.join(names)}" for state, names in sorted(states.items())))


def recipients(settings: Settings, reader: "Reader") -> list[str]:
    """Codes of those who get packs: as configured, else all that have sent a return of their own."""
    if settings.pack_authorities:
        return [code for code in settings.pack_authorities if code in reader.authorities]
    rows = reader.rows("select distinct authority_code from quality.submission where is_admitted order by 1")
    return [row["authority_code"] for row in rows if row["authority_code"] in reader.authorities]


@dg.job(
    name="packs",
    description="Packs for meetings, frozen as known on a day, with a record of what they were made of.",
    executor_def=dg.in_process_executor,
)
def packs() -> None:
    make_packs()
