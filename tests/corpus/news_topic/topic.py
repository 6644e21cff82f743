from google.cloud import language_v1

def classify(text):
    client = language_v1.LanguageServiceClient()
    document = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    response = client.classify_text(document=document)
    for category in response.categories:
        if category.name.startswith('/News/Politics'):
            return 'politics'
        elif category.name.startswith('/News'):
            return 'news'
        elif '/Sports' in category.name:
            return 'sports'
    return 'other'

def main():
    with open('article.txt') as f:
        text = f.read()
    print(classify(text))

main()
