import logging
from telegram import Update
from telegram.ext import Updater, MessageHandler, Filters, CallbackContext
from google.cloud import vision

logging.basicConfig(level=logging.INFO)

def detect(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        content = f.read()
    response = client.label_detection(image=vision.Image(content=content))
    return [label.description for label in response.label_annotations]

def photo(update: Update, context: CallbackContext):
    f = update.message.photo[-1].get_file()
    f.download('p.jpg')
    for d in detect('p.jpg'):
        if 'cat' in d.lower():
            update.message.reply_text('Meow!')
            return
        elif 'dog' in d.lower():
            update.message.reply_text('Woof!')
            return
    update.message.reply_text('?')

def main():
    updater = Updater('TOKEN')
    updater.dispatcher.add_handler(MessageHandler(Filters.photo, photo))
    updater.start_polling()
    updater.idle()

if __name__ == '__main__':
    main()
