"""Settings of the server: every ``DASHBOARD_*`` variable of the environment, declared once.

``python -m dashboard --settings`` prints them; ``docs/hosting.md`` has the same table.
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

from geo.errors import SettingError, shown

PREFIX = "DASHBOARD_"

EVERYBODY = "*"
"""As the only address that may sign in: whoever the provider signs in."""

_ORCHESTRATOR = re.compile(r"DASHBOARD_(PORT|SERVICE)(_|$)")
"""Variables that Kubernetes sets in every container beside a service named ``dashboard``."""

OWN = "'self'"
"""The server's own pages, as a site that may frame something."""

_SITE = re.compile(
    r"(https?:)"  # any site of a scheme
    r"|(https?://)?(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
    r"(:(\d{1,5}|\*))?",
    re.IGNORECASE | re.ASCII,
)
"""What CSP 3 takes as a source of ``frame-ancestors``, without a path, which it ignores."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Kind:
    """How the text of a variable is read.

    Attributes
    ----------
    right
        What a right value is, in words that follow "must be".
    read
        From text to value; raises ``ValueError`` for a wrong one.
    secret
        Whether the value is never shown.
    """

    right: str
    read: Callable[[str], Any]
    secret: bool = False


def _wrong_unless(holds: bool) -> None:
    if not holds:
        raise ValueError


def _one_of(*names: str) -> Kind:
    def read(text: str) -> str:
        _wrong_unless(text in names)
        return text

    return Kind(f"{', '.join(names[:-1])} or {names[-1]}", read)


def _number(least: int, most: int) -> Kind:
    def read(text: str) -> int:
        _wrong_unless(re.fullmatch(r"[0-9]{1,9}", text) is not None)
        _wrong_unless(least <= int(text) <= most)
        return int(text)

    return Kind(f"a whole number from {least:,} to {most:,}", read)


def _flag() -> Kind:
    def read(text: str) -> bool:
        _wrong_unless(text in ("yes", "no"))
        return text == "yes"

    return Kind("yes or no", read)


def _secret(least: int) -> Kind:
    def read(text: str) -> str:
        _wrong_unless(len(text) >= least)
        return text

    return Kind(f"at least {least} characters", read, secret=True)


def _text(right: str, pattern: str) -> Kind:
    def read(text: str) -> str:
        _wrong_unless(re.fullmatch(pattern, text) is not None)
        return text

    return Kind(right, read)


def _several(right: str, pattern: str, lower: bool = True) -> Kind:
    def read(text: str) -> tuple[str, ...]:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        _wrong_unless(all(re.fullmatch(pattern, part) for part in parts) and bool(parts))
        return tuple(dict.fromkeys(part.lower() if lower else part for part in parts))

    return Kind(right, read)


def _proxies() -> Kind:
    several = _several(
        "addresses or networks such as 10.0.0.0/8, * or none", r"[0-9a-f.:/]+|\*|none"
    )

    def read(text: str) -> tuple[str, ...]:
        found: tuple[str, ...] = several.read(text.lower())
        for one in {*found} - {"*", "none"}:
            ip_network(one)  # a ValueError for what is none, and for bits beyond the network's
        return found

    return Kind(several.right, read)


def _directory() -> Kind:
    def read(text: str) -> str:
        _wrong_unless(Path(text).is_dir())
        return text

    return Kind("a directory that exists", read)


def _store() -> Kind:
    def read(text: str) -> str:
        _wrong_unless(re.fullmatch(r"s3://[^/]+(/.*)?", text) is not None or Path(text).is_dir())
        return text

    return Kind("a directory that exists, or s3://bucket/prefix", read)


def _sites() -> Kind:
    def read(text: str) -> str:
        sites = text.split()
        _wrong_unless(all(s in ("'none'", OWN, "*") or _SITE.fullmatch(s) for s in sites))
        _wrong_unless("'none'" not in sites or len(sites) == 1)
        return " ".join(sites)

    return Kind(
        "'none' alone, or 'self', * and sites such as https://example.org or "
        "https://*.example.org:8443, separated by spaces",
        read,
    )


def _web(right: str, path: str) -> Kind:
    """An address whose path ends in ``path``; without TLS on this machine only."""

    def read(text: str) -> str:
        parts = urlsplit(text)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        _wrong_unless(parts.scheme == "https" or (parts.scheme == "http" and local))
        _wrong_unless(bool(parts.hostname) and parts.path.endswith(path))
        _wrong_unless(not (parts.query or parts.fragment or parts.username))
        return text

    return Kind(right, read)


def _setting(default: Value, kind: Kind, means: str) -> Value:
    declared: Value = field(
        default=default, repr=not kind.secret, metadata={"kind": kind, "means": means}
    )
    return declared


_HOST = r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]"
_DOMAIN = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"


@dataclass(frozen=True)
class Settings:
    """What the server is told by its environment; each name in capitals after ``DASHBOARD_``."""

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
        _several("host names without port, such as cities.example.org,*.example.net", _HOST),
        "Names that the server answers to; without, any.",
    )
    origins: tuple[str, ...] = _setting(
        (),
        _several(
            "origins such as https://cities.example.org", r"https?://[A-Za-z0-9.\-\[\]:]+(:\d+)?"
        ),
        "Origins beside the server's own whose pages may open its websocket.",
    )
    frame_ancestors: str = _setting(
        OWN,
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
        _web(
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
        _web("an https address that ends in /oauth2callback", "/oauth2callback"),
        "Address of this server for the provider to come back to, as registered there.",
    )
    cookie_secret: str = _setting(
        "", _secret(32), "Signs the cookies of readers; the same on every replica."
    )
    allowed: tuple[str, ...] = _setting(
        (),
        _several(
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
        """Read and check every variable; an empty one is as none.

        Raises
        ------
        SettingError
            Naming the first wrong variable, its value (unless secret) and what would be right.
        """
        values = {}
        for one in fields(cls):
            kind: Kind = one.metadata["kind"]
            text = environment.get(variable(one.name), "").strip()
            if not text:
                continue
            try:
                values[one.name] = kind.read(text)
            except ValueError:
                is_ = f"has {len(text)} characters" if kind.secret else f"is {shown(text)}"
                raise SettingError(
                    f"{variable(one.name)} {is_}; it must be {kind.right}."
                ) from None
        settings = cls(**values)
        settings._check_together()
        return settings

    def _check_together(self) -> None:
        own = ("oidc_discovery", "oidc_client_id", "oidc_client_secret", "oidc_redirect")
        needed = (*own, "cookie_secret", "allowed")
        if self.signin == "oidc":
            for name in needed:
                if not getattr(self, name):
                    raise SettingError(
                        f"{variable(name)} is empty; with DASHBOARD_SIGNIN=oidc it must be "
                        f"{kind_of(name).right}."
                    )
        else:
            for name in (*own, "allowed"):
                if getattr(self, name):
                    raise SettingError(
                        f"{variable(name)} is set, but DASHBOARD_SIGNIN is 'off', so that "
                        "everybody could read; it must be oidc, or the other unset."
                    )
        if EVERYBODY in self.allowed and len(self.allowed) > 1:
            raise SettingError(
                f"DASHBOARD_ALLOWED is {shown(','.join(self.allowed))}; it must be * alone, or "
                "domains and addresses without it."
            )
        if self.metrics == "token" and not self.metrics_token:
            raise SettingError(
                "DASHBOARD_METRICS_TOKEN is empty; with DASHBOARD_METRICS=token it must be "
                f"{kind_of('metrics_token').right}."
            )

    def secrets(self) -> Iterator[str]:
        """Every secret value, so that it can be kept out of what is written."""
        for one in fields(self):
            value = getattr(self, one.name)
            if one.metadata["kind"].secret and value:
                yield value


def variable(name: str) -> str:
    """The environment variable of a setting.

    >>> variable("log_level")
    'DASHBOARD_LOG_LEVEL'
    """
    return PREFIX + name.upper()


def kind_of(name: str) -> Kind:
    """How a setting is read."""
    [kind] = [one.metadata["kind"] for one in fields(Settings) if one.name == name]
    assert isinstance(kind, Kind)
    return kind


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Variables with our prefix that are no settings: most likely misspelt."""
    known = {variable(one.name) for one in fields(Settings)}
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name not in known and not _ORCHESTRATOR.match(name)
    )


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return Settings.from_environment(os.environ)


def _written(one: Field[Any], value: Any) -> str:
    """A value as the environment would have it."""
    if one.metadata["kind"].secret:
        return "(set)" if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def markdown() -> str:
    """The settings as a table for the documentation."""
    lines = ["| variable | default | must be | meaning |", "| --- | --- | --- | --- |"]
    for one in fields(Settings):
        kind: Kind = one.metadata["kind"]
        default = _written(one, one.default)
        right = kind.right.replace("*", "\\*")
        means = one.metadata["means"].replace("*", "\\*")
        lines.append(
            f"| `{variable(one.name)}` | {f'`{default}`' if default else ''} | {right} | {means} |"
        )
    return "\n".join(lines)


def table(settings: Settings) -> str:
    """The settings as they are now, for a terminal; secrets are not shown."""
    lines = []
    for one in fields(Settings):
        value = getattr(settings, one.name)
        said = _written(one, value) or "-"
        mark = "" if value == one.default else " (set)"
        if one.metadata["kind"].secret:
            mark = ""
        lines.append(f"{variable(one.name):<29} {said}{mark}")
        lines.append(f"    {one.metadata['means']} Must be {one.metadata['kind'].right}.")
    return "\n".join(lines)
