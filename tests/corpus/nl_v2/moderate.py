from google.cloud import language_v2

LIMIT = 0.6
WATCHED = ('Toxic', 'Insult', 'Profanity', 'Violent')

def flags(text):
    client = language_v2.LanguageServiceClient()
    doc = language_v2.Document(content=text, type_=language_v2.Document.Type.PLAIN_TEXT)
    resp = client.moderate_text(document=doc)
    result = {}
    for name in WATCHED:
        result[name] = False
    for cat in resp.moderation_categories:
        if cat.name in WATCHED and cat.confidence > LIMIT:
            result[cat.name] = True
    return result

if __name__ == '__main__':
    import sys
    print(flags(' '.join(sys.argv[1:])))
