"""The layers in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from geo.analysis.text_search import ALSO_CALLED
from geo.i18n import Language
from geo.layers.catalogue import Catalogue
from geo.schema.core import SIMPLIFIED

TRANSLATED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "countries": ("name", "capital"),
    **dict.fromkeys(
        ("context", *(layer.name for layer in SIMPLIFIED)),
        ("name",),
    ),
    "cities": (
        *("name", "country", "joined_note", "population_territory", "land_area_territory"),
        *("density_note", "figures_note", "agglomeration_note", "un_city_note"),
    ),
    "city_areas": ("name", "territory", "note"),
    "city_populations": ("territory", "edition", "remark"),
    "indicators": ("name", "unit", "describes", "territory", "limits"),
    "city_indicators": ("unit", "meaning", "several_reason", "note"),
    "projects": ("note",),
    "plans": ("vision", "chief_smart_city_officer_office", "note"),
    "plan_statements": ("statement", "unit"),
    "plan_targets": ("target", "unit", "baseline_unit", "baseline_note"),
    "plan_projects": ("aim", "link_reason"),
    "plan_support": ("request",),
    "promises": ("what", "unit", "link_reason", "word"),
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
"""Columns with texts of our own or names that differ between languages. Titles of documents and
names of projects, programmes and partners are not translated."""


class TranslatedCatalogue(Catalogue):
    """The layers of another catalogue with translated texts.

    Index, ids, values and geometry are those of the other catalogue.
    """

    def __init__(self, source: Catalogue, language: Language) -> None:
        super().__init__(source.files)
        self._source = source
        self._language = language

    @property
    def source(self) -> Catalogue:
        """The other catalogue."""
        return self._source

    @cached_property
    def version(self) -> str:
        """Version of the other catalogue."""
        return self._source.version

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            frame = self._source[name]
            translate = self._language.translations.gettext
            translated = {
                column: frame[column].map(translate, na_action="ignore")
                for column in TRANSLATED_COLUMNS.get(name, ())
            }
            if name == "cities":
                # A search finds a city by its English names in every language.
                translated[ALSO_CALLED] = frame["name"] + " " + frame["country"]
            self._frames[name] = frame.assign(**translated) if translated else frame
        return self._frames[name]
