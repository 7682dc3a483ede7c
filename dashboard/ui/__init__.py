"""Streamlit code shared by all pages: layout, language, widgets."""
