import discord
from discord.ext import commands
from google.cloud import vision

bot = commands.Bot(command_prefix='!')
vclient = vision.ImageAnnotatorClient()

def is_nsfw(url):
    image = vision.Image()
    image.source.image_uri = url
    safe = vclient.safe_search_detection(image=image).safe_search_annotation
    likelihood_name = ('UNKNOWN', 'VERY_UNLIKELY', 'UNLIKELY', 'POSSIBLE', 'LIKELY', 'VERY_LIKELY')
    if likelihood_name[safe.adult] in ('LIKELY', 'VERY_LIKELY') or likelihood_name[safe.racy] == 'VERY_LIKELY':
        return True
    return False

@bot.event
async def on_message(message):
    for attachment in message.attachments:
        if is_nsfw(attachment.url):
            await message.delete()
            await message.channel.send('Not here please')
    await bot.process_commands(message)

bot.run('token')
