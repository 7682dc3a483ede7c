"""The layers in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from geo.analysis.text_search import ALSO_CALLED
from geo.i18n import Language
from geo.layers.catalogue import Catalogue

TEXTS: Mapping[str, tuple[str, ...]] = {
    "countries": ("name", "capital"),
    "context": ("name",),
    "cities": (
        *("name", "country", "joined_note", "population_territory", "land_area_territory"),
        *("density_note", "figures_note", "agglomeration_note", "un_city_note"),
    ),
    "city_populations": ("territory", "edition", "remark"),
    "projects": ("note",),
    "plans": ("vision", "chief_smart_city_officer_office", "note"),
    "plan_statements": ("statement", "unit"),
    "plan_targets": ("target", "unit", "baseline_unit", "baseline_note"),
    "plan_projects": ("aim", "link_reason"),
    "plan_support": ("request",),
    "project_details": ("objective", "progress", "partners", "challenges"),
    "project_figures": ("quantity", "unit"),
    "framework": ("name", "definition"),
    "documents": ("adopted_by", "binds"),
    "declarations": ("summit", "place", "says"),
    "governance": ("holder", "detail"),
    "reports": ("note",),
    "project_renames": ("reason",),
    "report_recommendations": ("recommendation", "addressed_to"),
    "partners": ("what",),
    "members": ("national_body", "role"),
    "urbanisation_claims": ("claim", "unit", "base_note"),
    "not_found": ("subject", "question", "where_looked"),
}
"""Columns whose text is our own words or a name that languages write differently. Titles of
documents and names of projects, programmes and partners stay as their owners write them."""


class SpokenCatalogue(Catalogue):
    """The layers of another catalogue with their texts in one language.

    Index, ids, figures and geometry are those of the other catalogue; the files stay as they are.
    """

    def __init__(self, origin: Catalogue, language: Language) -> None:
        super().__init__(origin.files)
        self._origin = origin
        self._language = language

    @cached_property
    def version(self) -> str:
        """That of the other catalogue."""
        return self._origin.version

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            frame = self._origin[name]
            say = self._language.translations.gettext
            spoken = {
                column: frame[column].map(say, na_action="ignore") for column in TEXTS.get(name, ())
            }
            if name == "cities":
                # A search finds a city by its English names in every language.
                spoken[ALSO_CALLED] = frame["name"] + " " + frame["country"]
            self._frames[name] = frame.assign(**spoken) if spoken else frame
        return self._frames[name]
