"""The layers as OGC API - Features, by pygeoapi and a provider of our own.

:class:`geo.ogc.service.Service` answers; which document is asked for, and how it travels, is the
business of whoever serves it. Nothing is configured in a file: collections, extents, schemas and
the OpenAPI document come from :mod:`geo.schema` and the layers' own metadata.
"""
