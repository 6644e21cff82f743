"""Turns a camera after a ball."""

from google.cloud import vision


class Camera:
    def __init__(self, motor):
        self.client = vision.ImageAnnotatorClient()
        self.motor = motor

    def follow(self, frame):
        answer = self.client.object_localization(image=vision.Image(content=frame))
        for thing in answer.localized_object_annotations:
            if thing.name != "Ball":
                continue
            corners = thing.bounding_poly.normalized_vertices
            middle = (corners[0].x + corners[1].x) / 2
            if middle < 0.4:
                self.motor.turn("left")
            elif middle > 0.6:
                self.motor.turn("right")
            else:
                self.motor.hold()
            return
        self.motor.search()
