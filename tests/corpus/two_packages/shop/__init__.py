from .vision_api import Vision
