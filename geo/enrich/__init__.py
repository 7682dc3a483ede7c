"""A reader's own places, joined to the network: read, check, reproject, join.

The page *Your places* and ``python -m geo enrich`` go through the same functions.
"""

from geo.enrich.faults import Faults
from geo.enrich.join import Network
from geo.enrich.names import Choice
from geo.enrich.pipeline import Enriched, enrich
from geo.enrich.readers import Hints, Source

__all__ = ["Choice", "Enriched", "Faults", "Hints", "Network", "Source", "enrich"]
