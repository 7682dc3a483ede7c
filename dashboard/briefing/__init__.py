"""Briefings to take to a meeting: as PDF on A4 and as slides.

A module for each kind turns layers into a :class:`~dashboard.briefing.document.Document`; ``pdf``
and ``slides`` draw any of them; ``files`` names them.
"""
