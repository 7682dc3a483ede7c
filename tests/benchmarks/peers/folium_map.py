"""A plain Streamlit app: the map by folium through streamlit-folium."""

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium


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


def marker(radius: int, colour: str) -> folium.CircleMarker:
    return folium.CircleMarker(radius=radius, color=colour, weight=0, fill=True, fill_opacity=1)


shown = folium.Map(location=[4, 116], zoom_start=4, tiles=None, prefer_canvas=True)
folium.GeoJson(
    countries[["name", "geometry"]],
    style_function=lambda _: {"fillColor": "#f0eee8", "color": "#969696", "weight": 1},
).add_to(shown)
folium.GeoJson(places.drop(columns="bbox", errors="ignore"), marker=marker(2, "#787878")).add_to(
    shown
)
folium.GeoJson(
    cities.drop(columns="bbox", errors="ignore"),
    marker=marker(8, "#0b4f8a"),
    tooltip=folium.GeoJsonTooltip(["name"]),
).add_to(shown)
st_folium(shown, width=1100, height=600, returned_objects=["last_object_clicked"])
