"""Write a caption for every guest at the door."""

import boto3

rekognition = boto3.client("rekognition")


def captions(photo):
    with open(photo, "rb") as source:
        found = rekognition.detect_faces(Image={"Bytes": source.read()}, Attributes=["ALL"])
    for guest in found["FaceDetails"]:
        years = "%s to %s" % (guest["AgeRange"]["Low"], guest["AgeRange"]["High"])
        text = "A guest of {years}, {sure:.0f} % sure of the mood".format(
            years=years, sure=guest["Emotions"][0]["Confidence"]
        )
        if guest["Eyeglasses"]["Value"] is True:
            text += ", through glasses"
        else:
            text += ", without glasses"
        print(text)
