"""The clients that are known, each with what becomes of it under the launcher."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from chameleonapi.serving.launcher.forecast.sources import Place, Sources

__all__ = ["PYTHON_CLIENTS", "Finding", "Scene", "Verdict"]

_HOOK: Final = "the hook in Python"
_PROXY: Final = "the local proxy"
_ENDPOINT: Final = "the AWS endpoint variables"
_NO_HOOK_REMEDY: Final = "Start Python without {option}."
_TRUST_REMEDY: Final = "Let the client use the trusted roots of its environment."
_ENDPOINTS_SINCE: Final = (1, 31)


class Verdict(enum.Enum):
    """Whether a client is taken over."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One client of an application.

    Attributes:
        client: its name.
        version: of its package; empty if it was not found.
        place: where it is imported or called, as FILE:LINE; empty if it is the command itself.
        verdict: whether it is taken over.
        means: by what; empty if by nothing.
        remark: what stands against it, or what it needs.
        remedy: what to do about it.
    """

    client: str
    version: str
    place: str
    verdict: Verdict
    means: str = ""
    remark: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known about an application.

    Attributes:
        sources: what they say.
        packages: versions by name.
        env: its environment.
        loads_no_hook: the option with which Python leaves the hook out; empty without one.
    """

    sources: Sources
    packages: Mapping[str, str]
    env: Mapping[str, str]
    loads_no_hook: str = ""

    def version(self, *names: str) -> str:
        """Return the version of the first of these packages that is there."""
        return next((self.packages[one] for one in names if one in self.packages), "")

    def without_hook(self, client: str, version: str, place: Place, lacks: str) -> Finding:
        """Return that a client needs the hook, which is not loaded."""
        return Finding(
            client,
            version,
            str(place),
            Verdict.NO,
            remark=f"{lacks}, and Python's option {self.loads_no_hook} leaves our hook out.",
            remedy=_NO_HOOK_REMEDY.format(option=self.loads_no_hook),
        )


def _google(module: str, client: str, package: str) -> Callable[[Scene], Finding | None]:
    def judge(scene: Scene) -> Finding | None:
        # `from google.cloud import vision` and `import google.cloud.vision` name the same.
        place = scene.sources.imported(module, *(f"{module}_{one}" for one in _GOOGLE_VERSIONS))
        if place is None:
            return None
        version = scene.version(package)
        elsewhere = scene.sources.setting("api_endpoint")
        if elsewhere is not None:
            return Finding(
                client,
                version,
                str(place),
                Verdict.DEPENDS,
                remark=f"{elsewhere} gives it an address of its own.",
                remedy="It is taken over if that is a host of the provider's that is served.",
            )
        if scene.loads_no_hook:
            return Finding(
                client,
                version,
                str(place),
                Verdict.DEPENDS,
                _PROXY,
                f"Python's option {scene.loads_no_hook} leaves our hook out: credentials of some "
                "kind are needed.",
                "Give it AnonymousCredentials(), or leave the option out.",
            )
        is_rest = scene.sources.setting("transport", "'rest'") is not None
        over = "REST" if is_rest else "gRPC"
        return Finding(f"{client} ({over})", version, str(place), Verdict.YES, _HOOK)

    return judge


_GOOGLE_VERSIONS: Final = (
    "v1",
    "v1beta2",
    "v1p1beta1",
    "v1p2beta1",
    "v1p3beta1",
    "v1p4beta1",
    "v2",
)


def _aws(scene: Scene) -> Finding | None:
    place = scene.sources.imported("boto3", "botocore", "aioboto3", "aiobotocore")
    if place is None:
        return None
    version = scene.version("boto3", "botocore")
    wanted = [one for one in ("rekognition", "comprehend") if one in scene.sources.services]
    known = [one for one in scene.sources.services if not one.startswith("discovery:")]
    client = f"boto3 ({', '.join(wanted)})" if wanted else "boto3"
    if known and not wanted:
        remark = f"it asks {', '.join(sorted(known)[:5])}, which is left alone."
        return Finding(client, version, str(place), Verdict.UNUSED, remark=remark)
    fixed = scene.sources.setting("endpoint_url")
    if fixed is not None:
        return Finding(
            client,
            version,
            str(place),
            Verdict.DEPENDS,
            remark=f"{fixed} gives it an address of its own, which is left alone.",
            remedy="Leave endpoint_url out.",
        )
    fixed = scene.sources.setting("verify")
    botocore = scene.version("botocore")
    is_ignoring = scene.env.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    if botocore and _numbers(botocore) >= _ENDPOINTS_SINCE and not is_ignoring:
        return Finding(client, version, str(place), Verdict.YES, _ENDPOINT)
    if not botocore and not is_ignoring:
        means = f"{_ENDPOINT}, or before botocore 1.31 {_PROXY}"
        return Finding(client, version, str(place), Verdict.YES, means)
    if fixed is not None and not scene.sources.setting("verify", "False"):
        return _distrusting(client, version, place, fixed)
    return Finding(client, version, str(place), Verdict.YES, _PROXY)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", version)[:2])


def _distrusting(client: str, version: str, place: Place, because: Place) -> Finding:
    return Finding(
        client,
        version,
        str(place),
        Verdict.NO,
        remark=f"{because} makes it trust other roots than those of its environment: it would "
        "refuse our certificate.",
        remedy=_TRUST_REMEDY,
    )


@dataclass(frozen=True, slots=True)
class _HttpClient:
    """A client that may ask anything: it counts if the address of a served API is written."""

    client: str
    modules: tuple[str, ...]
    package: str
    follows_proxy: bool
    trust_settings: tuple[str, ...] = ()
    environment_setting: str = ""
    lacks: str = "it follows no proxy"

    def __call__(self, scene: Scene) -> Finding | None:
        place = scene.sources.imported(*self.modules)
        if place is None:
            return None
        version = scene.version(self.package) if self.package else ""
        address = next(iter(scene.sources.addresses.values()), None)
        if address is None:
            return Finding(
                self.client,
                version,
                str(place),
                Verdict.UNUSED,
                remark="no address of a served API stands in the sources.",
            )
        follows = self.follows_proxy
        if self.environment_setting:
            off = scene.sources.setting(self.environment_setting, "False")
            if off is not None and self.follows_proxy:
                return _distrusting(self.client, version, place, off)
        for name in self.trust_settings:
            fixed = scene.sources.setting(name)
            if fixed is not None and not scene.sources.setting(name, "False", "True"):
                return _distrusting(self.client, version, place, fixed)
        own = scene.sources.setting("proxies") or scene.sources.setting("proxy")
        if own is not None:
            return Finding(
                self.client,
                version,
                str(place),
                Verdict.DEPENDS,
                remark=f"{own} gives it a proxy of its own, which is left alone.",
                remedy="Name the proxy in https_proxy instead: it is chained to.",
            )
        if follows:
            return Finding(self.client, version, str(place), Verdict.YES, _PROXY)
        if scene.loads_no_hook:
            return scene.without_hook(self.client, version, place, self.lacks)
        return Finding(self.client, version, str(place), Verdict.YES, _HOOK)


def _aiohttp(scene: Scene) -> Finding | None:
    follows = scene.sources.setting("trust_env", "True") is not None
    found = _HttpClient("aiohttp", ("aiohttp",), "aiohttp", follows, ("ssl", "ssl_context"))(scene)
    if found is None or found.verdict is not Verdict.YES or follows:
        return found
    if scene.version("aiodns"):
        return Finding(
            found.client,
            found.version,
            found.place,
            Verdict.NO,
            remark="with aiodns installed it looks up names past Python, and follows no proxy.",
            remedy="Give ClientSession trust_env=True, or remove aiodns.",
        )
    return found


def _discovery(scene: Scene) -> Finding | None:
    place = scene.sources.imported("googleapiclient.discovery", "apiclient.discovery")
    if place is None:
        return None
    client, version = "googleapiclient (discovery)", scene.version("google-api-python-client")
    services = [one for one in scene.sources.services if one.startswith("discovery:")]
    ours = {"discovery:vision", "discovery:language"}
    if services and not ours.intersection(services):
        remark = "it asks other services, which are left alone."
        return Finding(client, version, str(place), Verdict.UNUSED, remark=remark)
    return Finding(client, version, str(place), Verdict.YES, _PROXY)


PYTHON_CLIENTS: Final[tuple[Callable[[Scene], Finding | None], ...]] = (
    _google("google.cloud.vision", "google-cloud-vision", "google-cloud-vision"),
    _google("google.cloud.language", "google-cloud-language", "google-cloud-language"),
    _aws,
    _discovery,
    _HttpClient("requests", ("requests",), "requests", True, ("verify",), "trust_env"),
    _HttpClient("httpx", ("httpx",), "httpx", True, ("verify",), "trust_env"),
    _aiohttp,
    _HttpClient("urllib", ("urllib.request",), "", True, ("context", "cafile")),
    _HttpClient("urllib3", ("urllib3",), "urllib3", False, ("ca_certs", "ssl_context")),
    _HttpClient("http.client", ("http.client",), "", False, ("context",)),
    _HttpClient("httplib2", ("httplib2",), "httplib2", False, ("ca_certs",)),
    _HttpClient(
        "pycurl", ("pycurl",), "pycurl", False, lacks="libcurl takes no trusted roots from there"
    ),
)
