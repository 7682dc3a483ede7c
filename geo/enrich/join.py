"""Join places to the layers: country, nearest member city and agglomeration, city area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.analysis.boundaries import Borders, Shapes, areas_km2, polygon_parts
from geo.analysis.city_areas import CityAreas
from geo.analysis.geodesy import nearest_site, whole_metres
from geo.analysis.urbanisation import URBAN_SHARE, latest_values, newest_urban_growth
from geo.enrich.checks import within_budget
from geo.enrich.names import PREFIX
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CRS

MAX_DISTANCE_KM = 5
"""Maximum distance outside the member states at which a place is assigned to the nearest one."""

MAX_CUT_CROSSINGS = 300_000
"""Budget of border crossings for cutting the polygons of one part of a file along borders, those
with the fewest first: a few seconds."""

UNCUT = "uncut"
"""Key in ``attrs`` of a joined table: positions of polygons that were not cut."""

_CITY = {
    "city_id": "ascn_city_id",
    "name": "ascn_city",
    "iso3": "ascn_city_iso3",
    "projects": "ascn_city_projects",
    "projects_ongoing_or_planning": "ascn_city_projects_ongoing_or_planning",
    "projects_completed": "ascn_city_projects_completed",
    "projects_no_longer_reported": "ascn_city_projects_no_longer_reported",
}
_AGGLOMERATION = {
    "city_code": "ascn_agglomeration_code",
    "name": "ascn_agglomeration",
    "iso3": "ascn_agglomeration_iso3",
    "agglomeration_population_2018": "ascn_agglomeration_population_2018",
}


@dataclass(frozen=True, eq=False)
class PlaceJoiner:
    """The layers that places are joined to.

    Attributes
    ----------
    countries
        ``iso3``, ``name``, ``boundary_area_km2``, boundary at full detail; by ``iso3``.
    neighbours
        Boundaries at full detail of non-member countries, with their name as ``iso3``.
    cities, agglomerations
        Points with the columns to join.
    areas
        Layer ``city_areas``.
    figures
        ``urban_share``, ``urban_share_year``, ``urban_growth``, ``urban_growth_year`` by ``iso3``.
    """

    countries: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame
    cities: gpd.GeoDataFrame
    agglomerations: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    figures: pd.DataFrame

    @classmethod
    def from_catalogue(cls, layers: Catalogue) -> PlaceJoiner:
        """The layers of a catalogue.

        Raises
        ------
        LayerError
            If a layer is missing or damaged.
        """
        countries = layers.geo("countries").sort_values("iso3", ignore_index=True)
        neighbours = layers.geo("context").rename(columns={"iso3": "code", "name": "iso3"})
        share = latest_values(layers["country_years"], URBAN_SHARE)
        growth = newest_urban_growth(layers["country_years"])
        figures = pd.DataFrame(
            {
                "urban_share": share["value"].round(2),
                "urban_share_year": share["year"].astype("Int64"),
                "urban_growth": growth["value"].round(2),
                "urban_growth_year": growth["year"].astype("Int64"),
            }
        )
        return cls(
            countries[["iso3", "name", "boundary_area_km2", "geometry"]],
            neighbours[["iso3", "geometry"]],
            layers.geo("cities")[[*_CITY, "geometry"]],
            layers.geo("agglomerations")[[*_AGGLOMERATION, "geometry"]],
            layers.geo("city_areas"),
            figures.reset_index(),
        )

    @cached_property
    def borders(self) -> Borders:
        """Indexed boundaries of the member states."""
        return Borders(self.countries)

    @cached_property
    def around(self) -> Borders:
        """Indexed boundaries of the neighbours."""
        return Borders(self.neighbours)

    @cached_property
    def city_areas(self) -> CityAreas:
        """Indexed areas of the member cities."""
        return CityAreas(self.areas)

    def join(self, places: gpd.GeoDataFrame) -> pd.DataFrame:
        """The columns to add to places.

        Parameters
        ----------
        places
            Valid points or multipolygons in OGC:CRS84.

        Returns
        -------
        pandas.DataFrame
            Index of ``places``; see :func:`geo.enrich.result.added_columns`. Places outside the
            member states have no country and no figures, but a nearest city.
        """
        shapes = places.geometry.to_numpy()
        polygons = bool(len(shapes)) and bool((shapely.get_type_id(shapes) == 6).all())
        point_geometries = shapely.point_on_surface(shapes) if polygons else shapes
        points = gpd.GeoDataFrame(geometry=point_geometries, crs=CRS)
        located = self._located(points)
        iso3, spans = located.pop("ascn_iso3"), pd.DataFrame(index=located.index)
        if polygons:
            spans = self._spans(shapes, iso3)
            iso3 = spans.pop("iso3")
        country = self._country(iso3)
        name = country.pop("ascn_country")
        city = _nearest(points, self.cities, _CITY, "ascn_city_distance_km")
        agglomeration = _nearest(
            points, self.agglomerations, _AGGLOMERATION, "ascn_agglomeration_distance_km"
        )
        named = pd.DataFrame({"ascn_iso3": iso3, "ascn_country": name})
        within = self.city_areas.locate(points).add_prefix(PREFIX)
        joined = [named, located, country, spans, city, agglomeration, within]
        table = pd.concat(joined, axis=1).set_index(places.index)
        table.attrs[UNCUT] = spans.attrs.get(UNCUT, ())
        return table

    def _located(self, points: gpd.GeoDataFrame) -> pd.DataFrame:
        """Country of each point; missing inside a neighbour, even if a member state is near."""
        located = self.borders.locate(points, MAX_DISTANCE_KM)
        outside = np.flatnonzero((located["distance_to_boundary_km"] > 0).to_numpy())
        in_neighbour = self.around.locate(points.iloc[outside], 0)["iso3"].notna().to_numpy()
        located.loc[outside[in_neighbour], ["iso3", "distance_to_boundary_km"]] = [None, np.nan]
        km = whole_metres(located["distance_to_boundary_km"])
        basis = np.select([km == 0, km > 0], ["inside", "nearest"], "")
        return pd.DataFrame(
            {
                "ascn_iso3": located["iso3"],
                "ascn_country_basis": pd.Series(basis, dtype="str").replace("", None),
                "ascn_distance_to_boundary_km": km,
            }
        )

    def _country(self, iso3: pd.Series) -> pd.DataFrame:
        table = self.countries[["iso3", "name"]].merge(self.figures, on="iso3", how="left")
        row = pd.Index(table["iso3"]).get_indexer(iso3)
        renamed = {
            "name": "ascn_country",
            "urban_share": "ascn_urban_share",
            "urban_share_year": "ascn_urban_share_year",
            "urban_growth": "ascn_urban_growth",
            "urban_growth_year": "ascn_urban_growth_year",
        }
        columns = {new: table[old].array.take(row, allow_fill=True) for old, new in renamed.items()}
        return pd.DataFrame(columns)

    def _spans(self, shapes: Shapes, of_point: pd.Series) -> pd.DataFrame:
        """Area of polygons, and the member states that each overlaps.

        The country is the one with the largest part of the polygon or, if it overlaps none, that
        of a point on it.
        """
        area = areas_km2(shapes)
        uncut, cut = self._cut(shapes, area)
        order = cut.sort_values(["row", "km2", "iso3"], ascending=[True, False, True])
        largest = order.drop_duplicates("row").set_index("row").reindex(range(len(shapes)))
        spans = cut.sort_values("iso3").groupby("row")["iso3"].agg(",".join)
        whole = self.countries.set_index("iso3")["boundary_area_km2"]
        iso3 = largest["iso3"].where(largest["iso3"].notna(), of_point).astype("str")
        part = pd.Series(largest["km2"].to_numpy(), dtype=float)
        spans_of = pd.DataFrame(
            {
                "iso3": iso3,
                "ascn_area_km2": area.round(6),
                "ascn_countries": spans.reindex(range(len(shapes))).astype("str"),
                "ascn_percent_in_country": (part / area * 100).clip(upper=100).round(3),
                "ascn_percent_of_country": (part / largest["iso3"].map(whole) * 100).round(6),
            }
        )
        spans_of.attrs[UNCUT] = uncut
        return spans_of

    def _cut(
        self, shapes: Shapes, area: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.intp], pd.DataFrame]:
        """Polygons over the budget :data:`MAX_CUT_CROSSINGS`; and ``row``, ``iso3`` and ``km2`` of
        the part of each other polygon in each member state."""
        borders = self.borders
        row, part = borders.tree.query(shapes, predicate="intersects")
        within = shapely.contains_properly(borders.parts[part], shapes[row])
        km2 = np.where(within, area[row], 0.0)
        across = np.flatnonzero(~within)
        across = across[~np.isin(row[across], row[within])]  # another part contains it
        km2[across] = np.nan
        rows = np.unique(row[across])
        costs = np.array([self._crossings(shapes[one]) for one in rows])
        cheap = within_budget(costs, MAX_CUT_CROSSINGS)
        across = across[np.isin(row[across], rows[cheap])]
        pieces = shapely.intersection(shapes[row[across]], borders.parts[part[across]])
        km2[across] = areas_km2(polygon_parts(pieces))
        table = pd.DataFrame({"row": row, "iso3": borders.codes[borders.rank[part]], "km2": km2})
        table = table[table["km2"] > 0]
        return rows[~cheap], table.groupby(["row", "iso3"])["km2"].sum().reset_index()

    def _crossings(self, shape: shapely.Geometry) -> float:
        """Estimate how many borders a polygon crosses, from a sample of its edges."""
        xy = shapely.get_coordinates(shape)
        sampled = np.linspace(0, len(xy) - 2, min(len(xy) - 1, 40)).astype(int)
        edges = shapely.linestrings(np.stack([xy[sampled], xy[sampled + 1]], axis=1))
        return len(self.borders.segments.query(edges)[0]) / len(sampled) * len(xy)


def _nearest(
    points: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, names: dict[str, str], distance: str
) -> pd.DataFrame:
    row, km = nearest_site(points, sites)
    nearest = pd.DataFrame(sites[list(names)]).rename(columns=names).iloc[row]
    nearest.insert(2, distance, km.round(3))
    return nearest.reset_index(drop=True)
