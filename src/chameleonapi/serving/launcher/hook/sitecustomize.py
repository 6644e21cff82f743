# ruff: noqa: INP001 -- Python looks for this name in a plain folder
"""Runs at the start of every Python interpreter of an application that is taken over.

It catches what environment variables miss: clients that know no proxy, and gRPC, which
it leads to the server without TLS. It is the only file of ours that the application's
interpreter sees, so it needs the standard library alone, runs from Python 3.6 on, and
must never be the reason why an application fails.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_HTTPS_PORT = 443
_LOOPBACK = "127.0.0.1"
# gevent and eventlet put their own in the place of Python's.
_SOCKET_MODULES = ("socket", "gevent.socket", "eventlet.green.socket")
_GRPC_MODULES = ("grpc", "grpc.aio")
_AUTH_MODULE = "google.auth._default"
# Libraries whose search for credentials may end without any.
_OURS = ("google.cloud.vision", "google.cloud.language")


def _warn(what: str, error: Exception) -> None:
    sys.stderr.write("chameleon: %s: %s: %s\n" % (what, type(error).__name__, error))  # noqa: UP031


def _redirect_sockets(socket: "Any", hosts: "set[str]", tls_port: int) -> None:
    """Lead connections to port 443 of a served host to the local TLS door."""
    real_getaddrinfo = socket.getaddrinfo
    real_connect = socket.socket.connect
    real_connect_ex = socket.socket.connect_ex

    def is_served(host: "Any", port: "Any") -> bool:
        if isinstance(host, bytes):
            host = host.decode("latin-1")
        return (
            isinstance(host, str)
            and host.lower().rstrip(".") in hosts
            and str(port) in (str(_HTTPS_PORT), "https")
        )

    def getaddrinfo(host: "Any", port: "Any", *args: "Any", **kwargs: "Any") -> "Any":
        if is_served(host, port):
            return real_getaddrinfo(_LOOPBACK, tls_port, *args, **kwargs)
        return real_getaddrinfo(host, port, *args, **kwargs)

    def local(address: "Any") -> "Any":
        # Some clients resolve a name and then connect by name again.
        if isinstance(address, tuple) and len(address) >= 2 and is_served(*address[:2]):
            return (_LOOPBACK, tls_port) + address[2:]  # noqa: RUF005 -- any length
        return address

    def connect(self: "Any", address: "Any") -> "Any":
        return real_connect(self, local(address))

    def connect_ex(self: "Any", address: "Any") -> "Any":
        return real_connect_ex(self, local(address))

    socket.getaddrinfo = getaddrinfo
    socket.socket.connect = connect
    socket.socket.connect_ex = connect_ex


def _redirect_grpc(module: "Any", hosts: "set[str]", address: str, application: str) -> None:
    """Lead gRPC channels for a served host to the server; they need no TLS and no token."""
    real_secure_channel = module.secure_channel
    real_insecure_channel = module.insecure_channel

    def secure_channel(
        target: "Any", credentials: "Any", options: "Any" = None, *args: "Any", **kwargs: "Any"
    ) -> "Any":
        name = str(target).split("///")[-1]
        host, _, port = name.rpartition(":")
        if not host:
            host, port = name, str(_HTTPS_PORT)
        if host.lower() not in hosts or port != str(_HTTPS_PORT):
            return real_secure_channel(target, credentials, options, *args, **kwargs)
        changed = list(options or ())
        agent = "".join(str(v) + " " for k, v in changed if k == "grpc.primary_user_agent")
        if application:
            agent += "chameleon-application/" + application + " "
        agent += "chameleon-host/" + host.lower()
        changed = [(k, v) for k, v in changed if k != "grpc.primary_user_agent"]
        changed.append(("grpc.primary_user_agent", agent))
        changed.append(("grpc.enable_http_proxy", 0))
        return real_insecure_channel(address, changed, *args, **kwargs)

    module.secure_channel = secure_channel


def _is_for_another_service() -> bool:
    """Tell whether Google's library for a service that is not taken over asks."""
    frame = sys._getframe(1)  # noqa: SLF001 -- the caller decides what is right here
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith(_OURS):
            return False
        if name.startswith("google.cloud.") or name.startswith("firebase_admin"):  # noqa: PIE810
            return True
        frame = frame.f_back  # type: ignore[assignment] # None ends the loop
    return False


def _allow_no_credentials(module: "Any") -> None:
    """Let the search for Google's credentials end with none, after it has failed."""
    real_default = module.default

    def default(*args: "Any", **kwargs: "Any") -> "Any":
        try:
            return real_default(*args, **kwargs)
        except Exception as error:
            if type(error).__name__ != "DefaultCredentialsError" or _is_for_another_service():
                raise
            from google.auth.credentials import AnonymousCredentials

            anonymous = AnonymousCredentials()  # type: ignore[no-untyped-call] # Google's
            return anonymous, os.environ.get("GOOGLE_CLOUD_PROJECT")

    module.default = default


def _trust_curl(module: "Any") -> None:
    """Give libcurl the roots that the program curl reads from its environment."""
    roots = os.environ.get("CURL_CA_BUNDLE", "")
    if not roots:
        return

    class Curl(module.Curl):  # type: ignore[misc] # a class without types
        def __init__(self, *args: "Any", **kwargs: "Any") -> None:
            super().__init__(*args, **kwargs)
            self.setopt(module.CAINFO, roots)

        def reset(self) -> None:
            super().reset()
            self.setopt(module.CAINFO, roots)

    module.Curl = Curl


def _when_imported(patches: "Mapping[str, Callable[[Any], None]]") -> None:
    """Apply a patch to a module right after its own code has run, whenever that is.

    An interpreter that never imports the module pays nothing, not even for importlib.
    """

    def apply(name: str, module: "Any") -> None:
        try:
            patches[name](module)
        except Exception as error:  # noqa: BLE001 -- the application goes on
            _warn("cannot take over " + name, error)

    class Finder:
        def find_spec(self, fullname: str, path: "Any" = None, target: "Any" = None) -> "Any":
            if fullname not in patches:
                return None
            for finder in sys.meta_path:
                if finder is self or not hasattr(finder, "find_spec"):
                    continue
                spec = finder.find_spec(fullname, path, target)
                if spec is None:
                    continue
                run = getattr(spec.loader, "exec_module", None)
                if run is None:
                    return spec

                def exec_module(module: "Any", run: "Any" = run) -> None:
                    run(module)
                    apply(fullname, module)

                spec.loader.exec_module = exec_module  # type: ignore[method-assign,union-attr]
                return spec
            return None

    for name in patches:
        if name in sys.modules:
            apply(name, sys.modules[name])
    sys.meta_path.insert(0, Finder())


def _install() -> None:
    hosts = {host for host in os.environ.get("CHAMELEON_HOSTS", "").split(",") if host}
    tls_port = os.environ.get("CHAMELEON_TLS_PORT", "")
    grpc_address = os.environ.get("CHAMELEON_GRPC", "")
    application = os.environ.get("CHAMELEON_APPLICATION", "")
    if not hosts or not tls_port or not grpc_address:
        return

    def redirect_sockets(module: "Any") -> None:
        _redirect_sockets(module, hosts, int(tls_port))

    def redirect_grpc(module: "Any") -> None:
        _redirect_grpc(module, hosts, grpc_address, application)

    patches = {_AUTH_MODULE: _allow_no_credentials, "pycurl": _trust_curl}
    for name in _SOCKET_MODULES:
        patches[name] = redirect_sockets
    for name in _GRPC_MODULES:
        patches[name] = redirect_grpc
    _when_imported(patches)


def _run_shadowed() -> None:
    """Run the ``sitecustomize`` that Python would have found without this one."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 -- imports little
    sys.path[:] = [one for one in sys.path if os.path.abspath(one or ".") != here]  # noqa: PTH100
    for finder in sys.meta_path:
        if not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec("sitecustomize", None)
        if spec is not None and spec.loader is not None:
            from importlib.util import module_from_spec

            module = module_from_spec(spec)
            sys.modules["sitecustomize"] = module
            spec.loader.exec_module(module)
            return


# mypy and other tools import this file too: only a launched application has the variable.
if os.environ.get("CHAMELEON_HOSTS"):
    try:
        _install()
    except Exception as error:  # noqa: BLE001 -- the application goes on
        _warn("the application is not taken over", error)
    try:
        _run_shadowed()
    except Exception as error:  # noqa: BLE001 -- as Python itself treats it
        _warn("another sitecustomize failed", error)
