from dataclasses import dataclass, field
from typing import List
from google.cloud import vision


@dataclass
class Result:
    path: str
    labels: List[str] = field(default_factory=list)
    best: float = 0.0

    @property
    def is_vehicle(self) -> bool:
        return any(x in ("Car", "Truck", "Bus", "Motorcycle") for x in self.labels)


def inspect(path: str) -> Result:
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as f:
        annotations = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    r = Result(path)
    for a in annotations:
        r.labels.append(a.description)
        r.best = max(r.best, a.score)
    return r


result = inspect("street.jpg")
if result.is_vehicle:
    print("vehicle")
else:
    print("other")
