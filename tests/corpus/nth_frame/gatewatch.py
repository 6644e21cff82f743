"""Look at every fifteenth picture of a gate and open it for cars."""

import boto3

import gate_camera

rekognition = boto3.client("rekognition")
EVERY = 15


def watch():
    number = 0
    while gate_camera.is_open():
        picture = gate_camera.picture()
        number += 1
        if number % EVERY:
            continue
        found = rekognition.detect_labels(Image={"Bytes": picture}, MaxLabels=20)
        names = {label["Name"] for label in found["Labels"] if label["Confidence"] > 80}
        if names & {"Car", "Truck"}:
            gate_camera.open_gate()


watch()
