"""Parents of single labels, besides those of their subcategory.

``=`` replaces the parents of the subcategory, ``+`` adds to them.
"""

from __future__ import annotations

from typing import Final

__all__ = ["PARENTS"]

PARENTS: Final = """
# animals
Dog = Mammal, Carnivore, Pet; Cat = Mammal, Carnivore, Pet; Poodle = Dog; Wolf + Carnivore;
Fox + Carnivore; Lion = Big cat; Tiger = Big cat; Leopard = Big cat; Bear + Carnivore;
Polar bear + Carnivore; Raccoon + Carnivore; Badger + Carnivore; Otter + Carnivore;
Skunk + Carnivore; Monkey = Primate; Gorilla = Primate; Orangutan = Primate; Mouse = Rodent;
Rat = Rodent; Hamster = Rodent, Pet; Chipmunk = Rodent; Beaver = Rodent; Rabbit + Pet;
Cow + Farm animal; Bull + Farm animal; Pig + Farm animal; Sheep + Farm animal;
Goat + Farm animal; Horse + Farm animal; Donkey + Farm animal; Chicken + Farm animal;
Turkey + Farm animal; Duck + Farm animal; Goose + Farm animal; Chick + Farm animal;
Feather = Plumage; Snail = Invertebrate; Spider = Invertebrate; Scorpion = Invertebrate;
Worm = Invertebrate; Fish = Marine animal; Tropical fish = Fish; Pufferfish = Fish;
Shark = Fish; Octopus + Invertebrate; Jellyfish + Invertebrate; Coral + Invertebrate;
Whale + Mammal; Dolphin + Mammal; Seal + Mammal; Seashell = Shell; Spider web = Web;
# plants
Conifer = Tree; Deciduous tree = Tree; Palm tree = Tree; Maple leaf = Leaf; Autumn leaf = Leaf;
Green leaf = Leaf; Mushroom = Fungus, Food; Bird nest = Nest; Bamboo = Plant; Herb + Food;
# food
Tangerine = Citrus; Lemon = Citrus; Lime = Citrus; Tomato + Vegetable; Avocado = Fruit;
Peanut = Nut; Chestnut = Nut; Coconut + Nut; Sweet potato = Vegetable; Bread = Baked goods;
Croissant = Baked goods; Baguette = Baked goods; Flatbread = Baked goods; Pretzel = Baked goods;
Bagel = Baked goods; Pancake + Baked goods; Waffle + Baked goods; Cake + Baked goods;
Birthday cake + Baked goods; Cupcake + Baked goods; Pie + Baked goods; Cookie + Baked goods;
Doughnut + Baked goods; Fortune cookie = Baked goods; Mooncake = Baked goods; Roast meat = Meat;
Chicken leg = Meat; Steak = Meat; Bacon = Meat; Hamburger = Fast food; French fries = Fast food;
Pizza = Fast food; Hot dog = Fast food; Sandwich = Fast food; Taco = Fast food;
Burrito = Fast food; Kebab = Fast food; Cheese = Dairy product, Food;
Butter = Dairy product, Food; Milk + Dairy product; Egg = Food; Salt shaker = Tableware;
Food can = Tin can; Popcorn = Snack, Food; Rice cracker = Snack, Food;
Candy = Confectionery, Food; Lollipop = Confectionery, Food;
Chocolate bar = Confectionery, Food; Honey pot = Food, Container;
Takeout box = Cardboard, Container; Sushi + Seafood; Fried shrimp + Seafood;
Fish cake + Seafood; Crab + Invertebrate; Lobster + Invertebrate; Squid + Invertebrate;
# drinks and tableware
Baby bottle = Bottle, Plastic; Champagne bottle = Bottle, Glass, Drink;
Lotion bottle = Bottle, Plastic; Sake + Bottle; Wine glass + Glass, Drinkware;
Champagne glass + Glass, Drinkware; Cocktail + Glass, Drinkware; Whisky + Glass, Drinkware;
Beer + Glass, Drinkware; Coffee + Drinkware; Green tea + Drinkware; Teapot = Tableware;
Paper cup + Drinkware, Paper; Bubble tea + Plastic; Juice box + Cardboard;
Cutlery = Tableware, Metal; Spoon = Cutlery; Kitchen knife = Kitchenware, Metal;
Place setting + Metal; Chopsticks + Wood; Jar = Container, Glass; Amphora = Container;
Ice cube = Ice;
# clothes and what is worn
Glasses = Eyewear; Sunglasses = Eyewear; Goggles = Eyewear; Coat = Outerwear;
Lab coat = Outerwear; Safety vest = Outerwear; Briefs = Underwear; Sock = Underwear;
Handbag = Bag; Pouch = Bag; Coin purse = Bag; Shopping bag = Bag, Paper; Backpack = Bag;
Briefcase = Bag; Suitcase + Bag; Flip-flops = Footwear, Plastic; Dress shoe = Footwear;
Sneaker = Footwear; Hiking boot = Footwear; Ballet flat = Footwear; High heels = Footwear;
Sandal = Footwear; Ballet shoe = Footwear; Boot = Footwear; Sun hat = Hat; Top hat = Hat;
Graduation cap = Hat; Baseball cap = Hat; Helmet = Headgear; Crown = Headgear, Jewellery;
Beads = Jewellery; Ring = Jewellery; Gemstone = Jewellery; Lipstick = Cosmetics;
Hair comb = Cosmetics, Plastic; Hand fan = Fashion accessory; Necktie + Fashion accessory;
Scarf + Fashion accessory; Martial arts uniform = Clothing; Running shirt = Clothing;
Ribbon + Fashion accessory;
# books, paper, office and mail
Hardcover book = Book; Open book = Book; Stack of books = Book;
Notebook = Paper, Office supplies; Newspaper = Publication; Calendar + Paper;
Notepad = Paper, Office supplies; Envelope + Paper; Cardboard box + Cardboard;
Red envelope + Paper; Clipboard + Paper; File box + Cardboard; Filing cabinet + Furniture;
Waste basket + Container; Paperclip + Metal; Scissors + Hand tool; Receipt + Paper;
Banknote + Paper; Coin + Metal; Paintbrush + Craft supplies; Ticket = Paper;
Playing card + Paper; Toilet paper + Paper; Paper lantern = Lamp, Paper;
# devices
Battery = Electronic waste, Electronic device; Movie camera = Camera; Digital camera = Camera;
Video camera = Camera; Film strip = Film; Clapperboard = Film;
Magnifying glass = Optical instrument; Telescope + Optical instrument;
Microscope + Optical instrument; Candle = Lamp; Light bulb = Lamp, Glass; Flashlight = Lamp;
Oil lamp = Lamp; Compact disc + Plastic; Floppy disk + Plastic; Abacus = Toy; Bell = Metal;
Post horn = Wind instrument;
# music, tools, household
Guitar = String instrument; Violin = String instrument; Banjo = String instrument;
Saxophone = Wind instrument; Trumpet = Wind instrument, Metal; Flute = Wind instrument;
Drum = Percussion instrument; Conga = Percussion instrument; Maracas = Percussion instrument;
Hammer = Hand tool; Axe = Hand tool; Pickaxe = Hand tool; Saw = Hand tool;
Wrench = Hand tool, Metal; Screwdriver = Hand tool; Bolt = Hardware, Metal;
Chain = Hardware, Metal; Hook = Hardware, Metal; Gear = Hardware, Metal; Key + Metal;
Padlock + Metal; Dagger = Weapon; Sword = Weapon; Bow and arrow = Weapon; Shield = Weapon;
Bomb = Weapon; Boomerang = Toy, Wood; White cane = Medical supplies; Ladder + Wood;
Bed + Furniture; Couch + Furniture; Chair + Furniture; Door = Furniture, Wood;
Toilet = Bathroom; Bathtub = Bathroom; Shower = Bathroom; Plunger = Bathroom; Razor = Bathroom;
Toothbrush = Bathroom, Plastic; Soap = Bathroom; Bucket + Container, Plastic;
Basket + Container; Mousetrap + Wood; Fire extinguisher + Metal; Cigarette = Tobacco;
Coffin = Wood; Urn = Container; Identity card = Plastic; Credit card + Plastic;
Wood = Natural material; Brick = Building material; Rock = Natural material;
# play, sport, parties
Football = Ball; Baseball = Ball; Softball = Ball; Basketball = Ball; Volleyball = Ball;
American football = Ball; Rugby football = Ball; Tennis ball = Ball; Billiard ball = Ball, Game;
Kite = Toy; Yo-yo = Toy; Teddy bear = Toy; Water pistol = Toy, Plastic; Die + Toy;
Puzzle piece + Toy; Matryoshka doll = Toy, Wood; Doll = Toy; Pinata = Toy, Party supplies;
Frisbee + Toy, Plastic; Game controller + Electronic device, Toy;
Joystick + Electronic device, Toy; Balloon + Toy; Skateboard = Sports equipment;
Roller skate = Sports equipment, Footwear; Ice skate + Footwear; Trophy + Metal; Medal + Metal;
Disco ball = Party supplies; Crystal ball = Glass; Christmas tree = Tree, Party supplies;
Ball of yarn + Toy;
# traffic and buildings
Sedan = Car; Taxi = Car; Police car = Car; Race car = Car; Sport utility vehicle = Car;
Ambulance = Truck; Fire engine = Truck; Pickup truck = Truck; Delivery truck = Truck;
Semi-trailer truck = Truck; Van = Car; City bus = Bus; Trolleybus = Bus;
Steam locomotive = Train; Railway car = Train; High-speed train = Train; Commuter train = Train;
Tram = Train; Monorail = Train; Traffic light = Street furniture;
Stop sign = Street furniture, Metal; Fuel pump = Street furniture;
Emergency light = Electronic device; Oil drum = Container, Metal; Wheel = Vehicle part;
Anchor = Boat part, Metal; Lifebuoy = Boat part, Plastic; Parachute = Sports equipment;
Satellite = Spacecraft; Rocket = Spacecraft; Flying saucer = Spacecraft; Detached house = House;
Row of houses = House; Abandoned house = House; Hut = House;
# sky
Umbrella = Fashion accessory; Snowman = Snow; Snowflake = Snow;
Thermometer = Laboratory equipment, Glass; Wristwatch + Jewellery; Fire = Flame;
Rain cloud = Cloud; Thundercloud = Cloud; Snow cloud = Cloud; Hourglass + Glass;
"""
