"""What the latest report changes and what fell due, counted by member state."""

from __future__ import annotations

from dashboard.briefing.document import Table
from geo.analysis import promises
from geo.analysis.layer_rows import names
from geo.analysis.projects import changed_projects, latest_projects
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


def by_country_table(layers: Catalogue) -> Table:
    """Cities, projects, their changes and promises that fell due, one row per member state."""
    cities, projects = layers["cities"], layers["projects"]
    changed = changed_projects(layers["project_reports"])
    country_of = cities.set_index("city_id")["iso3"]
    of_country = changed.assign(iso3=changed["city_id"].map(country_of))
    dated = promises.by_group(layers["promises"], "iso3").set_index("iso3")
    latest = latest_projects(projects)
    counts = (
        cities.groupby("iso3").size(),
        latest.groupby("iso3").size(),
        *(
            of_country[of_country["change"] == change].groupby("iso3").size()
            for change in ("added", "newly_completed", "no_longer_reported")
        ),
        dated["due"],
        dated["done"],
    )
    rows = [
        [name, *(str(int(number.get(iso3, 0))) for number in counts)]
        for iso3, name in names(layers, "countries").items()
    ]
    totals = [str(int(number.sum())) for number in counts]
    heads = (
        *(tr("Country"), tr("Member cities"), tr("Projects"), tr("New"), tr("Newly completed")),
        *(tr("No longer reported"), tr("Promises due"), tr("Reported done")),
    )
    body = [*rows, [tr("All"), *totals]]
    return Table(heads, body, (1.9, *((1,) * len(counts))), range(1, len(counts) + 1))
