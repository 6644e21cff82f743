import boto3

client = boto3.client("rekognition")
REPLIES = {
    "Dog": "good boy",
    "Coffee Cup": "is that for me",
    "Guitar": "play something",
}


def say(text):
    print(text)


def things(picture):
    for label in client.detect_labels(Image={"Bytes": picture}, MinConfidence=80)["Labels"]:
        name = label["Name"]
        if name in REPLIES:
            say(REPLIES[name])
        elif name[0] in "AEIOU":
            say("whatever it is")
        else:
            say("nothing new")


def people(picture):
    for face in client.detect_faces(Image={"Bytes": picture}, Attributes=["ALL"])["FaceDetails"]:
        if face["Smile"]["Value"]:
            say("nice to see you smile")
        if face["Sunglasses"]["Value"]:
            say("cool glasses")
        elif face["Eyeglasses"]["Value"]:
            say("clever glasses")


with open("now.jpg", "rb") as file:
    seen = file.read()
things(seen)
people(seen)
