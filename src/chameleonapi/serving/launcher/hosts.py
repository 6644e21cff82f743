"""The hosts that are taken over: exactly these, never a whole domain."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["AWS_SERVICES", "GOOGLE_HOSTS", "served_hosts"]

# The multi-regional hosts are documented at https://cloud.google.com/vision/docs/ocr#regionalization
GOOGLE_HOSTS: Final = (
    "vision.googleapis.com",
    "us-vision.googleapis.com",
    "eu-vision.googleapis.com",
    "language.googleapis.com",
)
AWS_SERVICES: Final = ("rekognition", "comprehend")

_AWS_HOST = re.compile(
    rf"({'|'.join(AWS_SERVICES)})(-fips)?\.[a-z]{{2}}(-[a-z]+)+-\d\.amazonaws\.com"
)


def served_hosts() -> tuple[str, ...]:
    """Return Google's hosts and those of AWS in every region that botocore knows."""
    from botocore.loaders import Loader

    found = set()
    for partition in Loader().load_data("endpoints")["partitions"]:
        for service in AWS_SERVICES:
            endpoints = partition["services"].get(service, {}).get("endpoints", {})
            for region, endpoint in endpoints.items():
                found.add(f"{service}.{region}.{partition['dnsSuffix']}")
                found.add(endpoint.get("hostname", ""))
                found.update(one["hostname"] for one in endpoint.get("variants", ()))
    return (*GOOGLE_HOSTS, *sorted(filter(_AWS_HOST.fullmatch, found)))
