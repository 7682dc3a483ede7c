"""Maps: map specifications, decks, layers, labels, legends, previews. Pure, without Streamlit."""
