"""A plain Streamlit app, whose start and rerun are the measure of a machine."""

import streamlit as st

country = st.multiselect("Country", ["Indonesia", "Thailand", "Viet Nam"])
st.title(f"{len(country)} countries")
st.dataframe({"country": country, "letters": [len(name) for name in country]})
