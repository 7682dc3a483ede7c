"""What every page shares: layout, language, widgets."""
