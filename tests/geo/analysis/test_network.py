"""The network by year, its systems and its partners."""

from __future__ import annotations

from gettext import NullTranslations
from itertools import pairwise

import pandas as pd
import pytest

from geo.analysis.network import (
    EVENT_KINDS,
    SYSTEMS,
    documents_for_years,
    events,
    guiding_documents,
    meetings,
    network_in_year,
    network_years,
    standing,
    terms,
)
from geo.analysis.partners import WHOLE_NETWORK, mentions, partner_counts, partnerships
from geo.errors import SourceError
from geo.i18n import Language, use_language


@pytest.fixture
def small_partners() -> pd.DataFrame:
    """A bank in two cities, named twice in one; a fund of the whole network."""
    rows = [
        ("Bank", "development_bank", "alpha"),
        ("Bank", "development_bank", "alpha"),
        ("Bank", "development_bank", "beta"),
        ("Fund", "fund", None),
        ("Firm", "company", "alpha"),
    ]
    return pd.DataFrame(rows, columns=["partner", "kind", "city_id"])


def test_years_run_from_the_founding_to_the_latest_chair_without_a_gap(catalogue):
    assert network_years(catalogue["governance"]) == list(range(2018, 2027))


@pytest.mark.parametrize(
    ("year", "cities", "countries", "states"),
    [
        (2018, 26, 10, 10),
        (2022, 26, 10, 10),
        (2023, 29, 10, 10),
        (2024, 31, 10, 10),
        (2025, 37, 10, 11),
        (2026, 38, 11, 11),
    ],
)
def test_members_grow_from_26_pilots_to_38_cities(year, cities, countries, states, catalogue):
    now = network_in_year(catalogue, year)
    assert (now.cities, now.city_countries, len(now.states)) == (cities, countries, states)


def test_timor_leste_joins_asean_in_2025_and_its_city_the_network_in_2026(catalogue):
    assert network_in_year(catalogue, 2025).new_states == ("TLS",)
    assert network_in_year(catalogue, 2026).joined == ("dili",)
    assert network_in_year(catalogue, 2024).new_states == ()


@pytest.mark.parametrize(
    ("year", "chair", "shepherds"),
    [
        (2018, "Singapore", ()),
        (2019, "Thailand", ("Singapore",)),
        (2023, "Indonesia", ("Singapore", "Indonesia")),
        (2025, "Malaysia", ("Indonesia",)),
        (2026, "Philippines", ("Indonesia",)),
    ],
)
def test_chair_and_shepherds_of_a_year(year, chair, shepherds, catalogue):
    now = network_in_year(catalogue, year)
    assert now.chair["holder"] == chair
    assert now.shepherd_names == shepherds


def test_shepherd_has_four_terms_that_follow_one_another(catalogue):
    found = terms(catalogue["governance"])
    assert [term.holder for term in found] == ["Singapore"] * 2 + ["Indonesia"] * 2
    assert all(before.ended_on == after.started_on for before, after in pairwise(found))


def test_a_renewal_counts_as_two_terms_of_one_shepherd(catalogue):
    now = network_in_year(catalogue, 2021)
    assert len(now.shepherds) == 2
    assert now.shepherd_names == ("Singapore",)


def test_a_year_outside_the_sources_has_neither_chair_nor_meeting(catalogue):
    now = network_in_year(catalogue, 2040)
    assert now.chair is None
    assert now.meeting is None
    assert now.shepherds == ()


def test_annual_meetings_are_numbered_one_a_year_since_2018(catalogue):
    found = meetings(catalogue["governance"])
    assert [meeting.number for meeting in found.values()] == list(range(1, 9))
    assert list(found) == list(range(2018, 2026))
    assert all(meeting.held_on.startswith(str(year)) for year, meeting in found.items())
    assert (found[2022].place, found[2024].place) == ("by video", "Luang Prabang")


def test_meeting_without_number_and_place_is_an_error_that_names_the_year(catalogue):
    spoilt = catalogue["governance"].copy()
    spoilt.loc[spoilt["role"] == "annual_meeting", "detail"] = "a meeting somewhere"
    with pytest.raises(SourceError, match=r"annual meeting of 2018, column detail"):
        meetings(spoilt)


def test_meetings_are_found_in_the_words_of_another_language_too(catalogue):
    spoken = catalogue["governance"].copy()
    described = spoken["role"] == "annual_meeting"
    numbers = spoken.loc[described, "detail"].str.extract(r"(\d+)")[0]
    spoken.loc[described, "detail"] = (
        "Pertemuan ke-" + numbers + ", Jakarta; pada 31 Juli, di hotel"
    )
    assert [m.number for m in meetings(spoken).values()] == list(range(1, 9))
    assert {m.place for m in meetings(spoken).values()} == {"Jakarta"}


def test_documents_of_a_year_are_dated_in_it_and_oldest_first(catalogue):
    found = documents_for_years(catalogue["documents"], [2018])
    assert found["adopted_on"].is_monotonic_increasing
    assert set(found["adopted_on"].str[:4]) == {"2018"}
    assert "ascn-framework-2018" in set(found["document_id"])


def test_undated_documents_and_lists_do_not_count_as_guiding(catalogue):
    documents, years = catalogue["documents"], network_years(catalogue["governance"])
    found = guiding_documents(documents, years)
    assert found["adopted_on"].notna().all()
    assert "portal" not in set(found["kind"])
    assert "ascn-contact-list-2026" in set(documents_for_years(documents, years)["document_id"])


def test_events_hold_every_chair_document_statement_and_city_once(catalogue):
    found = events(catalogue)
    kinds = found["kind"].value_counts()
    years = network_years(catalogue["governance"])
    assert set(found["kind"]) == set(EVENT_KINDS)
    assert kinds["chair"] == len(years)
    assert kinds["document"] == len(documents_for_years(catalogue["documents"], years))
    assert kinds["statement"] == len(catalogue["declarations"])
    cities = found.loc[found["kind"] == "cities", "detail"].str.split(", ").explode()
    assert sorted(cities) == sorted(catalogue["cities"]["name"])


def test_events_stand_by_year_and_bear_a_date_of_that_year(catalogue):
    found = events(catalogue)
    assert found["year"].is_monotonic_increasing
    assert (found["date"].str[:4].astype(int) == found["year"]).all()


def test_there_are_eight_systems_and_each_rests_on_known_documents(catalogue):
    known = set(catalogue["documents"]["document_id"])
    subjects = set(catalogue["not_found"]["subject"])
    assert len(SYSTEMS) == 8
    for system in SYSTEMS.values():
        assert set(system.documents) <= known
        assert set(system.subjects) <= subjects


@pytest.mark.parametrize(
    ("slug", "read", "described", "missing"),
    [
        ("framework", 1, 0, False),
        ("terms-of-reference", 0, 1, True),
        ("monitoring", 4, 1, True),
        ("partners-guide", 0, 1, True),
        ("action-plans", 1, 0, False),
        ("portal", 0, 1, True),
        ("toolkit", 0, 1, False),
    ],
)
def test_a_system_whose_text_was_not_read_is_only_told_of(
    slug, read, described, missing, catalogue
):
    found = standing(SYSTEMS[slug], catalogue["documents"], catalogue["not_found"])
    assert (len(found.read), len(found.described), bool(found.missing)) == (
        read,
        described,
        missing,
    )


def test_what_is_missing_is_found_by_its_subject_in_another_language_too(catalogue):
    class Translated(NullTranslations):
        def gettext(self, message):
            return {"Online portal": "Portal daring"}.get(message, message)

    not_found = catalogue["not_found"]
    spoken = not_found.assign(
        subject=not_found["subject"].replace("Online portal", "Portal daring")
    )
    with use_language(Language("id", "Bahasa Indonesia", Translated())):
        found = standing(SYSTEMS["portal"], catalogue["documents"], spoken)
    assert found == standing(SYSTEMS["portal"], catalogue["documents"], not_found)
    assert found.missing


def test_partnership_without_a_city_serves_the_whole_network(small_partners):
    places = partnerships(small_partners)["place"]
    assert list(places) == ["alpha", "alpha", "beta", WHOLE_NETWORK, "alpha"]


@pytest.mark.parametrize(
    ("cities", "kinds", "rows"),
    [
        ((), (), 5),
        (("beta",), (), 1),
        ((WHOLE_NETWORK, "beta"), (), 2),
        ((), ("company",), 1),
        (("beta",), ("company",), 0),
    ],
)
def test_partnerships_pass_city_and_kind_together(cities, kinds, rows, small_partners):
    assert len(partnerships(small_partners, cities, kinds)) == rows


def test_a_partner_that_is_named_twice_for_a_city_counts_once(small_partners):
    counts = partner_counts(partnerships(small_partners))
    assert counts.loc["alpha", "development_bank"] == 1
    assert counts.index[0] == "alpha"


def test_only_partners_of_several_places_have_their_mentions_counted(small_partners):
    counts = mentions(partnerships(small_partners))
    assert counts.to_dict("index") == {"Bank": {"alpha": 2, "beta": 1}}


def test_every_partner_of_the_layer_is_counted_somewhere(catalogue):
    kept = partnerships(catalogue["partners"])
    once = kept.drop_duplicates(["partner", "place", "kind"])
    assert int(partner_counts(kept).to_numpy().sum()) == len(once)
