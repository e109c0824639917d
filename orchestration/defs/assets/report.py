"""What people read, as assets. Calls `report`, which reads the publication and nothing else."""

import dagster as dg

from orchestration import publish
from orchestration.defs.assets.publish import PUBLICATION
from orchestration.defs.resources import OWNERS, Bellwether
from orchestration.runtime.progress import report


@dg.asset(
    key=["report", "findings_page"],
    deps=[PUBLICATION],
    group_name="report",
    owners=OWNERS,
    kinds={"python", "html"},
    description="What the rules found in the current publication, as a page that opens without a network.",
)
def findings_page(bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration.report.findings_page import write_findings_page

    settings = bellwether.settings
    report("step", "findings page written")
    current = publish.current(settings)
    if current is None:
        raise dg.Failure("There is no publication to report on.")
    page = write_findings_page(current.path, settings.reports)
    return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(page)})
