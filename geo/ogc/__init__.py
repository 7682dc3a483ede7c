"""The layers as OGC API - Features.

:class:`geo.ogc.service.Service` creates the documents; routing and HTTP are left to the caller.
There is no configuration file: collections, extents, schemas and the OpenAPI document come from
:mod:`geo.schema` and the metadata of the layers.
"""
