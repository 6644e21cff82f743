import io
import sys

from google.cloud import vision
from google.cloud.vision import types

client = vision.ImageAnnotatorClient()
breaks = vision.enums.TextAnnotation.DetectedBreak.BreakType


def read(path):
    with io.open(path, 'rb') as f:
        image = types.Image(content=f.read())
    document = client.document_text_detection(image=image).full_text_annotation
    words = []
    for page in document.pages:
        for block in page.blocks:
            for paragraph in block.paragraphs:
                for word in paragraph.words:
                    line = ''
                    for symbol in word.symbols:
                        line += symbol.text
                        if symbol.property.detected_break.type == breaks.SPACE:
                            line += ' '
                        if symbol.property.detected_break.type == breaks.LINE_BREAK:
                            line += '\n'
                    words.append(line.strip())
    return words


words = read(sys.argv[1])
if not words:
    print('blank page')
elif 'URGENT' in words:
    print('call the office')
else:
    print('put it on the pile')
