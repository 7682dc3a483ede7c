"""The classes that the service declares."""

from __future__ import annotations

from geo.ogc.service import CONFORMS_TO
from tests.dashboard.web.ogc_conformance import test_documents, test_filters, test_selection
from tests.dashboard.web.ogc_conformance.requirements import requirement


@requirement("core/conformance-success")
def test_each_class_that_is_declared_is_tested(get):
    declared = get("/conformance").json()["conformsTo"]
    assert declared == list(CONFORMS_TO)
    parts = "/spec/ogcapi-features-1/", "/spec/ogcapi-features-2/", "/ogcapi-features-3/", "/cql2/"
    uris = [uri for uri in declared if any(part in uri for part in parts)]
    tested = {
        name.partition("/")[0]
        for module in (test_documents, test_filters, test_selection)
        for test in vars(module).values()
        for name in getattr(test, "requirements", ())
    }
    assert {uri.rpartition("/")[2] for uri in uris} == tested
