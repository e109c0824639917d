"""What people read and are told, as assets. Calls `report`, `feedback` and
`alerts`, which read the publication.
"""

from pathlib import Path

import dagster as dg

from orchestration import publish
from orchestration.defs.assets.publish import PUBLICATION
from orchestration.defs.resources import OWNERS, Bellwether
from orchestration.runtime.progress import report
from orchestration.settings import Settings


def _published(settings: Settings) -> Path:
    """The publication that readers get. Raises dg.Failure where there is none."""
    current = publish.current(settings)
    if current is None:
        raise dg.Failure("There is no publication to report on.")
    return current.path


LEFT_OUT = {"left out": "BELLWETHER_PAGES is false; `bellwether report` writes them"}


@dg.asset(
    key=["report", "site"],
    deps=[PUBLICATION],
    group_name="report",
    owners=OWNERS,
    kinds={"python", "html"},
    description="The current publication as pages that open without a network; only what changed is written again.",
)
def site(bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration.report.site import FOLDER, write_site

    settings = bellwether.settings
    if not settings.pages:
        return dg.MaterializeResult(metadata=LEFT_OUT)
    report("step", "pages written")
    written = write_site(
        _published(settings),
        settings.reports / FOLDER,
        progress=lambda done, of: report("table", f"{done:,} of {of:,} authorities and overviews"),
    )
    return dg.MaterializeResult(
        metadata={
            "index": dg.MetadataValue.path(written.index),
            "pages": written.n_pages,
            "rewritten": written.n_new,
            "bytes": written.n_bytes,
        }
    )


@dg.asset(
    key=["report", "workbook"],
    deps=[PUBLICATION],
    group_name="report",
    owners=OWNERS,
    kinds={"python", "excel"},
    description="The tables of the pages, and those behind them, as an Excel file.",
)
def workbook(bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration.report.workbook import NAME, write_workbook

    settings = bellwether.settings
    if not settings.pages:
        return dg.MaterializeResult(metadata=LEFT_OUT)
    report("step", "workbook written")
    written = write_workbook(
        _published(settings), settings.reports / NAME, progress=lambda sheet: report("table", sheet)
    )
    return dg.MaterializeResult(
        metadata={
            "workbook": dg.MetadataValue.path(written.path),
            "sheets": len(written.sheets),
            "rows": sum(rows for _, rows in written.sheets),
            "megabytes": round(written.n_bytes / 1e6, 1),
        }
    )


@dg.asset(
    key=["report", "notes_to_senders"],
    deps=[PUBLICATION],
    group_name="report",
    owners=OWNERS,
    kinds={"python", "html"},
    description="A note for each submission: what was accepted, what must change, what should be looked at.",
)
def notes_to_senders(bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration.feedback import write_notes

    settings = bellwether.settings
    report("step", "notes to senders written")
    written = write_notes(_published(settings), settings.reports)
    return dg.MaterializeResult(
        metadata={"index": dg.MetadataValue.path(written.index), "notes": written.n_notes, "rewritten": written.n_new}
    )


@dg.asset(
    key=["report", "alerts"],
    deps=[site, notes_to_senders],
    group_name="report",
    owners=OWNERS,
    kinds={"python"},
    description="Tells each route what it has not been told yet. A channel that is down never fails the run.",
)
def alerts(context: dg.AssetExecutionContext, bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration.alerts.tell import tell_run

    settings = bellwether.settings
    report("step", "people told")
    try:
        with publish.connect(settings) as connection:
            told = tell_run(settings, connection, day=bellwether.as_of_day)
    except Exception as fault:
        # Whatever it is, the publication is out and stands; what was not told is told by the next run.
        context.log.error(f"Nobody could be told: {fault}")
        report("alerts", str(fault))
        return dg.MaterializeResult(metadata={"fault": str(fault)})
    report("alerts", told)
    return dg.MaterializeResult(
        metadata={
            "written": told.n_written,
            "sent": told.delivered.n_sent,
            "waiting": told.delivered.n_waiting,
            "channels down": ", ".join(told.delivered.down) or "none",
        }
    )
