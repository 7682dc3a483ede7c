"""The pages of the dashboard, in the order of the navigation."""

from __future__ import annotations

from geo.i18n import mark

SITE = mark("ASEAN Smart Cities")
"""Name of the dashboard."""

QUESTION_ID = "content"
"""Id of the question above each page's title, to which links lead that skip bar and filters."""

PAGES = {
    "overview": (mark("Overview"), mark("What was promised, what is done, what changed?")),
    "explore": (mark("Explore"), mark("Which member cities are like this, and where are they?")),
    "city": (mark("City"), mark("What do the sources tell of this city?")),
    "country": (mark("Country"), mark("How urban is this country, and what do its cities do?")),
    "compare": (mark("Compare"), mark("How do these cities differ, and who is most like them?")),
    "plans": (
        mark("Action plans"),
        mark("What did the cities commit to, and what became of it?"),
    ),
    "urbanisation": (
        mark("Urbanisation"),
        mark("How do the region and its cities grow, and what is done about it?"),
    ),
    "network": (mark("Network"), mark("Who leads the network, what binds it, who helps?")),
    "places": (
        mark("Your places"),
        mark("Where do my own places lie, and what of the network is near them?"),
    ),
    "data": (mark("Data"), mark("What stands behind these pages, and how do I take it away?")),
    "glossary": (mark("Glossary"), mark("What do these words mean here?")),
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
