"""Mark the vehicles on the pictures of a square, and say where they stand."""

from typing import List

from google.cloud import vision
from pydantic import BaseModel

client = vision.ImageAnnotatorClient()
VEHICLES = {"Car", "Van", "Bus", "Truck"}


class Corner(BaseModel):
    x: float
    y: float


class Frame(BaseModel):
    corners: List[Corner]


class Marked(BaseModel):
    picture: str
    frames: List[Frame]


def marked(name, data):
    image = vision.Image(content=data)
    found = client.object_localization(image=image).localized_object_annotations
    answer = Marked(picture=name, frames=[])
    for one in found:
        if one.name in VEHICLES:
            frame = Frame(corners=[])
            for corner in one.bounding_poly.normalized_vertices:
                frame.corners.append(Corner(x=corner.x, y=corner.y))
            answer.frames.append(frame)
    return answer


def told(data):
    image = vision.Image(content=data)
    found = client.object_localization(image=image).localized_object_annotations
    text = f"Things in sight: {len(found)}\n"
    for one in found:
        if one.name in VEHICLES:
            text += f"\n{one.name} ({one.score})\nCorners:\n"
            for corner in one.bounding_poly.normalized_vertices:
                text += f" at {corner.x}, {corner.y}\n"
    return text
