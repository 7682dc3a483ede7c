"""Join a user's own places to the network: read, validate, reproject, join.

The page *Your places* and ``python -m geo enrich`` share these functions.
"""

from geo.enrich.faults import ValidationReport
from geo.enrich.join import PlaceJoiner
from geo.enrich.names import Choice
from geo.enrich.pipeline import Enriched, enrich
from geo.enrich.readers import Hints, UserFile

__all__ = ["Choice", "Enriched", "Hints", "PlaceJoiner", "UserFile", "ValidationReport", "enrich"]
