CATEGORIES = [
    ("shoes", {"Shoe", "Footwear", "Sneakers"}),
    ("bags", {"Bag", "Handbag"}),
    ("hats", {"Hat", "Sun hat", "Cap"}),
]

def category(names):
    for title, words in CATEGORIES:
        if words.intersection(names):
            return title
    return "misc"
