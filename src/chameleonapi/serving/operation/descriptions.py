"""Descriptions of the services, for reflection: Google's packages describe messages only.

A service is put together from the methods that are served. Request messages are named after
their methods, as they are in all of Google's APIs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, final

from google.protobuf import descriptor_pb2, descriptor_pool

__all__ = ["ServicePool"]

_FOLDER: Final = "chameleonapi/reflection/"


@final
class ServicePool:
    """A pool of descriptions that finds services too; what is asked for is loaded first.

    Args:
        methods: by path, what returns the class of the response; None where a method is known
            and not served.
    """

    def __init__(self, methods: Mapping[str, Callable[[], Any] | None]) -> None:
        self._methods = methods
        self._default = descriptor_pool.Default()
        self._pool = descriptor_pool.DescriptorPool()

    def FindFileContainingSymbol(self, symbol: str) -> Any:  # noqa: N802 -- protobuf's name
        """Return the file of a service, a method or a message.

        Raises:
            KeyError: if there is none.
        """
        for service in dict.fromkeys(path.split("/")[1] for path in self._methods):
            if symbol == service or symbol.startswith(service + "."):
                return self._service_file(service)
            package = service.rpartition(".")[0]
            if symbol.startswith(package + "."):
                self._service_file(service)
        return self._default.FindFileContainingSymbol(symbol)

    def FindFileByName(self, name: str) -> Any:  # noqa: N802 -- protobuf's name
        """Return a file.

        Raises:
            KeyError: if there is none.
        """
        if name.startswith(_FOLDER):
            return self._pool.FindFileByName(name)
        return self._default.FindFileByName(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._default, name)

    def _service_file(self, service: str) -> Any:
        file_name = f"{_FOLDER}{service}.proto"
        try:
            return self._pool.FindFileByName(file_name)
        except KeyError:
            pass
        package, _, name = service.rpartition(".")
        file = descriptor_pb2.FileDescriptorProto(name=file_name, package=package, syntax="proto3")
        described = file.service.add(name=name)
        needed = {}
        for path, response_class in self._methods.items():
            _, own, method = path.split("/")
            if own != service or response_class is None:
                continue
            response = response_class().DESCRIPTOR
            request = self._default.FindMessageTypeByName(f"{package}.{method}Request")
            described.method.add(
                name=method,
                input_type=f".{request.full_name}",
                output_type=f".{response.full_name}",
            )
            needed.update({one.file.name: one.file for one in (request, response)})
        for one in needed.values():
            self._add(one)
        file.dependency.extend(needed)
        self._pool.Add(file)
        return self._pool.FindFileByName(file_name)

    def _add(self, file: Any) -> None:
        """Put a file of the default pool, and what it needs, into ours."""
        try:
            self._pool.FindFileByName(file.name)
        except KeyError:
            for one in file.dependencies:
                self._add(one)
            copied = descriptor_pb2.FileDescriptorProto()
            file.CopyToProto(copied)
            self._pool.Add(copied)
