"""Settings of the server: all ``DASHBOARD_*`` environment variables.

``python -m dashboard --settings`` prints them; ``docs/hosting.md`` contains the same table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from geo.errors import SettingError, quoted

PREFIX = "DASHBOARD_"

EVERYBODY = "*"
"""Value of ``allowed``: all users whom the provider signs in."""

_ORCHESTRATOR = re.compile(r"DASHBOARD_(PORT|SERVICE)(_|$)")
"""Variables that Kubernetes sets in containers if there is a service named ``dashboard``."""

SELF = "'self'"
"""Value of ``frame_ancestors``: the server's own pages."""

_SITE = re.compile(
    r"(https?:)"  # any site of a scheme
    r"|(https?://)?(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
    r"(:(\d{1,5}|\*))?",
    re.IGNORECASE | re.ASCII,
)
"""Host and scheme sources of CSP 3 ``frame-ancestors``, without a path, which it ignores."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Kind:
    """How to parse the text of a variable.

    Attributes
    ----------
    requirement
        Description of valid values, to follow "must be".
    read
        Parses the text; raises ``ValueError`` if it is invalid.
    secret
        Whether the value must never be shown.
    """

    requirement: str
    read: Callable[[str], Any]
    secret: bool = False


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError


def _one_of(*names: str) -> Kind:
    def read(text: str) -> str:
        _require(text in names)
        return text

    return Kind(f"{', '.join(names[:-1])} or {names[-1]}", read)


def _number(minimum: int, maximum: int) -> Kind:
    def read(text: str) -> int:
        _require(re.fullmatch(r"[0-9]{1,9}", text) is not None)
        _require(minimum <= int(text) <= maximum)
        return int(text)

    return Kind(f"a whole number from {minimum:,} to {maximum:,}", read)


def _flag() -> Kind:
    def read(text: str) -> bool:
        _require(text in ("yes", "no"))
        return text == "yes"

    return Kind("yes or no", read)


def _secret(minimum: int) -> Kind:
    def read(text: str) -> str:
        _require(len(text) >= minimum)
        return text

    return Kind(f"at least {minimum} characters", read, secret=True)


def _text(requirement: str, pattern: str) -> Kind:
    def read(text: str) -> str:
        _require(re.fullmatch(pattern, text) is not None)
        return text

    return Kind(requirement, read)


def _list(requirement: str, pattern: str, lower: bool = True) -> Kind:
    def read(text: str) -> tuple[str, ...]:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        _require(all(re.fullmatch(pattern, part) for part in parts) and bool(parts))
        return tuple(dict.fromkeys(part.lower() if lower else part for part in parts))

    return Kind(requirement, read)


def _proxies() -> Kind:
    list_kind = _list(
        "addresses or networks such as 10.0.0.0/8, * or none", r"[0-9a-f.:/]+|\*|none"
    )

    def read(text: str) -> tuple[str, ...]:
        proxies: tuple[str, ...] = list_kind.read(text.lower())
        for proxy in {*proxies} - {"*", "none"}:
            ip_network(proxy)  # ValueError for an invalid network, or host bits set
        return proxies

    return Kind(list_kind.requirement, read)


def _directory() -> Kind:
    def read(text: str) -> str:
        _require(Path(text).is_dir())
        return text

    return Kind("a directory that exists", read)


def _store() -> Kind:
    def read(text: str) -> str:
        _require(re.fullmatch(r"s3://[^/]+(/.*)?", text) is not None or Path(text).is_dir())
        return text

    return Kind("a directory that exists, or s3://bucket/prefix", read)


def _sites() -> Kind:
    def read(text: str) -> str:
        sites = text.split()
        _require(all(s in ("'none'", SELF, "*") or _SITE.fullmatch(s) for s in sites))
        _require("'none'" not in sites or len(sites) == 1)
        return " ".join(sites)

    return Kind(
        "'none' alone, or 'self', * and sites such as https://example.org or "
        "https://*.example.org:8443, separated by spaces",
        read,
    )


def _url(requirement: str, path: str) -> Kind:
    """A URL whose path ends in ``path``; plain HTTP is allowed for loopback hosts only."""

    def read(text: str) -> str:
        parts = urlsplit(text)
        is_loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        _require(parts.scheme == "https" or (parts.scheme == "http" and is_loopback))
        _require(bool(parts.hostname) and parts.path.endswith(path))
        _require(not (parts.query or parts.fragment or parts.username))
        return text

    return Kind(requirement, read)


def _setting(default: Value, kind: Kind, meaning: str) -> Value:
    declared: Value = field(
        default=default, repr=not kind.secret, metadata={"kind": kind, "means": meaning}
    )
    return declared


_HOST = r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]"
_DOMAIN = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"


@dataclass(frozen=True)
class Settings:
    """Settings of the server; variables are the upper-case names, prefixed by ``DASHBOARD_``."""

    layers: str = _setting(
        "", _store(), "Where the layers are, in place of `data/layers`: see layers.md."
    )
    layers_seconds: int = _setting(
        30, _number(1, 86_400), "Seconds between two looks for newer layers."
    )
    catalogues: str = _setting("", _directory(), "Languages in place of `dashboard/i18n`.")
    log: str = _setting("json", _one_of("json", "text"), "Form of the log; text is for people.")
    log_level: str = _setting(
        "info",
        _one_of("debug", "info", "warning", "error"),
        "Least level that is logged; debug has static files and probes too.",
    )
    metrics: str = _setting(
        "loopback",
        _one_of("off", "loopback", "token", "open"),
        "Who may read `/metrics`: nobody, this machine, who has the token, everybody.",
    )
    metrics_token: str = _setting("", _secret(16), "Bearer token for `/metrics`.")
    https: bool = _setting(
        False,
        _flag(),
        "Readers come by https: browsers are told to keep to it, cookies are sent by it alone.",
    )
    hosts: tuple[str, ...] = _setting(
        (),
        _list("host names without port, such as cities.example.org,*.example.net", _HOST),
        "Names that the server answers to; without, any.",
    )
    origins: tuple[str, ...] = _setting(
        (),
        _list(
            "origins such as https://cities.example.org", r"https?://[A-Za-z0-9.\-\[\]:]+(:\d+)?"
        ),
        "Origins beside the server's own whose pages may open its websocket.",
    )
    cors_origins: tuple[str, ...] = _setting(
        ("*",),
        _list(
            "origins such as https://cities.example.org, * or none",
            r"https?://[A-Za-z0-9.\-\[\]:]+(:\d+)?|\*|none",
        ),
        "Origins whose pages may read `/ogc`, `/download`, `/charts`, `/tables` and `/layers` "
        "(CORS); nobody's with sign-in.",
    )
    frame_ancestors: str = _setting(
        SELF,
        _sites(),
        "Sites that may show `/embed/...` in a frame; everything else is for own pages.",
    )
    proxies: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"),
        _proxies(),
        "Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
    )
    share: int = _setting(
        50,
        _number(0, 6_400),
        "Processor time that answers and pages of one client may take, in percent of one core; "
        "what was saved up in a minute may be used at once. 0 is without limit.",
    )
    sockets: int = _setting(
        60,
        _number(1, 2_000),
        "Open pages (websockets) of one client.",
    )
    max_url: int = _setting(8_192, _number(1_024, 65_536), "Longest path and query, in bytes.")
    max_body_kb: int = _setting(
        256, _number(1, 10_240), "Largest body of a request that is no upload, in kB."
    )
    max_upload_mb: int = _setting(25, _number(1, 500), "Largest file that a reader uploads, in MB.")
    max_message_mb: int = _setting(
        4, _number(1, 100), "Largest message from a browser on the websocket, in MB."
    )
    signin: str = _setting(
        "off", _one_of("off", "oidc"), "Whether readers sign in, with OpenID Connect."
    )
    oidc_discovery: str = _setting(
        "",
        _url(
            "an https address that ends in /.well-known/openid-configuration",
            "/.well-known/openid-configuration",
        ),
        "Discovery document of the provider.",
    )
    oidc_client_id: str = _setting(
        "", _text("1 to 200 characters without spaces", r"\S{1,200}"), "Client as registered there."
    )
    oidc_client_secret: str = _setting("", _secret(8), "Secret of that client.")
    oidc_redirect: str = _setting(
        "",
        _url("an https address that ends in /oauth2callback", "/oauth2callback"),
        "Address of this server for the provider to come back to, as registered there.",
    )
    cookie_secret: str = _setting(
        "", _secret(32), "Signs the cookies of readers; the same on every replica."
    )
    allowed: tuple[str, ...] = _setting(
        (),
        _list(
            "domains and addresses such as asean.org,adviser@example.org, or *",
            rf"([^\s@,]+@)?{_DOMAIN}|\*",
        ),
        "Who may read: e-mail domains and addresses, or * for all whom the provider signs in.",
    )
    session_hours: int = _setting(12, _number(1, 168), "Hours until a reader signs in anew.")
    trust_email: bool = _setting(
        False,
        _flag(),
        "The provider vouches for e-mail addresses without the claim `email_verified`, as "
        "Microsoft Entra does.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Parse and validate all variables; empty ones are treated as unset.

        Raises
        ------
        SettingError
            For the first invalid variable; the message contains its value (unless secret) and the
            requirement.
        """
        values = {}
        for setting in fields(cls):
            kind: Kind = setting.metadata["kind"]
            text = environment.get(variable_name(setting.name), "").strip()
            if not text:
                continue
            try:
                values[setting.name] = kind.read(text)
            except ValueError:
                problem = f"has {len(text)} characters" if kind.secret else f"is {quoted(text)}"
                raise SettingError(
                    f"{variable_name(setting.name)} {problem}; it must be {kind.requirement}."
                ) from None
        settings = cls(**values)
        settings._check_together()
        return settings

    def _check_together(self) -> None:
        provider_settings = (
            "oidc_discovery",
            "oidc_client_id",
            "oidc_client_secret",
            "oidc_redirect",
        )
        required = (*provider_settings, "cookie_secret", "allowed")
        if self.signin == "oidc":
            for name in required:
                if not getattr(self, name):
                    raise SettingError(
                        f"{variable_name(name)} is empty; with DASHBOARD_SIGNIN=oidc it must be "
                        f"{kind_of(name).requirement}."
                    )
        else:
            for name in (*provider_settings, "allowed"):
                if getattr(self, name):
                    raise SettingError(
                        f"{variable_name(name)} is set, but DASHBOARD_SIGNIN is 'off', so that "
                        "everybody could read; it must be oidc, or the other unset."
                    )
        if EVERYBODY in self.allowed and len(self.allowed) > 1:
            raise SettingError(
                f"DASHBOARD_ALLOWED is {quoted(','.join(self.allowed))}; it must be * alone, or "
                "domains and addresses without it."
            )
        if self.metrics == "token" and not self.metrics_token:
            raise SettingError(
                "DASHBOARD_METRICS_TOKEN is empty; with DASHBOARD_METRICS=token it must be "
                f"{kind_of('metrics_token').requirement}."
            )

    def secrets(self) -> Iterator[str]:
        """All secret values, which must not be logged."""
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.metadata["kind"].secret and value:
                yield value


def variable_name(name: str) -> str:
    """The environment variable of a setting.

    >>> variable_name("log_level")
    'DASHBOARD_LOG_LEVEL'
    """
    return PREFIX + name.upper()


def kind_of(name: str) -> Kind:
    """The kind of a setting."""
    [kind] = [setting.metadata["kind"] for setting in fields(Settings) if setting.name == name]
    assert isinstance(kind, Kind)
    return kind


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Unknown variables with the prefix, most likely misspelt."""
    known_variables = {variable_name(setting.name) for setting in fields(Settings)}
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name not in known_variables and not _ORCHESTRATOR.match(name)
    )


@cache
def current_settings() -> Settings:
    """The settings of this process, cached."""
    return Settings.from_environment(os.environ)


def _as_text(setting: Field[Any], value: Any) -> str:
    """A value as it would be written in the environment."""
    if setting.metadata["kind"].secret:
        return "(set)" if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def settings_markdown() -> str:
    """The settings as a table for the documentation."""
    lines = ["| variable | default | must be | meaning |", "| --- | --- | --- | --- |"]
    for setting in fields(Settings):
        kind: Kind = setting.metadata["kind"]
        default = _as_text(setting, setting.default)
        requirement = kind.requirement.replace("*", "\\*")
        meaning = setting.metadata["means"].replace("*", "\\*")
        code = f"`{default}`" if default else ""
        lines.append(f"| `{variable_name(setting.name)}` | {code} | {requirement} | {meaning} |")
    return "\n".join(lines)


def settings_table(settings: Settings) -> str:
    """The current settings as text for a terminal; secrets are not shown."""
    lines = []
    for setting in fields(Settings):
        value = getattr(settings, setting.name)
        text = _as_text(setting, value) or "-"
        changed = "" if value == setting.default else " (set)"
        if setting.metadata["kind"].secret:
            changed = ""
        lines.append(f"{variable_name(setting.name):<29} {text}{changed}")
        lines.append(
            f"    {setting.metadata['means']} Must be {setting.metadata['kind'].requirement}."
        )
    return "\n".join(lines)
