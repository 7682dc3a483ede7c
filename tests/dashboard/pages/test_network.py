"""Network page: state, sentences, timeline, map, tables, and the page itself."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape

import dashboard.pages
from dashboard.maps.deck import fit
from dashboard.maps.notes import BOUNDARY_NOTE
from dashboard.maps.view import REGION, Map
from dashboard.markup.theme import FOCUS_AREA_COLOURS, rgb
from dashboard.pages.network import documents, partners, recommendations, timeline
from dashboard.pages.network import text as network_text
from dashboard.pages.network.state import PARTS, NetworkState, network_codec
from geo.analysis.filter import Filter
from geo.analysis.network import SYSTEMS, network_in_year, network_years
from geo.analysis.partners import WHOLE_NETWORK, partnerships
from geo.vocabulary import NEWEST_REVISION
from tests.dashboard.conftest import page_html, run_alone
from tests.dashboard.page_maps import map_addresses, page_map, report

PAGE = Path(dashboard.pages.__file__).parent / "network" / "page.py"
YEARS = list(range(2018, 2027))
NOT_A_NUMBER = re.compile(r"\b(nan|NaN|None|NaT)\b|<NA>|&lt;NA")


@pytest.fixture
def open_network():
    """Run the page by itself with a URL query."""
    return partial(run_alone, PAGE)


@pytest.fixture(scope="module")
def places(layers):
    return partners.place_names(layers["cities"])


def test_kind_of_an_older_link_asks_for_those_that_took_its_place():
    state, problems = network_codec(YEARS, []).from_query({"kind": "country,fund"})
    assert (state.kinds, problems) == (("own_government", "other_country", "fund"), ())


def test_usual_state_leaves_the_url_empty():
    codec = network_codec(YEARS, [])
    assert codec.to_query(NetworkState(2026)) == {}
    assert codec.from_query({}) == (NetworkState(2026), ())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"year": "1990"}, "1990"),
        ({"part": "people"}, "people"),
        ({"city": "atlantis"}, "atlantis"),
        ({"kind": "pirate"}, "pirate"),
        ({"yaer": "2020"}, "yaer"),
    ],
)
def test_what_is_not_known_is_named_and_the_rest_is_kept(query, named):
    state, [problem] = network_codec(YEARS, ["jakarta"]).from_query({"part": "bodies", **query})
    assert named in problem
    assert state == NetworkState(2026, "framework" if "part" in query else "bodies")


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Concept Note: ASEAN Smart Cities Network", "Concept Note"),
        ("ASEAN Smart Cities Network: Smart City Action Plans", "Smart City Action Plans"),
        ("Terms of Reference of the ASEAN Smart Cities Network", "Terms of Reference"),
        ("ASCN Monitoring and Evaluation Report 2024", "M&E Report 2024"),
    ],
)
def test_short_titles_leave_out_what_all_share(title, short):
    assert network_text.short_title(title) == short


def test_short_titles_of_all_documents_differ(layers):
    short = layers["documents"]["title"].map(network_text.short_title)
    assert short.str.len().gt(0).all()
    assert short.is_unique


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (21, "21st")]
)
def test_meetings_are_numbered_as_english_does(number, word):
    assert timeline.meeting_label(number, "Dili") == f"{word}, Dili"


def test_headline_names_founding_members_leaders_documents_and_partners(layers):
    text = network_text.headline(layers)
    assert "28 April 2018" in text
    assert "38 cities in 11 countries" in text
    assert "the Philippines is Chair and Indonesia is Shepherd until 2027" in text
    assert f"{layers['partners']['partner'].nunique()} partners" in text


def test_key_figures_carry_year_and_source(layers):
    figures = network_text.key_figures(layers)
    assert [figure.value for figure in figures[:4]] == ["38", "2018", "Philippines", "Indonesia"]
    assert all(figure.source for figure in figures)
    assert not any("<" in figure.source for figure in figures)


def test_year_sentence_counts_the_members_of_that_year(layers):
    assert timeline.year_sentence(network_in_year(layers, 2023)) == (
        "2023: 29 cities in all 10 ASEAN member states; chaired by Indonesia; 3 cities joined."
    )
    assert "37 cities in 10 of the 11" in timeline.year_sentence(network_in_year(layers, 2025))
    assert "joined" not in timeline.year_sentence(network_in_year(layers, 2020))


@pytest.mark.parametrize("year", YEARS)
def test_facts_of_every_year_tell_the_chair_and_every_gap(year, layers):
    html = timeline.facts_html(layers, network_in_year(layers, year))
    assert html.count("<dt>") == len(timeline.ROWS)
    assert str(network_in_year(layers, year).chair["holder"]) in html
    assert not NOT_A_NUMBER.search(html)


def test_a_gap_of_the_sources_is_said_and_no_joining_is_known(layers):
    html = timeline.facts_html(layers, network_in_year(layers, 2020))
    assert '<dt>Documents</dt><dd><p class="none">none found</p>' in html
    assert '<dt>Joined</dt><dd><p class="none">none</p>' in html


def test_timeline_has_every_year_and_marks_the_chosen_one(layers):
    html = timeline.timeline_html(layers, 2021)
    assert re.findall(r"<h3>(\d+)</h3>", html) == [str(year) for year in YEARS]
    [chosen] = re.findall(r'<li class="chosen"[^>]*><h3>(\d+)</h3>', html)
    assert chosen == "2021"
    for text in ("Singapore, then Indonesia", "26 pilot cities", "8th, Kuala Lumpur", "Dili"):
        assert text in html


def year_map(layers, year):
    view = fit(REGION, 800, 470)
    city_filter = Filter(joined=(None, float(year)))
    return Map("share", view, layers.version, NEWEST_REVISION, year, city_filter)


def test_map_of_a_year_asks_for_the_cities_that_had_joined(layers, colours):
    drawn = timeline.deck(year_map(layers, 2021), network_in_year(layers, 2021), colours)
    addresses = [layer.data for layer in drawn.layers if layer.id in ("cities", "labels")]
    assert len(addresses) == 2
    assert all("joined=..2021" in address for address in addresses)


@pytest.mark.parametrize("year", YEARS)
def test_map_colours_the_land_of_chair_and_shepherd(year, layers, colours):
    now = network_in_year(layers, year)
    drawn = timeline.deck(year_map(layers, year), now, colours)
    [colour] = [layer.get_fill_color for layer in drawn.layers if layer.id == "ground"]
    chair, shepherd = timeline.leading_colours(colours)
    assert f"properties.iso3 == '{now.chair['iso3']}' ? {list(rgb(chair))}" in colour
    others = {term.iso3 for term in now.shepherds} - {now.chair["iso3"]}
    for code in others:
        assert f"properties.iso3 == '{code}' ? {list(rgb(shepherd))}" in colour
    assert ("'TLS'" in colour) == (year >= 2025)


def test_legend_names_chair_and_shepherds_with_the_map_s_colours(layers, colours):
    legend = timeline.legend(network_in_year(layers, 2023), colours)
    labels = {entry.label: entry.colour for entry in legend.entries}
    chair, shepherd = timeline.leading_colours(colours)
    assert labels["Chair: Indonesia"] == chair
    assert labels["Shepherd: Singapore, then Indonesia"] == shepherd


def test_new_cities_are_ringed_but_not_all_the_pilots(layers):
    assert timeline.new_member_cities(network_in_year(layers, 2018)) == ()
    assert timeline.new_member_cities(network_in_year(layers, 2026)) == ("dili",)


def test_framework_shows_every_element_with_its_source_and_areas_in_their_hues(layers):
    html = documents.framework_html(layers)
    elements = layers["framework"]
    assert html.count("<h4>") + html.count("<summary>") == len(elements)
    assert len(re.findall(r"<small>[^<]+, pages? \d+", html)) == len(elements)
    assert html.count("pages 2–3") == 1  # the only outcome that spans two pages
    for title in ("3 strategic outcomes", "6 focus areas", "2 foundations", "8 steps"):
        assert title in html
    assert all(f"--area:{colour}" in html for colour in FOCUS_AREA_COLOURS.values())


def test_sub_areas_stand_in_their_focus_area(layers):
    html = documents.framework_html(layers)
    area = html[html.index("<h4>Civic &amp; Social") : html.index("<h4>Health &amp; Well-Being")]
    assert "<summary>Tourism</summary>" in area
    assert "Cybersecurity" not in area


def test_each_system_says_where_it_stands_or_what_is_missing(layers):
    html = documents.systems_html(layers, 2026)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html)
    assert len(rows) == len(SYSTEMS) == 8
    by_name = dict(rows)
    assert "Text read:" in by_name["Smart City Action Plans"]
    assert "Text read:" not in by_name["Online portal"]
    assert "Address and date of launch" in by_name["Online portal"]
    institutions = next(cells for name, cells in rows if name.startswith("Institutions"))
    assert "11 National Representatives" in institutions


def test_tables_hold_every_row_of_their_layer(layers):
    for html, name in (
        (documents.documents_html(layers["documents"]), "documents"),
        (documents.statements_html(layers["declarations"]), "declarations"),
        (documents.bodies_html(layers), "members"),
        (documents.not_found_html(layers["not_found"]), "not_found"),
    ):
        assert html.count('<th scope="row">') == len(layers[name])
        assert not NOT_A_NUMBER.search(html)


def test_undated_documents_stand_last_and_have_no_date(layers):
    rows = documents.documents_html(layers["documents"]).split("</tr>")[1:-1]
    dated = ['data-label="Date"><div>no data' not in row for row in rows]
    assert dated == sorted(dated, reverse=True)
    assert dated.count(False) == layers["documents"]["adopted_on"].isna().sum()


def test_bodies_tell_which_offices_a_state_held(layers):
    html = documents.bodies_html(layers)
    assert "Chair 2023; Shepherd 2023–2025; Shepherd 2025–2027" in html
    assert "26 October 2025" in html


def test_partners_sentence_counts_and_speaks_of_nothing_that_is_not_there(layers):
    filtered = partnerships(layers["partners"], [WHOLE_NETWORK])
    text = partners.partners_sentence(filtered)
    assert text.startswith(f"{filtered['partner'].nunique()} partners: ")
    assert "member cit" not in text
    assert partners.partners_sentence(filtered.head(0)) == "No partnership matches this filter."


def test_recommendations_stand_by_report_latest_first_and_open(layers):
    rows, titles = (
        layers["report_recommendations"],
        network_text.document_titles(layers["documents"]),
    )
    html = recommendations.reports_html(rows, layers["reports"], titles)
    opened = re.findall(r"<details( open)?><summary>(\d+) report, as of", html)
    assert opened == [(" open", "2025"), ("", "2024"), ("", "2023"), ("", "2022")]
    assert html.count('<th scope="row">') == len(rows)
    for row in rows.itertuples():
        assert escape(row.recommendation) in html
        assert f"M&amp;E Report {row.report_year}, page {row.page}<" in html
    assert (
        html.count('data-label="Addressed to"><div>not stated') == rows["addressed_to"].isna().sum()
    )


def test_sentence_counts_the_kinds_of_remarks(layers):
    rows = layers["report_recommendations"]
    assert recommendations.sentence(rows) == (
        "The reports from 2022 to 2025 contain 16 recommendations, 5 lessons, 3 challenges and "
        "11 next steps for the network as a whole."
    )
    assert sum(map(int, re.findall(r"\b(\d{1,2}) ", recommendations.sentence(rows)))) == len(rows)


def test_bodies_of_the_own_state_are_told_apart_wherever_partners_are_counted(layers, places):
    filtered = partnerships(layers["partners"])
    assert (
        "; 23 are government bodies of the cities' own countries; "
        in partners.partners_sentence(filtered)
    )
    assert "23 of them government bodies of the cities' own countries" in network_text.headline(
        layers
    )
    assert network_text.key_figures(layers)[-1].label.startswith(
        "partners named, 23 of them government bodies"
    )
    heads = re.findall(r'<th scope="col">([^<]+)', partners.kinds_html(filtered, places))
    assert {"Own government", "Other country", "Not stated"} <= set(heads)
    assert "Country" not in heads
    abroad = filtered[filtered["kind"] == "other_country"]
    assert "own countr" not in partners.partners_sentence(abroad)


def test_what_was_not_found_stands_with_what_was_searched(layers):
    rows = layers["not_found"]
    html = documents.not_found_html(rows)
    assert html.count('data-label="Where we looked">') == len(rows)
    assert not re.search(r"in vain|stored public|at hand", html)
    assert documents.unread_statements(rows) == 12


def test_matrix_leaves_zero_empty_and_shades_the_most_most(places):
    counts = pd.DataFrame({"fund": [2, 0], "company": [1, 1]}, index=["jakarta", WHOLE_NETWORK])
    html = partners.matrix("Partners", counts, "City", places, {"fund": "Fund"})
    assert '<th scope="row">Jakarta</th><td style="--part:55%">2</td>' in html
    assert '<th scope="row">Whole network</th><td></td>' in html
    assert '<th scope="col">company</th>' in html


def test_partners_of_several_places_carry_their_amounts_with_year(layers, places):
    html = partners.multi_place_html(partnerships(layers["partners"]), places)
    assert "USD 89 million (2018)" in html
    assert "USD 1,014.69 million (2023)" in html


def test_what_was_asked_for_without_a_named_partner_says_so(layers, places):
    html = partners.asked_html(layers, ("battambang",))
    assert html.count("<tr") == 2
    assert html.count("requested, no partner named") == 1
    assert "5 partners<small>USD 89 million (2018)</small><small>2 requests</small>" in html
    rows = partners.asked_rows(layers, ("battambang",))
    assert list(rows["nobody_named"]) == [True, False]
    assert partners.asked_sentence(layers, ("battambang",)).startswith("3 of 5 requests")


def test_every_stated_amount_stands_alone_with_its_currency(layers, places):
    filtered = partnerships(layers["partners"])
    html = partners.amounts_html(
        filtered, places, network_text.document_titles(layers["documents"])
    )
    found = re.findall(r"<strong>([A-Z]{3}) [\d,.]+ [mb]illion</strong>", html)
    stated = filtered.dropna(subset=["amount"])
    assert sorted(found) == sorted(stated["currency"])
    assert html.count('data-label="Year"><div>no data') == stated["year"].isna().sum()


def test_table_of_partnerships_has_a_source_in_every_row(layers, places):
    titles = network_text.document_titles(layers["documents"])
    table = partners.partners_table(partnerships(layers["partners"]), places, titles)
    assert len(table) == len(layers["partners"])
    assert (table["Document"].notna() | table["Address"].notna()).all()
    assert table["Document"].dropna().str.contains(r", page \d+$").all()


def test_programmes_of_most_partners_come_first(layers, places):
    html = partners.programmes_html(partnerships(layers["partners"]), places)
    assert html.count('<th scope="row">') == layers["partners"]["programme"].nunique()
    assert html.index(">tarus<") < html.index(">Jagoan Digital<")


def test_texts_are_escaped_in_cards():
    html = documents.statements_html(
        pd.DataFrame(
            [
                {
                    **{"statement_id": "x", "summit": "<i>", "held_on": "2020", "place": "&"},
                    **{"says": "a<b", "paragraph": None, "source_title": "<s>", "url": "ftp://x"},
                }
            ]
        )
    )
    assert "&lt;i&gt;" in html
    assert "a&lt;b" in html
    assert "<s>" not in html


@pytest.mark.parametrize("part", PARTS)
def test_page_runs_with_every_part_and_offers_its_tables(part, open_network):
    app = open_network(part=part)
    assert not app.exception
    assert not app.warning
    html = page_html(app)
    assert "Founded by the ASEAN Leaders" in html
    assert escape(BOUNDARY_NOTE) in html
    for layer in ("framework", "documents", "declarations", "governance", "partners", "members"):
        assert f'href="/download/{layer}.csv"' in html
    assert 'href="/download/not_found.csv"' in html
    assert 'href="/download/report_recommendations.csv"' in html


def test_all_links_to_other_sites_open_apart_without_a_trace(open_network, layers):
    html = "".join(page_html(open_network(part=part)) for part in PARTS)
    outward = re.findall(r'<a href="https?://[^>]*>', html)
    assert len(outward) > len(layers["documents"])
    assert all('target="_blank" rel="noopener noreferrer"' in tag for tag in outward)


def test_moving_the_year_changes_url_map_and_facts(open_network):
    app = open_network()
    report(app, "year", 2019)
    assert dict(app.query_params) == {"year": "2019"}
    assert sum("joined=..2019" in address for address in map_addresses(app)) >= 2
    assert page_map(app)["title"] == "Members in 2019"
    assert "Chair: Thailand" in page_map(app)["legend"]
    assert "2019: 26 cities in all 10 ASEAN member states; chaired by Thailand." in page_html(app)


def test_filter_of_partners_is_written_to_the_url(open_network):
    app = open_network(part="partners", city="jakarta")
    assert app.multiselect[0].value == ["jakarta"]
    assert "No partnership matches this filter." in page_html(app)
    app.multiselect[0].set_value(["davao-city"]).run()
    app.multiselect[1].set_value(["fund"]).run()
    assert dict(app.query_params) == {"part": "partners", "city": "davao-city", "kind": "fund"}
    assert "/download/partners.csv?city=davao-city" in page_html(app)


def test_unknown_year_shows_one_warning_and_the_page_still_works(open_network):
    app = open_network(year="1999", part="bodies")
    assert not app.exception
    [warning] = app.warning
    assert "1999" in warning.value
    assert "ASEAN member since" in page_html(app)


def test_years_of_the_page_are_those_of_the_data(layers, open_network):
    app = open_network()
    assert page_map(app)["timeline"]["years"] == network_years(layers["governance"])
