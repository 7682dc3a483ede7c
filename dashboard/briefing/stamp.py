"""What every page and slide of a briefing says of itself: date and version of the data, address.

The time of making is left out, so that a briefing is the same as long as its data are.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.briefing.document import Document
from dashboard.data.freshness import newest_source
from geo.i18n import date, tr
from geo.layers.catalogue import Catalogue


@dataclass(frozen=True)
class Stamp:
    """Version and date of the data, and address of the dashboard that made a briefing.

    Attributes
    ----------
    data
        Sentence on version and date.
    address
        Scheme, host and path of the dashboard, without a slash at the end.
    """

    data: str
    address: str

    def url(self, document: Document) -> str:
        """Address of the page about the same."""
        return f"{self.address}/{document.page}"


def stamp(layers: Catalogue, address: str) -> Stamp:
    """The stamp of briefings from these layers."""
    # The part after the hyphen is the version of the code.
    sentences = [tr("Data version {version}", version=layers.version.partition("-")[0]) + "."]
    if newest := newest_source(layers):
        sentences.append(tr("Newest source: {date}.", date=date(newest)))
    return Stamp(" ".join(sentences), address)
