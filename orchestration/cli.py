"""The command `bellwether`: parses, calls, prints.

Belongs here: commands, their options and the words people read. Does not belong here: anything that does the work.
What a command needs is imported inside it, so that help and small commands are quick.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from orchestration.commands.output import Table
    from orchestration.settings import Settings

OUR_FAULT = 2
FOUND_SOMETHING = 1
SEVERITIES = ("critical", "warning", "info")

Command = TypeVar("Command", bound=Callable[..., Any])


def main() -> None:
    """Runs the command line: one clear line and exit 2 for every fault, a traceback only with --debug."""
    debug = "--debug" in sys.argv
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as fault:
        fault.show()
        sys.exit(OUR_FAULT)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. What was received is kept; `bellwether run` goes on from there.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stderr.close()
        sys.exit(0)
    except Exception as fault:
        if debug:
            raise
        said = str(fault).strip() or type(fault).__name__
        click.echo(f"Error: {said}", err=True)
        sys.exit(OUR_FAULT)


def common(command: Command) -> Command:
    """The options of every command: --home and --debug. The command gets `settings`."""

    @click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        help="Where landing, publications and the rest lie (default: BELLWETHER_HOME, else data/ of the project).",
    )
    @click.option("--debug", is_flag=True, help="Show the traceback of a fault, and what tools print.")
    @functools.wraps(command)
    def wrapped(*arguments: Any, home: Path | None, debug: bool, **options: Any) -> Any:
        from orchestration.settings import load_settings

        return command(*arguments, settings=load_settings(home), debug=debug, **options)

    return wrapped  # type: ignore[return-value]


def tables(command: Command) -> Command:
    """The options of every command that prints a table: --format and --output."""

    @click.option(
        "--format",
        "format_name",
        type=click.Choice(["text", "json", "csv", "parquet", "xlsx"]),
        default="text",
        show_default=True,
        help="How the table is given.",
    )
    @click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        return command(*arguments, **options)

    return wrapped  # type: ignore[return-value]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="bellwether", prog_name="bellwether")
def cli() -> None:
    """A performance data warehouse for children's social care: returns in, one published file out."""


@cli.command()
@click.option("--month", metavar="YYYY-MM", help="Load the returns of this month again, besides whatever is new.")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="The day that counts as today.")
@click.option("--received-at", metavar="ISO-TIME", help="When the files count as received (to replay a history).")
@click.option(
    "--fail-on",
    type=click.Choice(["critical", "warning"]),
    help="Exit 1 when the publication has findings of this severity or worse.",
)
@click.option("--full", is_flag=True, help="Build everything again from raw, even if nothing is new.")
@click.option("--publication-only", is_flag=True, hidden=True, help="Of what is held: for publications as at a day.")
@common
def run(settings: Settings, debug: bool, fail_on: str | None, **options: Any) -> int:
    """Load what is new and publish.

    Exit 0: the run did its work, whatever it found. 1: it found what --fail-on names. 2: the fault is ours.
    """
    from orchestration.commands import run as running

    as_of = options.pop("as_of")
    result = running.run(settings, as_of=as_of.date() if as_of else None, debug=debug, **options)
    counts = running.finding_counts(settings)
    click.echo(running.summary(settings, result, counts))
    looked_for = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on else ()
    return FOUND_SOMETHING if any(counts.get(severity) for severity in looked_for) else 0


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common
@tables
def check(settings: Settings, debug: bool, files: tuple[Path, ...], format_name: str, output: Path | None) -> int:
    """Check each FILE without loading it.

    Says what a run would make of it, and what its sender should do.

    Exit 1 when a file would be refused.
    """
    from orchestration import intake

    outcomes = [intake.check_file(path, settings) for path in files]
    if format_name == "text" and output is None:
        for path, one in zip(files, outcomes, strict=True):
            click.echo(_told_outcome(path, one))
    else:
        from orchestration.commands.output import Table

        columns = ["file", "return_name", "outcome", "severity", "code", "sheet", "row", "column", "value"]
        columns += ["message", "what_to_do"]
        rows: list[list[Any]] = []
        for path, one in zip(files, outcomes, strict=True):
            known = [path.name, one.return_name, one.outcome]
            rows += [
                [*known, p.severity, p.code, p.sheet, p.row, p.column, p.value, p.message, p.what_to_do]
                for p in one.problems
            ]
            if not one.problems:
                rows.append([*known, *[None] * 8])
        _give(Table(columns, rows), format_name, output)
    return FOUND_SOMETHING if any(not one.loaded for one in outcomes) else 0


@cli.command()
@click.argument("query", required=False)
@click.option(
    "--restricted",
    "authority",
    metavar="AUTHORITY",
    help="Query the restricted publication of this authority (code or name): rows of its children, nothing hidden.",
)
@common
@tables
def sql(
    settings: Settings, debug: bool, query: str | None, authority: str | None, format_name: str, output: Path | None
) -> None:
    """Query the current publication.

    Runs QUERY, read-only; without one, asks for them one after another. Examples:

        bellwether sql "from marts.mart_indicator_monthly limit 10"

        bellwether sql --restricted E10000011 "from restricted.visit_overdue"
    """
    from orchestration import publish

    if authority is None:
        opened = publish.connect(settings)
    else:
        opened = publish.connect_restricted(settings, _authority_code(settings, authority))
    with opened as connection:
        if query is not None:
            _give(_queried(connection, query), format_name, output)
            return
        _converse(connection, format_name)


@cli.command()
@click.argument("identifiers", nargs=-1, required=True, metavar="ID...")
@click.option("--authority", required=True, help="Whose identifiers these are: code or name.")
@click.option(
    "--kind",
    type=click.Choice(["child", "worker", "personal_adviser", "adopter", "family"]),
    default="child",
    show_default=True,
    help="What they identify.",
)
@common
@tables
def pseudonym(
    settings: Settings,
    debug: bool,
    identifiers: tuple[str, ...],
    authority: str,
    kind: str,
    format_name: str,
    output: Path | None,
) -> None:
    """Give the keys that stand for an authority's own identifiers.

    The warehouse holds no identifier of a child and no name of a worker, only keys made with the secret of this
    deployment. With it a council finds its own child in its restricted publication. Example:

        bellwether pseudonym --authority E10000011 100234 100235
    """
    from orchestration.commands.output import Table
    from orchestration.intake.children.pseudonyms import SecretUnusable, pseudonyms, read_secret

    code = _authority_code(settings, authority)
    if not settings.child_key.exists():
        raise click.ClickException("There are no keys yet: no child-level list has been loaded.")
    try:
        key_of = pseudonyms(read_secret(settings.child_key, make=False))
    except SecretUnusable as error:
        raise click.ClickException(str(error)) from error
    rows = [[one, key_of(code, kind, one)] for one in identifiers]
    _give(Table([kind, f"{kind}_key"], rows), format_name, output)


@cli.command()
@click.argument("indicator")
@click.argument("authority")
@click.argument("period")
@click.option("--breakdown", metavar="DIMENSION[=VALUE]", help="A part instead of the whole, such as age=under_1.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common
def explain(
    settings: Settings,
    debug: bool,
    indicator: str,
    authority: str,
    period: str,
    breakdown: str | None,
    format_name: str,
) -> None:
    """Where a figure comes from, to its cell.

    Its parts, definition, submission, cell, earlier versions and findings.

    INDICATOR and AUTHORITY by code or name. PERIOD: a month 2017-01, a day 2017-01-31, a financial year 2016/17, or a
    quarter of the financial year 2016-Q3 (October to December 2016).
    """
    from orchestration import publish
    from orchestration.commands import explain as explaining
    from orchestration.explain import explain as explain_figures

    with publish.connect(settings) as connection:
        found = explain_figures(connection, indicator, authority, period, breakdown=breakdown)
    click.echo(explaining.as_json(found) if format_name == "json" else explaining.as_text(found), nl=False)


@cli.command("statements")
@click.argument("indicator")
@click.argument("authority")
@click.argument("month", required=False)
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common
def statements_command(
    settings: Settings, debug: bool, indicator: str, authority: str, month: str | None, format_name: str
) -> None:
    """Say what a figure says, in sentences a report can carry.

    Change, target, streaks, highest and lowest, trend or noise, year to date, outturn, comparisons; each with the
    figures it stands on (--format json).

    INDICATOR and AUTHORITY by code or name, MONTH as 2017-01 (default: the last one with a figure). Example:

        bellwether statements rereferrals_pct Surrey 2017-01
    """
    from orchestration import publish
    from orchestration.commands import statements as saying

    with publish.connect(settings) as connection:
        series, written = saying.said(connection, indicator, authority, month)
    shown = saying.statements_json if format_name == "json" else saying.statements_text
    click.echo(shown(series, written), nl=False)


@cli.command("check-text")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--authority", help="Whose figures the text is about: code or name.")
@click.option("--indicator", help="What the text is about where it does not say so: code or name.")
@click.option("--month", metavar="YYYY-MM", help="The month it is about where it does not say so.")
@click.option("--loaded", is_flag=True, help="Check the commentary that councils sent, instead of a file.")
@click.option("--all", "everything", is_flag=True, help="Also show the sentences that claim nothing.")
@click.option("--fail-on", type=click.Choice(["contradicted"]), help="Exit 1 when a sentence is contradicted.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common
def check_text(
    settings: Settings,
    debug: bool,
    file: Path | None,
    authority: str | None,
    indicator: str | None,
    month: str | None,
    loaded: bool,
    everything: bool,
    fail_on: str | None,
    format_name: str,
) -> int:
    """Hold a text against the stored figures.

    Each sentence of FILE (- or nothing: standard input) that says something about a figure agrees, is contradicted, or
    cannot be checked, with the reason and the stored figure. Examples:

        bellwether check-text report.txt --authority Surrey --month 2017-01

        echo "Re-referral rate rose in January." | bellwether check-text --authority Surrey --month 2017-01
    """
    from orchestration import publish
    from orchestration.commands import statements as saying

    if loaded and file is not None:
        raise click.ClickException("Give a FILE or --loaded, not both.")
    if not loaded and authority is None:
        raise click.ClickException("Say whose figures the text is about: --authority Surrey.")
    text = "" if loaded else saying.read_text(None if file is None or str(file) == "-" else file)
    with publish.connect(settings) as connection:
        if loaded:
            found = saying.checked_commentary(connection, authority, indicator, month)
            checked = [one for _, sentences in found for one in sentences]
            if format_name == "json":
                click.echo(saying.commentary_json(found), nl=False)
            for comment, sentences in found if format_name == "text" else ():
                click.echo(f"{comment['authority']}, {comment['indicator_label']}, {comment['period_start']:%Y-%m}")
                click.echo(saying.checked_lines(sentences, everything=True))
        else:
            checked = saying.checked_text(connection, text, str(authority), indicator, month)
            shown = (
                saying.checked_json(checked)
                if format_name == "json"
                else saying.checked_lines(checked, everything=everything)
            )
            click.echo(shown, nl=False)
    if format_name == "text":
        click.echo(saying.counted_line(checked), nl=False)
    contradicted = any(one.verdict == "contradicted" for one in checked)
    return FOUND_SOMETHING if fail_on and contradicted else 0


@cli.command()
@click.option("--authority", help="Code or name.")
@click.option("--indicator", help="Code or name.")
@click.option("--severity", type=click.Choice(SEVERITIES))
@click.option("--rule", help="Id of a rule, or its beginning.")
@click.option("--all", "with_resolved", is_flag=True, help="Also those that ended when their figure was replaced.")
@common
@tables
def findings(
    settings: Settings,
    debug: bool,
    format_name: str,
    output: Path | None,
    with_resolved: bool,
    **filters: str | None,
) -> None:
    """What the rules found and what still stands."""
    from orchestration import publish
    from orchestration.explain import find_authority, find_indicator

    with publish.connect(settings) as connection:
        wanted: dict[str, str] = {}
        if filters["authority"]:
            wanted["authority_code"] = find_authority(connection, filters["authority"])["authority_code"]
        if filters["indicator"]:
            wanted["indicator_code"] = find_indicator(connection, filters["indicator"])["indicator_code"]
        if filters["severity"]:
            wanted["severity"] = filters["severity"]
        conditions = [f"found.{name} = ${name}" for name in wanted]
        if not with_resolved:
            conditions.append("found.status <> 'resolved'")
        if filters["rule"]:
            wanted["rule"] = filters["rule"]
            conditions.append("starts_with(found.rule_id, $rule)")
        result = connection.execute(
            f"""
            select
                found.severity, found.rule_id, coalesce(names.name, found.authority_code) as authority,
                found.indicator_code, found.period_start, found.message, found.source_ref, found.submission_id,
                found.status, found.finding_id, found.incident_id
            from quality.finding as found
            left join (select authority_code, any_value(name) as name from marts.dim_authority group by all) as names
                on found.authority_code = names.authority_code
            {"where " + " and ".join(conditions) if conditions else ""}
            order by
                case found.severity when 'critical' then 0 when 'warning' then 1 else 2 end, found.rule_id, authority,
                found.period_start, found.message
            """,
            wanted,
        )
        _give(_as_table(result), format_name, output)


@cli.command()
@click.argument("incident_id", required=False, metavar="[ID]")
@click.option("--authority", help="Code or name.")
@click.option("--theme", help="Theme of indicators, such as front_door.")
@click.option("--severity", type=click.Choice(SEVERITIES))
@click.option("--open", "only_open", is_flag=True, help="Without those that are acknowledged.")
@click.option("--all", "with_resolved", is_flag=True, help="Also those that are resolved.")
@common
@tables
def incidents(settings: Settings, debug: bool, format_name: str, output: Path | None, **asked: Any) -> None:
    """What is wrong, most important first: findings with one cause are one incident.

    Without ID the list; with the ID of an incident or finding (or its beginning) one incident with its findings, their
    cells and its history. Examples:

        bellwether incidents --authority Surrey

        bellwether incidents 4ca8c3a89d96
    """
    from orchestration import publish
    from orchestration.commands import incidents as showing
    from orchestration.explain import find_authority

    with publish.connect(settings) as connection:
        if asked["incident_id"]:
            found = showing.one(connection, asked["incident_id"])
            if found is None:
                named = asked["incident_id"]
                raise click.ClickException(
                    f"There is no incident or finding {named!r}, or several; `bellwether incidents --all` lists them."
                )
            if format_name == "text" and output is None:
                click.echo(showing.as_text(found), nl=False)
            else:
                _give(showing.as_table(found), format_name, output)
            return
        code = find_authority(connection, asked["authority"])["authority_code"] if asked["authority"] else None
        table = showing.listed(
            connection,
            authority_code=code,
            theme=asked["theme"],
            severity=asked["severity"],
            only_open=asked["only_open"],
            with_resolved=asked["with_resolved"],
        )
        _give(table, format_name, output)


@cli.command()
@click.argument("target", metavar="INCIDENT|FINDING")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it need not be told.")
@click.option("--reason", help="Why it stands, for whoever reads it later.")
@click.option("--by", required=True, help="Who says so.")
@click.option("--withdraw", "withdrawing", is_flag=True, help="End an acknowledgement before its day.")
@click.option(
    "--as-of",
    "as_of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that counts as today (default: of the last run).",
)
@common
def ack(settings: Settings, debug: bool, target: str, withdrawing: bool, by: str, **given: Any) -> None:
    """Acknowledge an incident or a finding: it is known and being dealt with.

    It covers the findings that are open now; what joins the incident later is told. It ends on its day, or when the
    finding is resolved, and is kept for ever in the history. Examples:

        bellwether ack 4ca8c3a89d96 --until 2026-12-31 --reason "supplier mends the export" --by "A. Analyst"

        bellwether ack 4ca8c3a89d96 --withdraw --by "A. Analyst"
    """
    from datetime import UTC, date, datetime

    from orchestration import publish
    from orchestration.incidents import AcknowledgementError, acknowledge, withdraw

    now = datetime.now(UTC)
    current = publish.current(settings)
    if current is None:
        raise click.ClickException("There is no publication yet. `bellwether run` makes the first one.")
    # What is acknowledged is what the last run showed: its day counts, also where a history is replayed.
    on = given["as_of"].date() if given["as_of"] else date.fromisoformat(current.as_of)
    if not withdrawing and (given["until"] is None or not given["reason"]):
        raise click.ClickException("Say until when and why: --until DATE --reason TEXT.")
    try:
        with publish.connect(settings) as connection:
            if withdrawing:
                done = withdraw(settings, connection, target, by=by, reason=given["reason"] or "", on=on, at=now)
            else:
                done = acknowledge(
                    settings,
                    connection,
                    target,
                    until=given["until"].date(),
                    reason=given["reason"],
                    by=by,
                    on=on,
                    at=now,
                )
    except AcknowledgementError as error:
        raise click.ClickException(str(error)) from error
    count = f"{len(done.finding_ids)} finding{'s' if len(done.finding_ids) != 1 else ''}"
    told = "Withdrawn for" if withdrawing else f"Acknowledged until {done.until:%d %B %Y}:"
    click.echo(f"{told} {count}. `bellwether run` publishes it.")


@cli.group()
def alerts() -> None:
    """Who is told what: routes, channels and waiting messages."""


@alerts.command("check")
@common
def alerts_check(settings: Settings, debug: bool) -> int:
    """Check alerts.yml and say what each route would be told now. Exit 1 when something is missing."""
    from orchestration.commands import alerts as telling

    lines, is_sound = telling.checked(settings)
    click.echo("\n".join(lines))
    return 0 if is_sound else FOUND_SOMETHING


@alerts.command("send-test")
@click.argument("route", required=False)
@common
def alerts_send_test(settings: Settings, debug: bool, route: str | None) -> int:
    """Send a trial message to ROUTE, or to all. Exit 1 when one was not taken."""
    from orchestration.commands import alerts as telling

    lines, is_sound = telling.sent_trial(settings, route)
    click.echo("\n".join(lines))
    return 0 if is_sound else FOUND_SOMETHING


@alerts.command("outbox")
@click.option("--sent", "with_sent", is_flag=True, help="Also what was taken.")
@common
@tables
def alerts_outbox(settings: Settings, debug: bool, with_sent: bool, format_name: str, output: Path | None) -> None:
    """Messages that wait, how often they were tried and what the channel said."""
    from orchestration.commands import alerts as telling

    _give(telling.outbox_table(settings, with_sent=with_sent), format_name, output)


@alerts.command("deliver")
@common
def alerts_deliver(settings: Settings, debug: bool) -> int:
    """Try at once what waits. Exit 1 when something still does."""
    from orchestration.alerts import load_config
    from orchestration.alerts.deliver import deliver

    done = deliver(settings, load_config(settings.alerts_config))
    down = f"; no answer from: {', '.join(done.down)}" if done.down else ""
    click.echo(f"{done.n_sent} sent, {done.n_waiting} waiting{down}.")
    return FOUND_SOMETHING if done.n_waiting else 0


@cli.command()
@click.argument("submission", metavar="SUBMISSION|FILE")
@click.option("--format", "format_name", type=click.Choice(["text", "html"]), default="text", show_default=True)
@common
def note(settings: Settings, debug: bool, submission: str, format_name: str) -> None:
    """The note to the sender of a submission, by its reference or file name.

    What was accepted, what must change and what should be looked at. Example:

        bellwether note mash_contacts_2017-01.xlsx
    """
    from orchestration import publish
    from orchestration.feedback.notes import html_of, read_notes, text_of

    current = publish.current(settings)
    if current is None:
        raise click.ClickException("There is no publication yet. `bellwether run` makes the first one.")
    found = read_notes(current.path, submission)
    if not found:
        raise click.ClickException(
            f'No submission is called {submission!r}; `bellwether sql "from quality.submission"` lists them.'
        )
    # Of several files of one name the newest is meant.
    click.echo((html_of if format_name == "html" else text_of)(found[0]), nl=False)


@cli.command()
@click.option("--path", "only_path", is_flag=True, help="Print the path of the current publication, for scripts.")
@common
@tables
def publications(settings: Settings, debug: bool, only_path: bool, format_name: str, output: Path | None) -> None:
    """The publications on disk, oldest first."""
    from orchestration import publish
    from orchestration.commands.output import Table

    if only_path:
        current = publish.current(settings)
        if current is None:
            raise click.ClickException("There is no publication yet. `bellwether run` makes the first one.")
        click.echo(current.path)
        return
    columns = ["current", "publication_id", "published_at", "as_of", "data_as_at", "n_tables", "n_rows", "code_version"]
    rows = [
        ["*" if one.is_current else "", *(getattr(one, name) for name in columns[1:])]
        for one in publish.publications(settings)
    ]
    _give(Table(columns, rows), format_name, output)


@cli.command()
@click.argument("publication_id", required=False)
@common
def rollback(settings: Settings, debug: bool, publication_id: str | None) -> None:
    """Point readers to an earlier publication.

    To PUBLICATION_ID, or to the one before the current one. Only the pointer moves: raw data and the publications stay.
    The next run publishes anew.
    """
    from orchestration import publish

    chosen = publish.rollback(settings, publication_id)
    click.echo(f"Readers now get {chosen.publication_id}, made {chosen.published_at}.")


@cli.group()
def registry() -> None:
    """Check and compile data/registry."""


@registry.command("check")
@common
@tables
def registry_check(settings: Settings, debug: bool, format_name: str, output: Path | None) -> int:
    """Finds gaps, overlaps and dangling names in data/registry. Exit 1 when there are any."""
    from orchestration import registry as registry_library
    from orchestration.commands.output import Table

    problems = registry_library.check(registry_library.load_registry(settings.project))
    if not problems and format_name == "text" and output is None:
        click.echo("The registry is sound.")
        return 0
    rows = [[one.code, one.where, one.message, one.what_to_do] for one in problems]
    _give(Table(["code", "where", "message", "what_to_do"], rows), format_name, output)
    return FOUND_SOMETHING if problems else 0


@registry.command("compile")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a compiled file is stale.")
@common
def registry_compile(settings: Settings, debug: bool, only_check: bool) -> int:
    """Writes the dbt seeds and docs that the registry gives."""
    from orchestration import registry as registry_library

    loaded = registry_library.load_registry(settings.project)
    if only_check:
        stale = registry_library.stale_files(loaded, settings.project)
        for path in stale:
            click.echo(f"stale: {path.relative_to(settings.project)}", err=True)
        click.echo("Run `bellwether registry compile`." if stale else "The compiled files are current.")
        return FOUND_SOMETHING if stale else 0
    written = registry_library.write_compiled(loaded, settings.project)
    for path in written:
        click.echo(f"wrote {path.relative_to(settings.project)}")
    click.echo(f"{len(written)} files changed." if written else "The compiled files were current.")
    return 0


@cli.command()
@click.option(
    "--authority", "authorities", multiple=True, help="Only of this one, by code or name; may be given again."
)
@click.option("--month", metavar="YYYY-MM", help="The month of the monthly pages (default: each authority's newest).")
@click.option("--as-at", "as_at", type=click.DateTime(["%Y-%m-%d"]), help="As known at the end of this day.")
@click.option("--pack", type=click.Choice(["monthly", "quarterly"]), help="Make a pack: frozen, with a record.")
@click.option("--remake", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Make this pack again.")
@click.option("--replace", is_flag=True, help="Put a pack that differs in place of the one that is there.")
@click.option("--packs", "list_packs", is_flag=True, help="List the packs and whether their files are as they were.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write below this folder.")
@common
@tables
def report(
    settings: Settings,
    debug: bool,
    format_name: str,
    output: Path | None,
    as_at: Any,
    pack: Any,
    remake: Path | None,
    replace: bool,
    list_packs: bool,
    **asked: Any,
) -> int:
    """Write the site and the workbook, or a pack for a meeting.

    Of the current publication, everything, unless told otherwise; only what changed is written again. A pack is as
    known on a day (default: today) and can be made again later: exit 1 when it is not the same as the one there.
    Examples:

        bellwether report

        bellwether report --pack monthly --authority Surrey --as-at 2017-03-01

        bellwether report --remake data/reports/packs/NAME
    """
    from orchestration.commands import report as reporting

    day = as_at.date() if as_at else None
    if list_packs:
        _give(reporting.pack_states(asked["out"] or settings.packs), format_name, output)
        return 0
    if remake is not None:
        if pack or day or any(asked.values()):
            raise click.ClickException("A pack that is made again says itself what it is of: give --remake alone.")
        told = reporting.remake_pack(settings, remake, replace=replace, debug=debug)
    elif pack:
        told = reporting.write_packs(settings, pack, as_at=day, replace=replace, debug=debug, **asked)
    else:
        told = reporting.write_report(settings, as_at=day, debug=debug, **asked)
    if format_name == "text" and output is None:
        click.echo("\n".join(told.lines))
    else:
        _give(told.table, format_name, output)
    return FOUND_SOMETHING if told.differs else 0


@cli.command()
@click.option("--port", default=3000, show_default=True, help="Port on this machine.")
@common
def dev(settings: Settings, debug: bool, port: int) -> int:
    """Open Dagster's UI on this machine.

    It has no login: to share it, put a proxy with one before it.
    """
    from orchestration.commands import dev as developing

    return developing.serve(settings, port)


@cli.command()
@common
@tables
def doctor(settings: Settings, debug: bool, format_name: str, output: Path | None) -> int:
    """Look for what may be wrong here.

    Says what to do about each. Exit 2 when something is wrong.
    """
    from orchestration.commands.output import Table
    from orchestration.doctor import examine

    examined = examine(settings)
    if format_name == "text" and output is None:
        for one in examined:
            click.echo(f"{one.state:5}  {one.what}: {one.said}")
            if one.what_to_do:
                click.echo(f"       {one.what_to_do}")
    else:
        rows = [[one.state, one.what, one.said, one.what_to_do] for one in examined]
        _give(Table(["state", "what", "said", "what_to_do"], rows), format_name, output)
    return OUR_FAULT if any(one.state == "wrong" for one in examined) else 0


def _authority_code(settings: Settings, authority: str) -> str:
    """The code of an authority given by code or name."""
    from orchestration import publish
    from orchestration.explain import find_authority

    with publish.connect(settings) as connection:
        return str(find_authority(connection, authority)["authority_code"])


def _give(table: Table, format_name: str, output: Path | None) -> None:
    from orchestration.commands.output import write_table

    write_table(table, format_name, output)
    if output is not None:
        click.echo(f"{len(table.rows):,} rows in {output}", err=True)


def _queried(connection: Any, query: str) -> Table:
    return _as_table(connection.execute(query))


def _as_table(result: Any) -> Table:
    from orchestration.commands.output import Table

    return Table([column[0] for column in result.description or []], result.fetchall())


def _converse(connection: Any, format_name: str) -> None:
    """A simple conversation in SQL: a query ends with a semicolon, the end of input ends it."""
    import contextlib

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (gives the prompt a history)
    from orchestration.commands.output import render

    interactive = sys.stdin.isatty()
    if interactive:
        click.echo("End a query with ;   `show all tables;` lists what there is.   Ctrl-D ends.")
    pending = ""
    while True:
        try:
            line = input(("   ...> " if pending else "bellwether> ") if interactive else "")
        except EOFError:
            break
        pending += line + "\n"
        if not line.rstrip().endswith(";"):
            continue
        query, pending = pending, ""
        try:
            click.echo(render(_queried(connection, query), format_name).decode(), nl=False)
        except Exception as fault:
            if not interactive:
                raise
            click.echo(f"Error: {fault}", err=True)
    if pending.strip():
        click.echo(render(_queried(connection, pending), format_name).decode(), nl=False)


def _told_outcome(path: Path, outcome: Any) -> str:
    lines = [f"{path.name}: {outcome.outcome.replace('_', ' ')} ({outcome.return_name}, {outcome.rows_loaded:,} rows)"]
    for problem in outcome.problems:
        place = problem.place()
        lines.append(f"  {problem.severity}: {place + ': ' if place else ''}{problem.message}")
        lines.append(f"    {problem.what_to_do}")
    lines += [f"  {note}" for note in outcome.notes]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
