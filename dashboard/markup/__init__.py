"""What HTML is made of: theme, numbers in words, citations. Pure, without Streamlit."""
