"""Settings of the server: all ``DASHBOARD_*`` environment variables.

``python -m dashboard --settings`` prints them; ``docs/hosting.md`` contains the same table.

pydantic-settings 2.16 would read the variables (a dozen lines of :meth:`Settings.from_environment`)
for 18 ms of import, 1.7 times that of this module; kinds, sentences and tables would stay.
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

LOOPBACK = ("localhost", "127.0.0.1", "::1")

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
        Parses the text; ``None`` if it is invalid.
    secret
        Whether the value must never be shown.
    """

    requirement: str
    read: Callable[[str], Any]
    secret: bool = False


def _text(requirement: str, valid: Callable[[str], object], secret: bool = False) -> Kind:
    return Kind(requirement, lambda text: text if valid(text) else None, secret)


def _one_of(*names: str) -> Kind:
    return _text(f"{', '.join(names[:-1])} or {names[-1]}", lambda text: text in names)


def _number(minimum: int, maximum: int) -> Kind:
    def read(text: str) -> int | None:
        # int() alone would accept "1_000", "+5" and "٣".
        number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
        return number if minimum <= number <= maximum else None

    return Kind(f"a whole number from {minimum:,} to {maximum:,}", read)


def _secret(minimum: int) -> Kind:
    return _text(f"at least {minimum} characters", lambda text: len(text) >= minimum, secret=True)


def _list(requirement: str, valid: Callable[[str], object]) -> Kind:
    def read(text: str) -> tuple[str, ...] | None:
        parts = [part.strip().lower() for part in text.split(",") if part.strip()]
        return tuple(dict.fromkeys(parts)) if parts and all(map(valid, parts)) else None

    return Kind(requirement, read)


def _matches(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).fullmatch


def _is_proxy(text: str) -> bool:
    try:
        return text in ("*", "none") or bool(ip_network(text))
    except ValueError:  # also for host bits that are set
        return False


def _is_store(text: str) -> bool:
    return Path(text).is_dir() or re.fullmatch(r"s3://[^/]+(/.*)?", text) is not None


def _read_sites(text: str) -> str | None:
    sites = text.split()
    valid = all(s in ("'none'", SELF, "*") or _SITE.fullmatch(s) for s in sites)
    return " ".join(sites) if valid and ("'none'" not in sites or len(sites) == 1) else None


def _is_url(text: str, path: str) -> bool:
    """Whether a text is a URL whose path ends in ``path``; plain HTTP is allowed for loopback hosts
    only."""
    try:
        parts = urlsplit(text)
    except ValueError:  # such as https://[
        return False
    schemes = ("https", "http") if parts.hostname in LOOPBACK else ("https",)
    extra = parts.query or parts.fragment or parts.username
    return (
        parts.scheme in schemes and bool(parts.hostname) and parts.path.endswith(path) and not extra
    )


def _url(path: str) -> Kind:
    return _text(f"an https address that ends in {path}", lambda text: _is_url(text, path))


def _is_public_url(text: str) -> bool:
    return _is_url(text, "") and not text.endswith("/")


_MAIL = re.compile(r"mailto:[^\s@?&,;<>\"]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)


def _is_contact(text: str) -> bool:
    if _MAIL.fullmatch(text):
        return True
    return re.fullmatch(r"https://[^\s/?#@]+[^\s\"<>]*", text) is not None


def _is_archive(text: str) -> bool:
    return Path(text).is_file() or _is_url(text, ".pmtiles")


_FLAG = Kind("yes or no", {"yes": True, "no": False}.get)
_DIRECTORY = _text("a directory that exists", lambda text: Path(text).is_dir())


def _setting(default: Value, kind: Kind, meaning: str) -> Value:
    declared: Value = field(
        default=default, repr=not kind.secret, metadata={"kind": kind, "means": meaning}
    )
    return declared


_HOST = r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]"
_ORIGIN = r"https?://[a-z0-9.\-\[\]:]+(:\d+)?"
_DOMAIN = r"[a-z0-9-]+(\.[a-z0-9-]+)+"


@dataclass(frozen=True)
class Settings:
    """Settings of the server; variables are the upper-case names, prefixed by ``DASHBOARD_``."""

    layers: str = _setting(
        "",
        _text("a directory that exists, or s3://bucket/prefix", _is_store),
        "Where the layers are, in place of `data/layers`: see layers.md.",
    )
    layers_seconds: int = _setting(
        30, _number(1, 86_400), "Seconds between two polls for newer layers."
    )
    basemap: str = _setting(
        "",
        _text("a file that exists, or an https address that ends in .pmtiles", _is_archive),
        "PMTiles archive of the Protomaps basemap: roads, water and names on maps from zoom 8 on.",
    )
    catalogues: str = _setting("", _DIRECTORY, "Languages in place of `dashboard/i18n`.")
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
        _FLAG,
        "Users come by https: links name it, browsers are told to keep to it, cookies are sent by "
        "it alone.",
    )
    warm: bool = _setting(
        True,
        _FLAG,
        "After the start the server opens each page once in each language, so that its first users "
        "wait no longer than later ones.",
    )
    hosts: tuple[str, ...] = _setting(
        (),
        _list("host names without port, such as cities.example.org,*.example.net", _matches(_HOST)),
        "Names that the server answers to; without, any.",
    )
    public_url: str = _setting(
        "",
        _text("an https address without a slash at its end", _is_public_url),
        "Address of the dashboard as users know it, such as https://example.org/cities: previews, "
        "feed, site map and catalogue name it; without, that of the request.",
    )
    contact: str = _setting(
        "",
        _text("an address such as mailto:cities@example.org or https://…", _is_contact),
        "Whom users tell about errors, below every page, and who is named in "
        "`/.well-known/security.txt`; without, neither is there.",
    )
    origins: tuple[str, ...] = _setting(
        (),
        _list("origins such as https://cities.example.org", _matches(_ORIGIN)),
        "Origins beside the server's own whose pages may open its websocket.",
    )
    cors_origins: tuple[str, ...] = _setting(
        ("*",),
        _list(
            "origins such as https://cities.example.org, * or none",
            _matches(rf"{_ORIGIN}|\*|none"),
        ),
        "Origins whose pages may read `/ogc`, `/download`, `/charts`, `/tables`, `/layers`, the "
        "catalogue and the feed (CORS); nobody's with sign-in.",
    )
    frame_ancestors: str = _setting(
        SELF,
        Kind(
            "'none' alone, or 'self', * and sites such as https://example.org or "
            "https://*.example.org:8443, separated by spaces",
            _read_sites,
        ),
        "Sites that may show `/embed/...` in a frame; everything else is for own pages.",
    )
    proxies: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"),
        _list("addresses or networks such as 10.0.0.0/8, * or none", _is_proxy),
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
    max_upload_mb: int = _setting(25, _number(1, 500), "Largest file that a user uploads, in MB.")
    max_message_mb: int = _setting(
        4, _number(1, 100), "Largest message from a browser on the websocket, in MB."
    )
    signin: str = _setting(
        "off", _one_of("off", "oidc"), "Whether users sign in, with OpenID Connect."
    )
    oidc_discovery: str = _setting(
        "",
        _url("/.well-known/openid-configuration"),
        "Discovery document of the provider.",
    )
    oidc_client_id: str = _setting(
        "",
        _text("1 to 200 characters without spaces", _matches(r"\S{1,200}")),
        "Client as registered there.",
    )
    oidc_client_secret: str = _setting("", _secret(8), "Secret of that client.")
    oidc_redirect: str = _setting(
        "",
        _url("/oauth2callback"),
        "Address of this server for the provider to come back to, as registered there.",
    )
    cookie_secret: str = _setting(
        "", _secret(32), "Signs the cookies of users; the same on every replica."
    )
    allowed: tuple[str, ...] = _setting(
        (),
        _list(
            "domains and addresses such as asean.org,adviser@example.org, or *",
            _matches(rf"([^\s@,]+@)?{_DOMAIN}|\*"),
        ),
        "Who may read: e-mail domains and addresses, or * for all whom the provider signs in.",
    )
    session_hours: int = _setting(12, _number(1, 168), "Hours until a user signs in anew.")
    trust_email: bool = _setting(
        False,
        _FLAG,
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
            values[setting.name] = kind.read(text)
            if values[setting.name] is None:
                problem = f"has {len(text)} characters" if kind.secret else f"is {quoted(text)}"
                raise SettingError(
                    f"{variable_name(setting.name)} {problem}; it must be {kind.requirement}."
                )
        settings = cls(**values)
        settings._check_together()
        return settings

    def _check_together(self) -> None:
        provider = ("oidc_discovery", "oidc_client_id", "oidc_client_secret", "oidc_redirect")
        required: dict[str, tuple[str, ...]] = {}
        if self.signin == "oidc":
            required["DASHBOARD_SIGNIN=oidc"] = (*provider, "cookie_secret", "allowed")
        if self.metrics == "token":
            required["DASHBOARD_METRICS=token"] = ("metrics_token",)
        for cause, names in required.items():
            for name in names:
                if not getattr(self, name):
                    raise SettingError(
                        f"{variable_name(name)} is empty; with {cause} it must be "
                        f"{kind_of(name).requirement}."
                    )
        for name in (*provider, "allowed"):
            if self.signin == "off" and getattr(self, name):
                raise SettingError(
                    f"{variable_name(name)} is set, but DASHBOARD_SIGNIN is 'off', so that "
                    "everybody could read; it must be oidc, or the other unset."
                )
        if EVERYBODY in self.allowed and len(self.allowed) > 1:
            raise SettingError(
                f"DASHBOARD_ALLOWED is {quoted(','.join(self.allowed))}; it must be * alone, or "
                "domains and addresses without it."
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
    kind: Kind = Settings.__dataclass_fields__[name].metadata["kind"]
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
        value, kind = getattr(settings, setting.name), setting.metadata["kind"]
        changed = " (set)" if value != setting.default and not kind.secret else ""
        text = _as_text(setting, value) or "-"
        lines.append(f"{variable_name(setting.name):<29} {text}{changed}")
        lines.append(f"    {setting.metadata['means']} Must be {kind.requirement}.")
    return "\n".join(lines)
