"""Data fetched from public addresses: verified, resumed where it stopped, and bounded."""

from chameleonapi.data.fetching.http import Fetcher, NotThereError
from chameleonapi.data.fetching.open_images import (
    OpenImagesPlan,
    OpenImagesResult,
    fetch_open_images,
)
from chameleonapi.data.fetching.photos import PhotosResult, assemble_photos

__all__ = [
    "Fetcher",
    "NotThereError",
    "OpenImagesPlan",
    "OpenImagesResult",
    "PhotosResult",
    "assemble_photos",
    "fetch_open_images",
]
