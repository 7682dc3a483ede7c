"""Building blocks of HTML: theme, number formatting, citations, URLs. Pure, without Streamlit."""
