"""One search of everything that the dashboard shows: cities, projects, plans, documents, places,
pages."""
