"""What other programs read to find, show and cite the pages: previews, catalogues, feed, API."""
