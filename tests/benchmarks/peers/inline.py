"""A plain Streamlit app: the GeoJSON inline in ``st.pydeck_chart``."""

import json

import geopandas as gpd
import pydeck as pdk
import streamlit as st


@st.cache_data
def layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(f"data/layers/{name}.parquet")


places, cities = layer("places"), layer("cities")
countries = layer("countries")
names = dict(zip(countries["name"], countries["iso3"], strict=True))
chosen = [names[name] for name in st.multiselect("Country", sorted(names))]
if chosen:
    places, cities = places[places["iso3"].isin(chosen)], cities[cities["iso3"].isin(chosen)]
st.title(f"{len(cities)} of 38 member cities")
points = {"stroked": False, "point_radius_units": "'pixels'"}
st.pydeck_chart(
    pdk.Deck(
        [
            pdk.Layer(
                "GeoJsonLayer",
                json.loads(countries[["name", "geometry"]].to_json()),
                get_fill_color=[240, 238, 232],
                get_line_color=[150, 150, 150],
                line_width_min_pixels=1,
            ),
            pdk.Layer(
                "GeoJsonLayer",
                json.loads(places.drop(columns="bbox", errors="ignore").to_json()),
                get_fill_color=[120, 120, 120],
                get_point_radius=2,
                **points,
            ),
            pdk.Layer(
                "GeoJsonLayer",
                json.loads(cities.drop(columns="bbox", errors="ignore").to_json()),
                get_fill_color=[11, 79, 138],
                get_point_radius=8,
                pickable=True,
                **points,
            ),
        ],
        map_provider=None,
        initial_view_state=pdk.ViewState(latitude=4, longitude=116, zoom=3.4),
        tooltip={"text": "{name}"},
    ),
    height=600,
)
