from google.cloud import language_v1
import sys

def main():
    client = language_v1.LanguageServiceClient()
    response = client.classify_text(request={'document': {'content': sys.argv[1], 'type_': 1}})
    cats = response.categories
    if not cats:
        print('too short')
        return
    top = cats[0].name.split('/')[1]
    if top == 'Food & Drink':
        print('recipe')
    elif top in ('Health', 'Beauty & Fitness'):
        print('wellness')
    else:
        print('other')

main()
