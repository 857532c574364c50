"""Words of the small world: verbs, nouns, adjectives, names and adverbs with their forms.

The corpus generator and the builder of the instruction data both draw their words from here, so that a model
pretrained on the corpus knows every word that the instructions use.

The tables are written as short text rows. A word alone is regular and its forms follow from the rules in
``spelling``; an irregular word has all its forms written out:

    bake | the bread, the cake                          bake, bakes, baked, baked, baking
    write writes wrote written writing | the letter     as written

What goes together with what in a sentence is decided in ``word_lists`` and ``phrases``.
"""

from __future__ import annotations

from typing import NamedTuple

from small_world.spelling import with_s, with_suffix


class Verb(NamedTuple):
    """A transitive verb with the things that it is usually done to."""

    base: str
    third: str
    past: str
    participle: str
    ing: str
    objects: tuple[str, ...]


class Intransitive(NamedTuple):
    """A verb without an object, with places and manners that go with it."""

    base: str
    third: str
    past: str
    participle: str
    ing: str
    places: tuple[str, ...]


class Noun(NamedTuple):
    """A countable noun."""

    singular: str
    plural: str
    kind: str


class Adjective(NamedTuple):
    """An adjective with its degrees, its opposite and words that mean nearly the same."""

    base: str
    comparative: str
    superlative: str
    antonym: str | None
    synonyms: tuple[str, ...]


def _verb_forms(text: str) -> tuple[str, ...]:
    """Return base, third person, past, participle and -ing form from one word or from all five."""
    forms = tuple(text.split())
    if len(forms) == 5:
        return forms
    (base,) = forms
    ing = base[:-1] + "ing" if base.endswith("e") and not base.endswith("ee") else base + "ing"
    past = with_suffix(base, "ed")
    return base, with_s(base), past, past, ing


def _split(text: str) -> tuple[str, ...]:
    """Split a comma-separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _rows(table: str) -> list[list[str]]:
    """Split a table into its rows, and each row into its cells."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


_TRANSITIVE_TABLE = """
cook | the meal, the soup, the dinner, the fish, the egg
bake | the cake, the bread, the pie, the cookie
write writes wrote written writing | the letter, the book, the story, the poem, the report, the song
read reads read read reading | the book, the letter, the newspaper, the story, the magazine
paint | the wall, the picture, the fence, the door, the house
clean | the room, the kitchen, the window, the floor, the table
wash | the car, the dish, the shirt, the dog, the apple
open | the door, the window, the box, the letter, the gate
close | the door, the window, the book, the shop, the gate
lock | the door, the gate, the box, the bicycle
repair | the car, the bicycle, the roof, the clock, the machine
fix | the computer, the chair, the radio, the lamp, the bicycle
build builds built built building | the house, the bridge, the wall, the boat, the tower
break breaks broke broken breaking | the window, the cup, the plate, the chair, the glass
carry | the bag, the box, the basket, the chair, the ladder
buy buys bought bought buying | the book, the car, the hat, the apple, the ticket
sell sells sold sold selling | the house, the car, the painting, the bicycle, the ring
bring brings brought brought bringing | the cake, the letter, the bag, the blanket, the gift
take takes took taken taking | the key, the photograph, the bag, the ticket, the medicine
give gives gave given giving | the answer, the gift, the speech, the lesson
send sends sent sent sending | the letter, the message, the parcel, the postcard, the gift
make makes made made making | the cake, the plan, the dress, the kite, the sandwich
eat eats ate eaten eating | the apple, the cake, the sandwich, the soup, the pie
drink drinks drank drunk drinking | the milk, the water, the juice, the tea, the coffee
cut cuts cut cut cutting | the bread, the paper, the rope, the grass, the cake
catch catches caught caught catching | the ball, the fish, the thief, the train, the mouse
throw throws threw thrown throwing | the ball, the stone, the stick, the hat
kick | the ball, the door, the stone, the bucket
chase | the dog, the thief, the cat, the ball, the rabbit
feed feeds fed fed feeding | the dog, the cat, the horse, the baby, the bird
teach teaches taught taught teaching | the lesson, the class, the song, the child
learn | the song, the poem, the rule, the language, the lesson
watch | the film, the game, the bird, the show, the match
find finds found found finding | the key, the ring, the treasure, the wallet, the answer
lose loses lost lost losing | the key, the game, the ring, the wallet, the umbrella
hide hides hid hidden hiding | the key, the treasure, the gift, the letter, the bone
draw draws drew drawn drawing | the picture, the map, the circle, the horse, the house
sing sings sang sung singing | the song, the tune, the carol
play | the piano, the guitar, the game, the drum, the song
drive drives drove driven driving | the car, the bus, the truck, the taxi
ride rides rode ridden riding | the horse, the bicycle, the camel, the pony
fly flies flew flown flying | the plane, the kite, the helicopter
plant | the tree, the flower, the seed, the rose, the carrot
water | the plant, the flower, the garden, the tree, the rose
pick | the flower, the apple, the strawberry, the cherry, the pear
grow grows grew grown growing | the tomato, the potato, the rose, the carrot, the plant
visit | the museum, the castle, the city, the doctor, the farm
help | the child, the patient, the neighbor, the farmer, the friend
answer | the question, the phone, the letter, the door
ask | the question, the teacher, the doctor, the farmer
solve | the problem, the puzzle, the riddle, the mystery
finish finishes finished finished finishing | the work, the book, the report, the race, the painting
start | the engine, the game, the race, the lesson, the fire
stop stops stopped stopped stopping | the car, the bus, the game, the machine, the train
move | the chair, the table, the box, the piano, the stone
push | the cart, the door, the button, the car, the table
pull | the rope, the cart, the door, the wagon, the sled
lift | the box, the stone, the chair, the suitcase, the lid
drop drops dropped dropped dropping | the cup, the plate, the ball, the key, the egg
hold holds held held holding | the baby, the rope, the cup, the ladder, the hand
wear wears wore worn wearing | the hat, the coat, the dress, the ring, the scarf
sew sews sewed sewn sewing | the dress, the shirt, the button, the curtain
fold | the shirt, the paper, the letter, the blanket, the towel
count | the coin, the sheep, the star, the page
check | the answer, the ticket, the list, the engine, the map
choose chooses chose chosen choosing | the book, the color, the dress, the winner, the gift
order | the pizza, the book, the soup, the cake, the taxi
serve | the meal, the soup, the tea, the guest, the dinner
prepare | the meal, the lesson, the room, the report, the salad
steal steals stole stolen stealing | the ring, the car, the painting, the wallet, the bicycle
protect | the city, the forest, the king, the nest, the garden
rescue | the cat, the child, the dog, the sailor, the bird
follow | the map, the path, the rule, the thief, the guide
lead leads led led leading | the team, the group, the horse, the class
win wins won won winning | the game, the race, the prize, the match, the medal
hear hears heard heard hearing | the song, the noise, the bell, the story, the voice
see sees saw seen seeing | the bird, the ship, the castle, the star, the fox
meet meets met met meeting | the king, the doctor, the guest, the friend
invite | the friend, the neighbor, the guest, the teacher
call | the doctor, the dog, the mechanic, the taxi
thank | the nurse, the driver, the teacher, the waiter
tell tells told told telling | the story, the joke, the secret, the truth
explain | the rule, the problem, the answer, the plan, the lesson
describe | the picture, the house, the thief, the plan, the animal
discover | the island, the treasure, the cave, the planet, the secret
invent | the machine, the game, the story, the tool
design | the house, the bridge, the dress, the garden, the machine
print | the book, the photograph, the report, the ticket, the map
copy | the list, the letter, the picture, the sentence, the word
sign | the letter, the report, the contract, the book
decorate | the room, the cake, the tree, the house, the hall
collect | the stamp, the coin, the shell, the stone, the ticket
deliver | the letter, the parcel, the pizza, the newspaper, the message
receive | the letter, the gift, the prize, the message, the parcel
fill | the bucket, the glass, the bottle, the basket, the bag
empty | the bucket, the box, the bottle, the basket, the bag
pour | the tea, the water, the milk, the juice, the coffee
mix | the paint, the salad, the dough, the juice
slice | the bread, the tomato, the onion, the cheese, the lemon
peel | the orange, the potato, the banana, the apple, the onion
taste | the soup, the cake, the cheese, the honey
smell | the flower, the rose, the soup, the cheese
touch | the wall, the horse, the button, the shell
measure | the room, the table, the rope, the wall
weigh | the parcel, the baby, the fish, the pumpkin
study | the map, the lesson, the language, the planet, the insect
remember | the name, the song, the rule, the story, the date
forget forgets forgot forgotten forgetting | the name, the key, the umbrella, the date, the answer
love | the garden, the song, the baby, the city, the dog
like | the song, the book, the picture, the color, the soup
hang hangs hung hung hanging | the picture, the coat, the lamp, the mirror, the curtain
light lights lit lit lighting | the candle, the fire, the lamp, the lantern
cover | the table, the pot, the box, the chair
examine | the patient, the tooth, the stone, the insect, the letter
train | the dog, the horse, the team, the player
brush | the horse, the tooth, the coat, the dog
iron | the shirt, the dress, the skirt, the towel
borrow | the book, the pencil, the ladder, the umbrella, the bicycle
return | the book, the ladder, the wallet, the umbrella, the key
"""

_INTRANSITIVE_TABLE = """
run runs ran run running | in the park, to the bus, along the road, around the lake
walk | to school, in the forest, along the beach, to the shop, through the town
sleep sleeps slept slept sleeping | in the bed, on the sofa, under the tree, in the tent
swim swims swam swum swimming | in the lake, in the river, in the pool, in the sea
sit sits sat sat sitting | on the chair, by the window, under the tree, on the bench
stand stands stood stood standing | by the door, at the window, in the street, near the gate
jump | over the fence, on the bed, into the water, over the puddle
dance | in the hall, on the stage, in the kitchen, at the party
laugh | at the joke, in the classroom, at the party, at the table
cry | in the bedroom, at the airport, at the end of the film, in the night
smile | at the baby, in the photograph, at the camera, at the teacher
work | in the office, at the hospital, on the farm, in the factory, at the bakery
live | in the city, in the village, near the sea, on the hill, in a small house
play | in the garden, in the park, on the beach, in the snow
go goes went gone going | to school, to the market, to the beach, to the library, to the zoo
come comes came come coming | to the party, to the village, to the meeting, to the farm
arrive | at the station, at the airport, at the hotel, at the school
travel | to the mountains, to the city, by train, across the country
climb | up the hill, up the tree, over the wall, up the ladder
fall falls fell fallen falling | on the ice, into the river, off the chair, on the stairs
stay | at home, in the hotel, in the house, at the farm
wait | at the station, by the gate, at the bus stop, in the line
talk | on the phone, in the kitchen, in the garden, at the table
speak speaks spoke spoken speaking | at the meeting, in the hall, on the radio, on the stage
sing sings sang sung singing | in the choir, on the stage, in the kitchen, in the car
shout | in the street, across the field, from the boat, in the yard
whisper | in the library, in the dark, in the corner, at the back of the room
listen | to the radio, to the music, to the teacher, to the birds
look | at the sky, out of the window, at the map, at the picture
study | in the library, at the university, at home, at the desk
rest | in the shade, on the sofa, under the tree, by the fire
hide hides hid hidden hiding | behind the door, under the table, in the cave, behind the curtain
skate | on the ice, on the lake, in the park
camp | in the forest, by the lake, in the mountains
fish | in the lake, in the river, from the boat
sail | across the lake, to the island, along the coast, across the sea
drive drives drove driven driving | to the city, to work, along the coast, through the town
fly flies flew flown flying | to the island, over the mountains, over the sea
ride rides rode ridden riding | to the village, along the river, through the forest
eat eats ate eaten eating | in the kitchen, at the restaurant, in the garden, at home
cook | in the kitchen, at the restaurant, at home
read reads read read reading | in bed, in the library, by the window, under the tree
dream | about the sea, about a castle, about the holiday
kneel kneels knelt knelt kneeling | by the bed, on the floor, in the garden
hurry | to the station, to work, to school, home
return | to the village, from the city, to the farm, from the market
wander | through the forest, in the streets, along the beach
exercise | in the park, at the gym, at home
practice | in the hall, at school, in the garden
shop shops shopped shopped shopping | at the market, in the town, at the bakery
"""

_NOUN_TABLE = """
animal | dog, cat, horse, cow, pig, goat, sheep/sheep, chicken, duck, goose/geese, rabbit, mouse/mice, \
rat, fox, wolf/wolves, bear, lion, tiger, elephant, giraffe, zebra, monkey, camel, deer/deer, \
kangaroo/kangaroos, penguin, owl, eagle, parrot, swan, pigeon, crow, fish/fish, shark, whale, dolphin, \
seal, octopus, crab, frog, toad, snake, lizard, turtle, crocodile, bee, ant, fly, butterfly, spider, \
beetle, mosquito, worm, snail, donkey, puppy, kitten, calf/calves, lamb, foal, bird, hen, pony, squirrel, \
hedgehog, bat, insect, animal
person | man/men, woman/women, child/children, boy, girl, baby, person/people, teacher, student, doctor, \
nurse, dentist, chef, cook, baker, farmer, gardener, fisherman/fishermen, fireman/firemen, \
policeman/policemen, painter, artist, writer, author, poet, singer, dancer, actor, musician, pilot, \
driver, sailor, captain, soldier, engineer, mechanic, carpenter, builder, plumber, tailor, butcher, \
waiter, waitress, librarian, scientist, lawyer, judge, king, queen, prince, princess, knight, \
thief/thieves, wife/wives, husband, mother, father, brother, sister, uncle, aunt, friend, neighbor, guest, \
visitor, tourist, player, winner, manager, secretary, clerk, reporter, photographer, hunter, shepherd, \
pupil, patient, grandmother, grandfather, cousin, hero/heroes, witch, lady, guide, coach, guard
object | book, letter, story, poem, newspaper, magazine, picture, painting, photograph, table, chair, bed, \
sofa, bench, desk, lamp, clock, watch, mirror, window, door, gate, fence, wall, roof, floor, box, bag, \
basket, bottle, cup, glass, plate, dish, bowl, pot, pan, spoon, fork, knife/knives, shelf/shelves, key, \
ring, coin, stamp, ticket, map, pen, pencil, eraser, notebook, toy, doll, ball, kite, drum, piano/pianos, \
guitar, violin, radio/radios, phone, computer, camera, machine, engine, candle, blanket, pillow, towel, \
curtain, umbrella, suitcase, wallet, gift, prize, medal, flag, bell, message, parcel, postcard, report, \
song, game, film, question, answer, word, sentence, page, list, rule, lesson, problem, puzzle, riddle, \
joke, secret, plan, photo/photos, bucket, toothbrush, lantern, treasure, button, sled, name, color, tool, \
race, match, nest, noise, voice, lid, tune, carol, circle, class, language, date, team, group, bone, \
contract, speech, show, mystery
food | apple, orange, banana, pear, cherry, strawberry, lemon, grape, peach, plum, melon, tomato, potato, \
carrot, onion, cucumber, pumpkin, bean, pea, mushroom, egg, cake, pie, cookie, biscuit, sandwich, pizza, \
soup, salad, meal, breakfast, lunch, dinner, loaf/loaves, sausage, pancake, nut, berry
place | house, school, hospital, library, museum, shop, market, bakery, restaurant, hotel, castle, church, \
tower, bridge, station, airport, office, factory, farm, garden, park, zoo/zoos, beach, city, town, \
village, street, road, path, room, kitchen, bedroom, classroom, hall, bathroom, theater, cinema, \
university, harbor, cave, camp, country, playground, yard, barn, stable
plant | tree, flower, rose, tulip, daisy, bush, leaf/leaves, seed, plant, branch, root, cactus, lily, oak, \
sunflower
clothing | shirt, dress, skirt, coat, jacket, hat, cap, scarf/scarves, glove, shoe, boot, sock, sweater, \
belt, pocket, uniform, tie, blouse
vehicle | car, bus, truck, train, plane, boat, ship, bicycle, taxi, cart, wagon, helicopter, tram, van, \
motorcycle, tractor
body | hand, arm, leg, foot/feet, head, face, eye, ear, nose, mouth, tooth/teeth, finger, toe, knee, \
shoulder, back, neck
nature | river, lake, sea, ocean, mountain, hill, valley, forest, island, desert, field, stone, rock, \
cloud, star, planet, storm, shell, waterfall, volcano, wave, puddle, stick
tool | hammer, saw, axe, shovel, rake, ladder, rope, nail, screwdriver, broom, brush, needle, bolt, drill, \
wrench, net, scale, thermometer, microscope, telescope
"""

_ADJECTIVE_TABLE = """
big bigger biggest | small | large, huge, great
small+ | big | little, tiny
large+ | small | big, huge
huge+ | tiny | enormous, giant
tiny+ | huge | minute, little
tall+ | short | high, lofty
short+ | tall | brief, little
long+ | short | lengthy, extended
high+ | low | tall, lofty
low+ | high | short, shallow
wide+ | narrow | broad, spacious
narrow+ | wide | thin, slim
thick+ | thin | fat, wide
thin thinner thinnest | thick | slim, slender
fat fatter fattest | thin | plump, heavy
deep+ | shallow | bottomless
shallow+ | deep |
fast+ | slow | quick, rapid, swift
quick+ | slow | fast, rapid, swift
slow+ | fast | unhurried, sluggish
hot hotter hottest | cold | boiling, burning
cold+ | hot | chilly, icy, freezing
warm+ | cool | mild, heated
cool+ | warm | chilly
good better best | bad | fine, great, excellent
bad worse worst | good | poor, terrible, awful
happy+ | sad | glad, cheerful, joyful
sad sadder saddest | happy | unhappy, sorrowful
glad gladder gladdest | sad | happy, pleased
angry+ | calm | furious, mad, cross
calm+ | angry | peaceful, quiet
kind+ | cruel | nice, gentle, caring
cruel crueler cruelest | kind | mean, unkind
nice+ | nasty | pleasant, kind, lovely
nasty+ | nice | unpleasant, mean
brave+ | cowardly | courageous, bold, fearless
cowardly | brave | fearful
strong+ | weak | powerful, sturdy
weak+ | strong | feeble, frail
young+ | old | youthful
old+ | young | aged, ancient
new+ | old | modern, fresh, recent
modern | ancient | new, current
ancient | modern | old, antique
rich+ | poor | wealthy
poor+ | rich | needy
wealthy+ | poor | rich
clean+ | dirty | spotless, tidy
dirty+ | clean | filthy, muddy
tidy+ | messy | neat, orderly
messy+ | tidy | untidy
neat+ | messy | tidy, orderly
wet wetter wettest | dry | damp, soaked
dry+ | wet | arid
bright+ | dark | shining, brilliant
dark+ | light | dim, gloomy
light+ | heavy | weightless
heavy+ | light | weighty
hard+ | soft | firm, solid
soft+ | hard | gentle, fluffy
smooth+ | rough | even, silky
rough+ | smooth | bumpy, uneven
sharp+ | blunt | pointed, keen
blunt+ | sharp | dull
loud+ | quiet | noisy
quiet+ | loud | silent, calm
noisy+ | quiet | loud
silent | noisy | quiet, still
full+ | empty | packed
empty+ | full | vacant
easy+ | difficult | simple, effortless
difficult | easy | hard, tough
simple+ | complicated | easy, plain
complicated | simple | complex, difficult
beautiful | ugly | lovely, pretty, attractive
pretty+ | ugly | beautiful, lovely
ugly+ | beautiful | unattractive
lovely+ | horrible | beautiful, delightful
horrible | lovely | awful, terrible
clever+ | foolish | smart, bright, intelligent
smart+ | stupid | clever, bright, intelligent
intelligent | stupid | clever, smart
stupid | smart | foolish, silly
foolish | wise | silly, unwise
wise+ | foolish | sensible, clever
silly+ | sensible | foolish
sensible | silly | reasonable, wise
lazy+ | hardworking | idle
hardworking | lazy | busy
busy+ | idle | occupied, active
idle | busy | lazy
polite | rude | courteous, respectful
rude+ | polite | impolite
honest | dishonest | truthful, sincere
dishonest | honest | lying
generous | selfish | giving, kind
selfish | generous | greedy
greedy+ | generous | selfish
safe+ | dangerous | secure, protected
dangerous | safe | risky, unsafe
healthy+ | sick | fit, well
sick+ | healthy | ill, unwell
tired | rested | weary, sleepy, exhausted
hungry+ | full | starving
thirsty+ | satisfied |
famous | unknown | well-known, celebrated
unknown | famous | unfamiliar
common | rare | usual, ordinary
rare+ | common | unusual, scarce
strange+ | familiar | odd, unusual, weird
familiar | strange | known
normal | unusual | ordinary, usual
unusual | usual | strange, rare
cheap+ | expensive | inexpensive
expensive | cheap | costly
interesting | boring | fascinating, absorbing
boring | interesting | dull
exciting | boring | thrilling
funny+ | serious | amusing, comical
serious | funny | grave, solemn
important | unimportant | significant, vital
useful | useless | helpful, handy
useless | useful | worthless
helpful | unhelpful | useful
careful | careless | cautious
careless | careful | reckless
correct | incorrect | right, accurate
incorrect | correct | wrong
true+ | false | correct, real
false | true | untrue
friendly+ | unfriendly | kind, warm
unfriendly | friendly | cold
gentle+ | harsh | soft, mild, tender
sweet+ | bitter | sugary
bitter | sweet | sour
fresh+ | stale | new
early+ | late | prompt
late+ | early | tardy
near+ | far | close
far farther farthest | near | distant
patient | impatient | tolerant
proud+ | humble | pleased
humble+ | proud | modest
shy+ | bold | timid, bashful
bold+ | shy | brave, daring
nervous | calm | anxious, worried
lucky+ | unlucky | fortunate
unlucky+ | lucky | unfortunate
cheerful | gloomy | happy, merry
gloomy+ | cheerful | sad, dark
lively+ | dull | energetic, active
dull+ | bright | boring
tough+ | tender | strong, hard
straight+ | crooked | direct
round+ | square | circular
delicious | disgusting | tasty, yummy
tasty+ | tasteless | delicious
public | private | open
private | public | personal
curious | uninterested | interested
loyal | disloyal | faithful
powerful | powerless | strong, mighty
powerless | powerful | weak
colorful | colorless | bright, vivid
comfortable | uncomfortable | cozy
peaceful | violent | calm, quiet
wonderful | awful | marvelous, amazing
awful | wonderful | terrible, horrible
ripe+ | unripe | mature
"""

_HE_NAMES = """
Tom, Ben, Jack, Sam, Leo, Max, Paul, Peter, John, David, Daniel, James, Adam, Oscar, Henry, Luke, Noah,
Liam, Oliver, George, Mark, Simon, Robert, William, Thomas, Martin, Eric, Carlos, Omar, Felix, Victor,
Kevin, Ryan, Jacob
"""
_SHE_NAMES = """
Mia, Anna, Emma, Lucy, Sara, Lily, Kate, Mary, Jane, Alice, Ella, Grace, Julia, Nina, Maria, Eva, Clara,
Rosa, Sophie, Laura, Helen, Susan, Linda, Emily, Olivia, Hannah, Zoe, Amy, Ruth, Nora, Rachel, Betty, Diana,
Maya
"""

_AGENT_TABLE = """
the chef, the teacher, the boy, the girl, the man, the woman, the child, the student, the doctor, the nurse,
the dentist, the cook, the baker, the farmer, the gardener, the fisherman, the painter, the artist, the
writer, the author, the poet, the singer, the dancer, the actor, the musician, the pilot, the driver, the
sailor, the captain, the soldier, the engineer, the mechanic, the carpenter, the builder, the plumber, the
tailor, the butcher, the waiter, the waitress, the librarian, the scientist, the lawyer, the judge, the
king, the queen, the prince, the princess, the knight, the mother, the father, the brother, the sister, the
uncle, the aunt, the friend, the neighbor, the guest, the visitor, the tourist, the player, the winner, the
manager, the secretary, the clerk, the reporter, the photographer, the hunter, the shepherd, the pupil, the
grandmother, the grandfather, the cousin, the lady, the guide, the coach, the guard
"""

_ADVERB_TABLE = """
quick quickly, slow slowly, careful carefully, careless carelessly, quiet quietly, loud loudly, happy
happily, sad sadly, angry angrily, calm calmly, kind kindly, brave bravely, bright brightly, easy easily,
simple simply, gentle gently, soft softly, polite politely, rude rudely, honest honestly, generous
generously, safe safely, dangerous dangerously, lazy lazily, busy busily, beautiful beautifully, perfect
perfectly, clear clearly, strong strongly, proud proudly, nervous nervously, lucky luckily, cheerful
cheerfully, silent silently, sudden suddenly, heavy heavily, light lightly, deep deeply, sharp sharply,
smooth smoothly, rough roughly, clever cleverly, wise wisely, foolish foolishly, patient patiently, greedy
greedily, hungry hungrily, correct correctly, warm warmly, cruel cruelly, good well, fast fast, hard hard,
serious seriously, bad badly, neat neatly, noisy noisily, eager eagerly, shy shyly, gloomy gloomily,
peaceful peacefully, sweet sweetly, secret secretly, final finally, usual usually, true truly
"""


def _noun(text: str, kind: str) -> Noun:
    """Return a noun from "dog" or "mouse/mice"."""
    singular, _, plural = text.partition("/")
    return Noun(singular, plural or with_s(singular), kind)


def _adjective(forms: str, antonym: str, synonyms: str) -> Adjective:
    """Return an adjective; a "+" after the base asks for -er and -est, a base alone for "more" and "most"."""
    words = forms.split()
    if len(words) == 3:
        base, comparative, superlative = words
    elif forms.endswith("+"):
        base = forms[:-1]
        comparative, superlative = with_suffix(base, "er"), with_suffix(base, "est")
    else:
        base, comparative, superlative = forms, f"more {forms}", f"most {forms}"
    return Adjective(base, comparative, superlative, antonym or None, _split(synonyms))


TRANSITIVE = tuple(Verb(*_verb_forms(forms), _split(objects)) for forms, objects in _rows(_TRANSITIVE_TABLE))
INTRANSITIVE = tuple(Intransitive(*_verb_forms(forms), _split(places)) for forms, places in _rows(_INTRANSITIVE_TABLE))
NOUNS = tuple(_noun(word, kind) for kind, words in _rows(_NOUN_TABLE) for word in _split(words))
ADJECTIVES = tuple(_adjective(*row) for row in _rows(_ADJECTIVE_TABLE))
GENDER = {name: "he" for name in _split(_HE_NAMES)} | {name: "she" for name in _split(_SHE_NAMES)}
PEOPLE = tuple(GENDER)
AGENTS = _split(_AGENT_TABLE)
ADVERBS = tuple((pair.split()[0], pair.split()[1]) for pair in _split(_ADVERB_TABLE))
