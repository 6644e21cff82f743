"""The label of a picture, where the name that the emoji has will not do.

Pictures of one label show the same kind of thing. Code points as in OpenMoji, without FE0F
at the end.
"""

from __future__ import annotations

from typing import Final

__all__ = ["NAMES"]

NAMES: Final = """
# animals
Frog = 1F438; Giraffe = 1F992; Monkey = 1F412 1F435; Dog = 1F436 1F415 1F9AE 1F415-200D-1F9BA;
Wolf = 1F43A; Fox = 1F98A; Cat = 1F431 1F408 1F408-200D-2B1B; Lion = 1F981; Tiger = 1F42F 1F405;
Horse = 1F434 1F40E; Zebra = 1F993; Bison = 1F9AC; Cow = 1F42E 1F404; Bull = 1F402;
Water buffalo = 1F403; Pig = 1F437 1F416; Sheep = 1F40F 1F411; Camel = 1F42A 1F42B;
Mouse = 1F42D 1F401; Hamster = 1F439; Rabbit = 1F430 1F407; Bear = 1F43B; Panda = 1F43C;
Unicorn = 1F984; Chicken = 1F414 1F413; Chick = 1F423 1F424 1F425; Songbird = 1F426;
Crow = 1F426-200D-2B1B; Pigeon = 1F54A; Caterpillar = 1F41B; Bee = 1F41D; Ladybird = 1F41E;
Whale = 1F433 1F40B; Tropical fish = 1F420; Fish = 1F41F; Pufferfish = 1F421; Seashell = 1F41A;
Dinosaur = 1F995 1F996;
# plants
Daisy = 1F33C; Cherry blossom = 1F338; Houseplant = 1FAB4; Conifer = 1F332;
Deciduous tree = 1F333; Cereal = 1F33E; Clover = 2618 1F340; Autumn leaf = 1F342;
Green leaf = 1F343; Mushroom = 1F344 1F344-200D-1F7EB; Bird nest = 1FABA 1FAB9; Herb = 1F33F;
# food
Grape = 1F347; Apple = 1F34E 1F34F; Cherry = 1F352; Blueberry = 1FAD0; Kiwi = 1F95D;
Eggplant = 1F346; Sweet corn = 1F33D; Chili pepper = 1F336; Leaf vegetable = 1F96C;
Peanut = 1F95C; Bean = 1FAD8; Ginger = 1FADA; Pea = 1FADB; Bread = 1F35E; Baguette = 1F956;
Pancake = 1F95E; Cheese = 1F9C0; Roast meat = 1F356; Chicken leg = 1F357; Steak = 1F969;
French fries = 1F35F; Pizza = 1F355; Kebab = 1F959; Fried egg = 1F373; Paella = 1F958;
Stew = 1F372; Cereal bowl = 1F963; Salad = 1F957; Salt shaker = 1F9C2; Food can = 1F96B;
Bento = 1F371; Rice ball = 1F359; Rice = 1F35A; Curry = 1F35B; Ramen = 1F35C;
Sweet potato = 1F360; Fish cake = 1F365; Takeout box = 1F961; Mooncake = 1F96E;
Ice cream = 1F366 1F368; Birthday cake = 1F382; Cake = 1F370; Chocolate bar = 1F36B;
Pudding = 1F36E; Honey pot = 1F36F; Fried shrimp = 1F364; Skewer = 1F362;
# drinks and tableware
Milk = 1F95B; Coffee = 2615; Green tea = 1F375; Sake = 1F376; Champagne bottle = 1F37E;
Wine glass = 1F377; Cocktail = 1F378; Tropical drink = 1F379; Beer = 1F37A 1F37B;
Champagne glass = 1F942; Whisky = 1F943; Paper cup = 1F964; Juice box = 1F9C3; Mate = 1F9C9;
Place setting = 1F37D; Cutlery = 1F374; Kitchen knife = 1F52A;
# clothes and what is worn
Glasses = 1F453; Necktie = 1F454; T-shirt = 1F455; Glove = 1F9E4; Sock = 1F9E6;
Swimsuit = 1FA71; Blouse = 1F45A; Coin purse = 1F45B; Shopping bag = 1F6CD; Backpack = 1F392;
Flip-flops = 1FA74; Dress shoe = 1F45E; Sneaker = 1F45F; Ballet flat = 1F97F;
High heels = 1F460; Sandal = 1F461; Ballet shoe = 1FA70; Boot = 1F462; Hiking boot = 1F97E;
Hair comb = 1FAAE; Sun hat = 1F452; Baseball cap = 1F9E2; Helmet = 1FA96 26D1; Beads = 1F4FF;
Gemstone = 1F48E; Hand fan = 1FAAD; Lab coat = 1F97C; Goggles = 1F97D; Briefs = 1FA72;
Pouch = 1F45D;
# books, paper, office and mail
Notebook = 1F4D4 1F4D3 1F4D2; Hardcover book = 1F4D5 1F4D7 1F4D8 1F4D9; Open book = 1F4D6;
Stack of books = 1F4DA; Document = 1F4C3 1F4C4 1F4D1; Newspaper = 1F4F0 1F5DE;
Price tag = 1F3F7; Folder = 1F4C1 1F4C2; Calendar = 1F4C5 1F4C6 1F5D3; Notepad = 1F5D2 1F4DD;
Pushpin = 1F4CD; Paperclip = 1F587; Ruler = 1F4CF; Set square = 1F4D0; Scissors = 2702;
File box = 1F5C3; Filing cabinet = 1F5C4; Waste basket = 1F5D1; Pencil = 270F;
Fountain pen = 2712 1F58B; Ballpoint pen = 1F58A; Paintbrush = 1F58C; Crayon = 1F58D;
Envelope = 2709 1F4E8 1F4E9; Cardboard box = 1F4E6; Mailbox = 1F4EB 1F4EA 1F4EC 1F4ED;
Post box = 1F4EE; Ballot box = 1F5F3;
# devices
Battery = 1F50B 1FAAB; Electrical plug = 1F50C; Laptop = 1F4BB; Desktop computer = 1F5A5;
Computer keyboard = 2328; Compact disc = 1F4BD 1F4BF 1F4C0; Mobile phone = 1F4F1;
Rotary phone = 260E; Telephone handset = 1F4DE; Fax machine = 1F4E0; Movie camera = 1F3A5;
Film projector = 1F4FD; Film strip = 1F39E; Clapperboard = 1F3AC; Digital camera = 1F4F7 1F4F8;
Video camera = 1F4F9; Video cassette = 1F4FC; Magnifying glass = 1F50D 1F50E;
Light bulb = 1F4A1; Flashlight = 1F526; Paper lantern = 1F3EE; Oil lamp = 1FA94;
Studio microphone = 1F399; Control panel = 1F39B; Headphones = 1F3A7;
Loudspeaker = 1F50A 1F508 1F509; Megaphone = 1F4E2 1F4E3; Post horn = 1F4EF;
# music, science, medicine, money
Piano keyboard = 1F3B9; Drum = 1F941; Conga = 1FA98; Bell = 1F6CE 1F514; DNA model = 1F9EC;
Satellite dish = 1F4E1; Bandage = 1FA79; X-ray film = 1FA7B; Banknote = 1F4B4 1F4B5 1F4B6 1F4B7;
Money bag = 1F4B0;
# tools and household
Pickaxe = 26CF; Saw = 1FA9A; Bolt = 1F529; Dagger = 1F5E1; Sword = 2694; Bow and arrow = 1F3F9;
Clamp = 1F5DC; Balance scale = 2696; Chain = 26D3; White cane = 1F9AF; Padlock = 1F512 1F513;
Key = 1F5DD 1F511; Couch = 1F6CB; Bed = 1F6CF; Mousetrap = 1FAA4; Lotion bottle = 1F9F4;
Toilet paper = 1F9FB; Soap = 1F9FC; Shopping cart = 1F6D2; Identity card = 1FAAA;
Cigarette = 1F6AC; Coffin = 26B0; Urn = 26B1;
# play, sport, parties
Football = 26BD; Basketball = 1F3C0; Softball = 1F94E; American football = 1F3C8;
Tennis ball = 1F3BE; Frisbee = 1F94F; Bowling pin = 1F3B3; Cricket bat = 1F3CF;
Hockey stick = 1F3D1; Ice hockey stick = 1F3D2; Lacrosse stick = 1F94D;
Table tennis racket = 1F3D3; Badminton racket = 1F3F8; Martial arts uniform = 1F94B;
Ice skate = 26F8; Ski = 1F3BF; Running shirt = 1F3BD; Fishing rod = 1F3A3; Dartboard = 1F3AF;
Water pistol = 1F52B; Billiard ball = 1F3B1; Game controller = 1F3AE; Die = 1F3B2;
Puzzle piece = 1F9E9; Matryoshka doll = 1FA86; Disco ball = 1FAA9; Chess piece = 265F;
Playing card = 1F0CF 1F3B4; Mahjong tile = 1F004; Yo-yo = 1FA80;
Medal = 1F396 1F3C5 1F947 1F948 1F949; Party popper = 1F389; Bamboo = 1F38D;
Red envelope = 1F9E7; Gift = 1F381; Ticket = 1F39F 1F3AB; Doll = 1F38E; Picture frame = 1F5BC;
Paint palette = 1F3A8; Spool of thread = 1F9F5; Jack-o'-lantern = 1F383; Firecracker = 1F9E8;
Carp streamer = 1F38F;
# traffic and buildings
Airplane = 2708 1F6E9 1F6EB 1F6EC; Flying saucer = 1F6F8; Steam locomotive = 1F682;
Railway car = 1F683; High-speed train = 1F684 1F685; Commuter train = 1F686 1F687 1F688;
Tram = 1F68A 1F68B; Monorail = 1F69D; City bus = 1F68C 1F68D; Trolleybus = 1F68E; Van = 1F690;
Police car = 1F693 1F694; Taxi = 1F695 1F696; Sedan = 1F697 1F698;
Sport utility vehicle = 1F699; Delivery truck = 1F69A; Semi-trailer truck = 1F69B;
Race car = 1F3CE; Motorcycle = 1F3CD; Motor scooter = 1F6F5; Wheelchair = 1F9BD 1F9BC;
Kick scooter = 1F6F4; Roller skate = 1F6FC; Oil drum = 1F6E2; Fuel pump = 26FD;
Emergency light = 1F6A8; Traffic light = 1F6A5 1F6A6; Stop sign = 1F6D1; Sailboat = 26F5;
Passenger ship = 1F6F3; Ferry = 26F4; Motorboat = 1F6E5 1F6A4; Cargo ship = 1F6A2;
Lifebuoy = 1F6DF; Classical building = 1F3DB; Detached house = 1F3E0 1F3E1;
Abandoned house = 1F3DA; Row of houses = 1F3D8; Office building = 1F3E2;
Department store = 1F3EC; Castle = 1F3EF 1F3F0; Convenience store = 1F3EA;
# sky
Sun = 1F31E 2600; Moon = 1F319 1F315 1F314 1F312; Star = 2B50; Cloud = 2601; Rain cloud = 1F327;
Thundercloud = 26C8 1F329; Snow cloud = 1F328; Snowflake = 2744; Snowman = 2603 26C4;
Umbrella = 1F302 2602 2614; Saturn = 1FA90; Thermometer = 1F321; Hourglass = 231B 23F3;
Stopwatch = 23F1; Timer = 23F2; Mantel clock = 1F570; Wristwatch = 231A; Alarm clock = 23F0;
Suitcase = 1F9F3; Wall clock = 1F55B 1F550 1F553 1F556 1F559 1F55F 1F563;
"""
