"""What must not be in the repository: places of one machine, addresses of package indexes, things left lying about."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Makefile",
    "README.md",
    "data",
    "dbt_project",
    "deploy",
    "docs",
    "expectations",
    "orchestration",
    "pyproject.toml",
    "requirements.txt",
    "tests",
}
# In parts, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    "|".join((r"/" + "work/", r"/" + "root/", r"/" + r"home/\w", r"/" + r"Users/\w", r"[A-Z]:\\" + "Users"))
)
INDEX_ADDRESSES = re.compile(
    "|".join(("--" + "(extra-)?index-url", "--" + "find-links", "pypi" + r"\.org", "files." + "pythonhosted"))
)
LEFT_OVER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
WRITTEN = re.compile(
    r"^data/(landing|archive|raw|quarantine|warehouse|published|reports|\.dagster)/|^data/\.lock$|\.duckdb$|\.log$"
    r"|^dbt_project/(target|logs)/|^\.(venv|git|\w+_cache|hypothesis)/|__pycache__|\.egg-info/|^build/"
)
TEXT = {".py", ".sql", ".yml", ".yaml", ".md", ".toml", ".txt", ".csv", ".html", ".css", ".js", "", ".json"}
LARGEST_KB = 3000


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked or would be; those of the folder itself where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return tuple(path for name in listed.stdout.split("\0") if name and (path := PROJECT / name).is_file())
    # An unpacked archive: everything but what tools and runs write.
    return tuple(path for path in PROJECT.rglob("*") if path.is_file() and not WRITTEN.search(_name(path)))


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def found(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern stands: file, line number, the line's beginning."""
    places = []
    for path in files():
        if path.suffix not in TEXT:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if pattern.search(line):
                places.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:100]}")
    return places


def test_no_path_of_a_machine() -> None:
    assert found(MACHINE_PATHS) == []


def test_no_address_of_a_package_index() -> None:
    assert found(INDEX_ADDRESSES) == []


def test_nothing_is_left_to_be_done_in_the_code() -> None:
    assert [place for place in found(LEFT_OVER) if not place.startswith("data/")] == []


def test_the_top_level_is_what_the_layout_says() -> None:
    assert {path.relative_to(PROJECT).parts[0] for path in files()} <= TOP_LEVEL


def test_nothing_that_runs_write_is_tracked() -> None:
    written = re.compile(
        r"^data/(landing|archive|raw|quarantine|warehouse|published|reports|\.dagster)/|\.duckdb$|\.log$"
    )
    assert [name for path in files() if written.search(name := path.relative_to(PROJECT).as_posix())] == []


def test_no_file_is_too_large_to_review() -> None:
    large = {_name(path): path.stat().st_size // 1024 for path in files()}
    assert {name: size for name, size in large.items() if size > LARGEST_KB} == {}


def test_every_module_says_what_belongs_in_it() -> None:
    import ast

    code = [path for path in files() if path.suffix == ".py" and path.relative_to(PROJECT).parts[0] != "tests"]
    without = [
        _name(path)
        for path in code
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert without == []


def test_every_pinned_package_has_hashes() -> None:
    lock = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(pinned) > 50
    assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []
