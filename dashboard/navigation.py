"""The pages of the dashboard, in the order of the navigation."""

from __future__ import annotations

from geo.i18n import mark

SITE = mark("ASEAN Smart Cities")
"""Name of the dashboard."""

QUESTION_ID = "content"
"""Id of the question above each page's title, to which links lead that skip bar and filters."""

PAGES = {
    "overview": (mark("Overview"), mark("What was promised, what is done, what changed?")),
    "explore": (mark("Explore"), mark("Find member cities and their projects")),
    "city": (mark("City"), mark("City profile")),
    "country": (mark("Country"), mark("How urban is the country, and what are its cities doing?")),
    "compare": (mark("Compare"), mark("Compare cities side by side")),
    "plans": (
        mark("Action plans"),
        mark("What did the cities commit to, and where do those commitments stand today?"),
    ),
    "urbanisation": (
        mark("Urbanisation"),
        mark("How fast are the cities growing, and are projects keeping up?"),
    ),
    "network": (mark("Network"), mark("Leadership, documents and partners of the network")),
    "places": (
        mark("Your places"),
        mark("Check your own locations against the network"),
    ),
    "data": (mark("Data"), mark("Data and downloads")),
    "glossary": (mark("Glossary"), mark("Terms used in this dashboard")),
}
"""Path of each page -> its title and the question that it answers."""

GROUPS = {
    "overview": mark("At a glance"),
    "city": mark("Cities and countries"),
    "plans": mark("Topics"),
    "places": mark("Data and help"),
}
"""First page of each group of the navigation -> name of the group."""

FILTERED = ("explore", "plans")
"""Pages with filters in the sidebar."""
