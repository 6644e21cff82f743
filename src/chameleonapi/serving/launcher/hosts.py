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

_AWS_HOST = re.compile(rf"({'|'.join(AWS_SERVICES)})(-fips)?\.[a-z0-9-]+\.amazonaws\.com")


def served_hosts() -> tuple[str, ...]:
    """Return Google's hosts and those of AWS in every region that botocore knows."""
    from botocore.session import Session

    session = Session()
    resolver = session.get_component("endpoint_resolver")
    found = set()
    for service in AWS_SERVICES:
        for partition in session.get_available_partitions():
            regions = session.get_available_regions(service, partition, allow_non_regional=True)
            for region in regions:
                host = resolver.construct_endpoint(service, region, partition)["hostname"]
                if _AWS_HOST.fullmatch(host):
                    found.add(host)
    return (*GOOGLE_HOSTS, *sorted(found))
