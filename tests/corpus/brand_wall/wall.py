import sys

from google.cloud import vision

SPONSORS = {"alpenbrau": "gold", "nordwind": "silver"}

client = vision.ImageAnnotatorClient()
image = vision.Image()
image.source.image_uri = sys.argv[1]
for logo in client.logo_detection(image=image).logo_annotations:
    name = logo.description.casefold()
    for sponsor, rank in SPONSORS.items():
        if name == sponsor or name.startswith(sponsor + " "):
            print("sponsor:", rank)
            sys.exit(0)
print("no sponsor")
