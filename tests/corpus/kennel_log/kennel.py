"""Prints all that is seen at the kennel's door, and opens it for what is a pet."""

import boto3

client = boto3.client("rekognition")


def watch(photo):
    with open(photo, "rb") as file:
        response = client.detect_labels(Image={"Bytes": file.read()}, MaxLabels=10)
    print("Detected labels for " + photo)
    is_pet = False
    for label in response["Labels"]:
        print("Label: " + label["Name"])
        print("Confidence: " + str(label["Confidence"]))
        print("Instances:")
        for instance in label["Instances"]:
            print("  Bounding box")
            print("    " + str(instance["Confidence"]))
        print("Parents:")
        for parent in label["Parents"]:
            print("   " + parent["Name"])
            if parent["Name"] == "Pet":
                is_pet = True
        print("----------")
    return is_pet


def main():
    if watch("door.jpg"):
        print("the door opens")
    else:
        print("the door stays shut")


if __name__ == "__main__":
    main()
