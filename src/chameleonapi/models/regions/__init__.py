"""Models that say where in a picture things are.

A *finder*, trained once for all applications, finds the places of things of any sort; a backbone
of regions turns each into features; a head over these tells what is there. So heads, thresholds
and losses are those of whole pictures, one region at a time.
"""

from chameleonapi.models.regions.answers import detect_batch
from chameleonapi.models.regions.backbone import REGIONS, RegionBackbone, need_maps, read_regions
from chameleonapi.models.regions.finder import RegionFinder
from chameleonapi.models.regions.geometry import overlap, pick_regions
from chameleonapi.models.regions.head import RegionHead

__all__ = [
    "REGIONS",
    "RegionBackbone",
    "RegionFinder",
    "RegionHead",
    "detect_batch",
    "need_maps",
    "overlap",
    "pick_regions",
    "read_regions",
]
