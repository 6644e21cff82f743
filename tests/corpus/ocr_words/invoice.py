"""Is the scan an invoice, and is it good enough to book?   invoice.py PICTURE"""
import sys

from google.cloud import vision

SURE = 0.75


def words_of(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as scan:
        response = client.document_text_detection(image=vision.Image(content=scan.read()))
    for page in response.full_text_annotation.pages:
        for block in page.blocks:
            for paragraph in block.paragraphs:
                for word in paragraph.words:
                    text = ''.join([symbol.text for symbol in word.symbols])
                    yield text, word.confidence


def main(path):
    for text, confidence in words_of(path):
        if text.lower() in ('invoice', 'rechnung', 'facture'):
            if confidence >= SURE:
                print('book it')
            else:
                print('scan it again')
            return
    print('no invoice')


if __name__ == '__main__':
    main(sys.argv[1])
