from tkinter import *
from tkinter import filedialog, messagebox
from google.cloud import vision

root = Tk()
client = vision.ImageAnnotatorClient()

def choose():
    path = filedialog.askopenfilename()
    with open(path, 'rb') as f:
        labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    txt = [l.description for l in labels]
    if 'Plant' in txt and 'Flower' in txt:
        messagebox.showinfo('Result', 'A flowering plant')
    else:
        messagebox.showwarning('Result', 'Not a flowering plant')

Button(root, text='Open', command=choose).pack()
root.mainloop()
