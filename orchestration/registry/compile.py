"""Turns the registry into the files that others read: dbt seeds, their properties, and docs/indicators.md.

Belongs here: text from entries, writing it, and telling whether what is on disk is current. Does not belong here: what
the tables hold (`seeds`). The same registry gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.registry.seeds import SEEDS, Seed, cell_text

if TYPE_CHECKING:
    from orchestration.registry.models import Indicator, IndicatorVersion, Registry

SEED_FOLDER = Path("dbt_project/seeds")
PROPERTIES = SEED_FOLDER / "_registry__seeds.yml"
DOCS_BLOCKS = SEED_FOLDER / "_registry__docs.md"
GUIDE = Path("docs/indicators.md")
MADE_BY = "Compiled from data/registry by `bellwether registry compile`; change that, not this file."


def seed_text(seed: Seed, registry: Registry) -> str:
    """The CSV text of one seed."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name for column in seed.columns])
    for row in seed.rows(registry):
        writer.writerow([cell_text(cell) for cell in row])
    return stream.getvalue()


def quoted(text: str) -> str:
    """Text as a YAML double-quoted scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def properties_text() -> str:
    """dbt's properties of the seeds: column types (an empty column has no type of its own) and documentation."""
    lines = [f"# {MADE_BY}", "version: 2", "", "seeds:"]
    for seed in SEEDS:
        lines += [f"  - name: {seed.name}", f"    description: {quoted(seed.description)}", "    config:"]
        lines += ["      column_types:"]
        lines += [f"        {column.name}: {column.type}" for column in seed.columns]
        lines += ["    columns:"]
        for column in seed.columns:
            lines += [f"      - name: {column.name}", f"        description: {quoted(column.description)}"]
    return "\n".join(lines) + "\n"


def docs_blocks_text(registry: Registry) -> str:
    """One dbt docs block a vocabulary, for `doc('registry_<vocabulary>')` in column descriptions."""
    lines = [f"<!-- {MADE_BY} -->"]
    for name in sorted({term.vocabulary for term in registry.vocabulary}):
        lines += ["", f"{{% docs registry_{name} %}}", ""]
        lines += [f"- `{term.code}`: {term.description}" for term in registry.vocabulary if term.vocabulary == name]
        lines += ["", "{% enddocs %}"]
    return "\n".join(lines) + "\n"


def wrapped(text: str, indent: str = "") -> list[str]:
    """Paragraph text at a width that reads well in a diff."""
    return textwrap.wrap(
        text, width=118, initial_indent=indent, subsequent_indent=" " * len(indent), break_long_words=False
    )


def version_text(version: IndicatorVersion, authorities: dict[str, str]) -> list[str]:
    """One version as a list item."""
    since = f"from {version.valid_from}" if version.valid_from else "from the beginning"
    until = f" to {version.valid_to}" if version.valid_to else ""
    who = f"{authorities.get(version.authority_code, version.authority_code)}, " if version.authority_code else ""
    breaks = "" if version.comparable_with_previous else " **Breaks the series.**"
    change = f" {version.change_note}" if version.change_note else ""
    return wrapped(f"`{version.version}` ({who}{since}{until}): {version.definition}{breaks}{change}", "- ")


def indicator_text(indicator: Indicator, authorities: dict[str, str]) -> list[str]:
    """One indicator as a section of the guide."""
    flags = [
        name
        for name, shown in (
            ("key indicator", indicator.key_indicator),
            ("key focus", indicator.key_focus),
            ("Annex A", indicator.annex_a),
            ("annualised", indicator.annualised),
        )
        if shown
    ]
    lines = [f"### {indicator.name}", "", f"`{indicator.code}`", ""]
    lines += [*wrapped(indicator.description), ""]
    facts = [
        ", ".join(dict.fromkeys((indicator.kind, indicator.unit, indicator.time_basis))),
        f"better: {indicator.polarity}",
        f"decimals: {indicator.decimals}",
        f"comparability: {indicator.comparability}",
        f"lifecycle: {indicator.lifecycle}",
    ]
    if indicator.numerator:
        below = f" / `{indicator.denominator}`" if indicator.denominator else ""
        facts.append(f"built from: `{indicator.numerator}`{below}")
    if flags:
        facts.append("flags: " + ", ".join(flags))
    lines += [*wrapped("; ".join(facts) + "."), ""]
    if indicator.comparability_reason:
        lines += [*wrapped(f"Comparing authorities: {indicator.comparability_reason}"), ""]
    if indicator.same_across_sources:
        lines += [*wrapped(f"Councils and national tables in one series: {indicator.same_across_sources}"), ""]
    if indicator.why:
        lines += [*wrapped(f"Curation: {indicator.why}"), ""]
    for former in indicator.also_known_as:
        lines += [*wrapped(f"Also known as `{former.code}`: {former.why}"), ""]
    if len(indicator.versions) > 1 or indicator.versions[0].definition != indicator.description:
        for version in indicator.versions:
            lines += version_text(version, authorities)
        lines += [""]
    return lines


def guide_text(registry: Registry) -> str:
    """docs/indicators.md: every indicator and its versions, theme by theme."""
    labels = {term.code: term.label for term in registry.vocabulary if term.vocabulary == "theme"}
    authorities = {authority.authority_code: authority.name for authority in registry.authorities}
    themes = list(dict.fromkeys(indicator.theme for indicator in registry.indicators))
    themes.sort(key=lambda theme: list(labels).index(theme) if theme in labels else len(labels))
    lines = ["# Indicators", "", f"<!-- {MADE_BY} -->", ""]
    lines += wrapped(
        f"{len(registry.indicators)} indicators. A code is never re-used; a definition changes by a new dated version. "
        "An authority's own version goes before the general one on the days it covers."
    )
    lines += [""]
    for theme in themes:
        members = [indicator for indicator in registry.indicators if indicator.theme == theme]
        lines += [f"## {labels.get(theme, theme)}", ""]
        for indicator in members:
            lines += indicator_text(indicator, authorities)
    return "\n".join(lines).rstrip() + "\n"


def compile_files(registry: Registry, project: Path) -> dict[Path, str]:
    """Every compiled file's text by absolute path."""
    files = {project / SEED_FOLDER / f"{seed.name}.csv": seed_text(seed, registry) for seed in SEEDS}
    files[project / PROPERTIES] = properties_text()
    files[project / DOCS_BLOCKS] = docs_blocks_text(registry)
    files[project / GUIDE] = guide_text(registry)
    return files


def leftovers(files: dict[Path, str], project: Path) -> list[Path]:
    """Seeds of an earlier compilation that the registry no longer makes. Only what the properties file on disk names:
    a seed that somebody else put into the folder is not ours to remove."""
    properties = project / PROPERTIES
    if not properties.is_file():
        return []
    named = re.findall(r"^  - name: (\w+)$", properties.read_text(encoding="utf-8"), flags=re.MULTILINE)
    paths = (project / SEED_FOLDER / f"{name}.csv" for name in named)
    return sorted(path for path in paths if path not in files and path.is_file())


def find_stale(registry: Registry, project: Path) -> list[Path]:
    """Files that are missing, differ, or should no longer be there."""
    files = compile_files(registry, project)
    differing = [
        path for path, text in files.items() if not path.is_file() or path.read_bytes() != text.encode("utf-8")
    ]
    return sorted([*differing, *leftovers(files, project)])


def write_files(registry: Registry, project: Path) -> list[Path]:
    """Brings the compiled files up to date."""
    files = compile_files(registry, project)
    stale = find_stale(registry, project)
    for path in stale:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path].encode("utf-8"))
        else:
            path.unlink()
    return stale


def hash_of(registry: Registry) -> str:
    """SHA-256 over the seeds' names and text."""
    digest = hashlib.sha256()
    for seed in SEEDS:
        digest.update(seed.name.encode())
        digest.update(b"\0")
        digest.update(seed_text(seed, registry).encode("utf-8"))
        digest.update(b"\0")
    return digest.hexdigest()
