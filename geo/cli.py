"""``python -m geo``: build, validate, export, enrich and fetch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo import export, fetch, layers
from geo.build import build
from geo.enrich import command as enrichment
from geo.errors import GeoError
from geo.export import FORMATS
from geo.export.record import Record
from geo.layers import LAYERS_DIR, SOURCES_DIR, Catalogue
from geo.query import PARAMETERS, Filter
from geo.rows import rows_of
from geo.schema import LAYERS
from geo.validate import problems
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PROJECT_STATUSES

_EXAMPLES = """examples:
  python -m geo build
      build data/layers from data/sources
  python -m geo export cities --country IDN,PHL --focus built-infrastructure -o cities.geojson
      cities of Indonesia and the Philippines with projects in that focus area
  python -m geo export places --near jakarta --within 200 -o places.parquet
      populated places within 200 km of Jakarta
  python -m geo enrich clinics.csv -o clinics.parquet
      join your own places to countries, member cities and agglomerations
  python -m geo validate
      check every table and layer, and that the layers are what the tables build
"""

_FILTER_HELP = {
    "country": f"ISO codes, comma between: {', '.join(MEMBER_STATES)}",
    "focus": f"focus areas of projects: {', '.join(FOCUS_AREAS)}",
    "status": f"states of projects: {', '.join(PROJECT_STATUSES)}",
    "joined": "years of joining, such as 2018..2023",
    "population": "official population, such as 500000..2000000; either end may be left out",
    "growth": "growth of the agglomeration 2000-2018 in %% per year, such as 2..",
    "q": "part of a name of city, country or project",
    "near": "id of a member city; keeps what lies within --within km of it",
    "within": "distance in km for --near (300)",
    "city": "ids of member cities, comma between",
}


def parser() -> argparse.ArgumentParser:
    """The command line of ``python -m geo``."""
    top = argparse.ArgumentParser(
        prog="python -m geo",
        description="Layers of the ASEAN Smart Cities Network, and your own places joined to it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("build", help="build all layers from the source tables")
    command.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")
    command.add_argument("--layers", type=Path, default=LAYERS_DIR, help="where layers go")

    command = commands.add_parser(
        "validate",
        help="check tables and layers, one by one and together, and that layers are up to date",
    )
    command.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")
    command.add_argument("--layers", type=Path, default=LAYERS_DIR, help="layers")

    command = commands.add_parser(
        "export",
        help="write a layer to a file, with the filters of the dashboard",
        description="Write a layer to a file. The filters are those of the dashboard's links.",
    )
    command.add_argument("layer", choices=LAYERS, metavar="LAYER", help=", ".join(LAYERS))
    command.add_argument("-o", "--output", type=Path, required=True, help="file to write")
    command.add_argument(
        "-f", "--format", choices=FORMATS, help="format; from the file's extension unless given"
    )
    command.add_argument("--layers", type=Path, default=LAYERS_DIR, help="layers")
    for name in PARAMETERS:
        command.add_argument(f"--{name}", default="", help=_FILTER_HELP[name])

    enrichment.add_parser(commands)

    command = commands.add_parser("fetch", help="fetch a newer source (needs a network)")
    command.add_argument("what", choices=fetch.FETCHERS, help="which source")
    command.add_argument("--sources", type=Path, default=SOURCES_DIR, help="source tables")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; errors are one sentence on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    try:
        return {
            "build": _build,
            "validate": _validate,
            "export": _export,
            "enrich": enrichment.run,
            "fetch": _fetch,
        }[options.command](options)
    except GeoError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


def _build(options: argparse.Namespace) -> int:
    report = build(options.sources, options.layers, say=lambda line: print(line, flush=True))
    print()
    print(report.written.to_string(index=False))
    for subject, rows in report.notes.items():
        print(f"\n{subject[0].upper()}{subject[1:]}: {len(rows)}")
        with pd.option_context("display.width", 160, "display.max_colwidth", 60):
            print(rows.head(15).to_string(index=False))
        if len(rows) > 15:
            print(f"... all in {options.layers / 'build_report.json'}")
    total = report.written["bytes"].sum()
    print(f"\n{len(report.written)} layers, {total:,} bytes, {report.seconds:.1f} s")
    return 0


def _validate(options: argparse.Namespace) -> int:
    found = list(problems(options.layers, options.sources))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print("1 problem" if len(found) == 1 else f"{len(found)} problems")
    else:
        print(f"{len(LAYERS)} layers and their tables are sound")
    return 1 if found else 0


def _export(options: argparse.Namespace) -> int:
    catalogue = Catalogue(options.layers)
    query = {name: getattr(options, name) for name in PARAMETERS}
    wanted = Filter.from_query(query, catalogue["cities"]["city_id"])
    selection = rows_of(options.layer, wanted, catalogue)
    extension = options.format or options.output.suffix.lstrip(".")
    layer = LAYERS[options.layer]
    record = Record.of(layer, catalogue.info(options.layer), selection.words)
    content = export.encode(selection.rows, layer, extension, record)
    layers.write_bytes(options.output, content)
    print(f"{options.output}: {len(selection.rows):,} rows, {len(content):,} bytes")
    return 0


def _fetch(options: argparse.Namespace) -> int:
    print(fetch.FETCHERS[options.what](options.sources))
    return 0
