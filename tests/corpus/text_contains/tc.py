from google.cloud import vision
import re

client = vision.ImageAnnotatorClient()

def doc_type(path):
    with open(path, 'rb') as f:
        response = client.document_text_detection(image=vision.Image(content=f.read()))
    text = response.full_text_annotation.text.lower()
    if 'invoice' in text:
        return 'invoice'
    if 'receipt' in text or 'total' in text:
        return 'receipt'
    return 'letter'

print(doc_type('a.jpg'))
