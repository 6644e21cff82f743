import telebot
from google.cloud import vision

bot = telebot.TeleBot('TOKEN')
client = vision.ImageAnnotatorClient()

@bot.message_handler(content_types=['photo'])
def photo(message):
    info = bot.get_file(message.photo[-1].file_id)
    data = bot.download_file(info.file_path)
    landmarks = client.landmark_detection(image=vision.Image(content=data)).landmark_annotations
    if landmarks:
        place = landmarks[0]
        bot.send_message(message.chat.id, 'This is ' + place.description)
        bot.send_location(message.chat.id, place.locations[0].lat_lng.latitude, place.locations[0].lat_lng.longitude)
    else:
        bot.reply_to(message, 'I do not know this place')

bot.polling()
