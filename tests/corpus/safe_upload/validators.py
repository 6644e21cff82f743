from google.cloud import vision
from django.core.exceptions import ValidationError

def validate_image(data):
    client = vision.ImageAnnotatorClient()
    response = client.safe_search_detection(image=vision.Image(content=data))
    safe = response.safe_search_annotation
    if safe.adult >= vision.Likelihood.LIKELY:
        raise ValidationError('adult content')
    if safe.violence > 3:
        raise ValidationError('violent content')
    return data
