"""Watches a driver: where does the face look, and what mood shows on it?"""

import boto3
import cv2

rekognition = boto3.client("rekognition")
SURE = 60


def overlay(picture, words, top):
    return cv2.putText(picture, words, (10, top), cv2.FONT_HERSHEY_PLAIN, 1, (0, 0, 0))


def watch(picture):
    answer = rekognition.detect_faces(Image={"Bytes": picture}, Attributes=["ALL"])
    faces = answer["FaceDetails"]
    if not faces:
        return overlay(picture, "nobody at the wheel", 20)
    pose = faces[0]["Pose"]
    moods = [one["Type"].lower() for one in faces[0]["Emotions"] if one["Confidence"] > SURE]
    picture = overlay(picture, "mood: " + " and ".join(moods), 20)
    if abs(pose["Yaw"]) > 35 or pose["Pitch"] < -25:
        picture = overlay(picture, "EYES ON THE ROAD", 60)
    return picture


print(watch(cv2.imread("frame.png")))
