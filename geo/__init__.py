"""Tables and map layers of the ASEAN Smart Cities Network.

Data flows one way: source table -> checked table -> layer -> filter -> rows -> export.
Nothing here knows of Streamlit.
"""
