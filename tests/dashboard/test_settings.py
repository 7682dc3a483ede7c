"""Settings: declared once, checked at the start, told in the documentation."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.settings import Settings, settings_markdown, settings_table, unknown_variables
from geo.errors import SettingError
from tests.dashboard.app_fixtures import environment

ROOT = Path(__file__).parents[2]


def test_without_any_variable_every_setting_has_its_default():
    assert Settings.from_environment({}) == Settings()


def test_an_empty_variable_is_as_none():
    assert Settings.from_environment({"DASHBOARD_LOG": " "}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        ("LOG", "text", ("log", "text")),
        ("HTTPS", "yes", ("https", True)),
        ("SHARE", "0", ("share", 0)),
        (
            "PUBLIC_URL",
            "https://example.org/cities",
            ("public_url", "https://example.org/cities"),
        ),
        ("CONTACT", "mailto:a@example.org", ("contact", "mailto:a@example.org")),
        (
            "CONTACT",
            "https://example.org/new?kind=data",
            ("contact", "https://example.org/new?kind=data"),
        ),
        ("HOSTS", "A.example, *.b.example", ("hosts", ("a.example", "*.b.example"))),
        ("ORIGINS", "https://a.example:8443", ("origins", ("https://a.example:8443",))),
        ("FRAME_ANCESTORS", "  'self'  https: ", ("frame_ancestors", "'self' https:")),
        ("PROXIES", "10.0.0.0/8,::1", ("proxies", ("10.0.0.0/8", "::1"))),
    ],
)  # fmt: skip
def test_a_right_value_is_read_as_its_type(variable, value, read):
    settings = Settings.from_environment({f"DASHBOARD_{variable}": value})
    assert getattr(settings, read[0]) == read[1]


@pytest.mark.parametrize(
    ("variable", "value", "right"),
    [
        ("LAYERS", "/no/such/place", "a directory that exists"),
        ("CATALOGUES", "/no/such/place", "a directory that exists"),
        ("LOG", "xml", "json or text"),
        ("LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("METRICS", "public", "off, loopback, token or open"),
        ("HTTPS", "true", "yes or no"),
        ("HOSTS", "https://cities.example.org", "host names without port"),
        ("PUBLIC_URL", "https://example.org/", "without a slash at its end"),
        ("PUBLIC_URL", "http://example.org", "an https address"),
        ("PUBLIC_URL", "example.org", "an https address"),
        ("CONTACT", "cities@example.org", "mailto:"),
        ("CONTACT", "http://example.org", "https://"),
        ("CONTACT", "mailto:a@example.org?cc=b@example.org", "mailto:"),
        ("CONTACT", "javascript:alert(1)", "https://"),
        ("ORIGINS", "cities.example.org", "origins such as"),
        ("ORIGINS", "https://cities.example.org/", "origins such as"),
        ("FRAME_ANCESTORS", "https://asean.example/page", "separated by spaces"),
        ("FRAME_ANCESTORS", "https://a.example;script-src", "separated by spaces"),
        ("FRAME_ANCESTORS", "https://a.example, https://b.example", "separated by spaces"),
        ("FRAME_ANCESTORS", "ftp://a.example", "separated by spaces"),
        ("PROXIES", "proxy.example.org", "addresses or networks"),
        ("PROXIES", "10.0.0.1/8", "addresses or networks"),
        ("PROXIES", "10.0.0.0/33", "addresses or networks"),
        ("SHARE", "-1", "a whole number from 0 to 6,400"),
        ("SHARE", "1e3", "a whole number"),
        ("MAX_URL", "100", "a whole number from 1,024 to 65,536"),
        ("MAX_BODY_KB", "0", "a whole number from 1"),
        ("MAX_UPLOAD_MB", "501", "a whole number from 1 to 500"),
        ("MAX_MESSAGE_MB", "٣", "a whole number from 1 to 100"),
        ("SIGNIN", "yes", "off or oidc"),
        ("OIDC_DISCOVERY", "http://id.example/.well-known/openid-configuration", "https address"),
        ("OIDC_DISCOVERY", "https://id.example/", "/.well-known/openid-configuration"),
        ("OIDC_CLIENT_ID", "a b", "without spaces"),
        ("OIDC_REDIRECT", "https://cities.example.org/", "/oauth2callback"),
        ("OIDC_REDIRECT", "http://cities.example.org/oauth2callback", "https address"),
        ("ALLOWED", "asean", "domains and addresses"),
        ("ALLOWED", "asean.org,*", "* alone"),
        ("SESSION_HOURS", "169", "a whole number from 1 to 168"),
        ("TRUST_EMAIL", "1", "yes or no"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_variable_value_and_remedy(variable, value, right):
    with pytest.raises(SettingError) as wrong:
        Settings.from_environment({**environment(), f"DASHBOARD_{variable}": value})
    message = str(wrong.value)
    assert message.startswith(f"DASHBOARD_{variable} is '{value}'; it must be ")
    assert right in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("name", ["COOKIE_SECRET", "METRICS_TOKEN", "OIDC_CLIENT_SECRET"])
def test_a_wrong_secret_is_told_by_its_length_only(name):
    with pytest.raises(SettingError) as wrong:
        Settings.from_environment({**environment(), f"DASHBOARD_{name}": "hush"})
    assert f"DASHBOARD_{name} has 4 characters; it must be at least" in str(wrong.value)
    assert "hush" not in str(wrong.value)


@pytest.mark.parametrize(
    "missing",
    [
        "OIDC_DISCOVERY",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_REDIRECT",
        "COOKIE_SECRET",
        "ALLOWED",
    ],
)
def test_sign_in_does_not_start_half_set(missing):
    environment_variables = {**environment(), f"DASHBOARD_{missing}": ""}
    with pytest.raises(SettingError, match=f"DASHBOARD_{missing} is empty"):
        Settings.from_environment(environment_variables)


def test_a_provider_without_sign_in_is_refused_because_everybody_could_read():
    with pytest.raises(SettingError, match="DASHBOARD_SIGNIN is 'off'"):
        Settings.from_environment({**environment(), "DASHBOARD_SIGNIN": "off"})


def test_metrics_by_token_need_the_token():
    with pytest.raises(SettingError, match="DASHBOARD_METRICS_TOKEN is empty"):
        Settings.from_environment({"DASHBOARD_METRICS": "token"})


def test_no_secret_is_shown_by_the_table_or_by_repr():
    settings = Settings.from_environment({**environment(), "DASHBOARD_METRICS_TOKEN": "t" * 20})
    secrets = list(settings.secrets())
    assert len(secrets) == 3
    for secret in secrets:
        assert secret not in settings_table(settings)
        assert secret not in repr(settings)


def test_documentation_has_the_table_as_it_is():
    assert settings_markdown() in (ROOT / "docs" / "hosting.md").read_text()


def test_every_variable_that_code_or_documentation_names_is_declared():
    named = set()
    for path in [
        *ROOT.glob("dashboard/**/*.py"),
        *ROOT.glob("geo/**/*.py"),
        *ROOT.glob("docs/*.md"),
    ]:
        named |= set(re.findall(r"\bDASHBOARD_[A-Z_]*[A-Z]\b", path.read_text()))
    kubernetes = {"DASHBOARD_PORT", "DASHBOARD_SERVICE"}
    assert unknown_variables(dict.fromkeys(named - kubernetes, "")) == []


def test_a_misspelt_variable_is_found_and_those_of_kubernetes_are_left():
    found = unknown_variables(
        dict.fromkeys(("DASHBOARD_METRIC", "DASHBOARD_PORT_8501_TCP", "DASHBOARD_SERVICE_HOST"), "")
    )
    assert found == ["DASHBOARD_METRIC"]


@pytest.mark.parametrize("module", [["-m", "dashboard"], ["-c", "import dashboard.server"]])
def test_the_start_ends_with_the_sentence_alone(module):
    done = subprocess.run(
        [sys.executable, *module],
        cwd=ROOT,
        env={"DASHBOARD_SHARE": "many", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "DASHBOARD_SHARE is 'many'; it must be a whole number from 0 to 6,400.\n"
