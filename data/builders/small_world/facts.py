"""True facts about the real world, as plain tables.

The corpus states these facts in prose and the instruction data asks for them, so both builders read the same
tables. Every row has one clear answer: countries with a disputed capital or on two continents, books with
several authors and the like are left out. Spelling is American. A country stands without "the" because
countries that need it ("the Netherlands") are left out too.
"""

# The tables stay packed, several rows to a line.
# fmt: off

# (country, capital)
CAPITALS = (
    ("France", "Paris"), ("Germany", "Berlin"), ("Italy", "Rome"), ("Spain", "Madrid"),
    ("Portugal", "Lisbon"), ("Ireland", "Dublin"), ("Iceland", "Reykjavik"), ("Norway", "Oslo"),
    ("Sweden", "Stockholm"), ("Finland", "Helsinki"), ("Denmark", "Copenhagen"), ("Poland", "Warsaw"),
    ("Austria", "Vienna"), ("Switzerland", "Bern"), ("Belgium", "Brussels"), ("Greece", "Athens"),
    ("Hungary", "Budapest"), ("Romania", "Bucharest"), ("Bulgaria", "Sofia"), ("Croatia", "Zagreb"),
    ("Serbia", "Belgrade"), ("Slovenia", "Ljubljana"), ("Slovakia", "Bratislava"), ("Albania", "Tirana"),
    ("Estonia", "Tallinn"), ("Latvia", "Riga"), ("Lithuania", "Vilnius"), ("Ukraine", "Kyiv"),
    ("Malta", "Valletta"), ("Japan", "Tokyo"), ("China", "Beijing"), ("India", "New Delhi"),
    ("South Korea", "Seoul"), ("Thailand", "Bangkok"), ("Vietnam", "Hanoi"), ("Cambodia", "Phnom Penh"),
    ("Laos", "Vientiane"), ("Nepal", "Kathmandu"), ("Bhutan", "Thimphu"), ("Bangladesh", "Dhaka"),
    ("Pakistan", "Islamabad"), ("Afghanistan", "Kabul"), ("Iran", "Tehran"), ("Iraq", "Baghdad"),
    ("Jordan", "Amman"), ("Lebanon", "Beirut"), ("Syria", "Damascus"), ("Saudi Arabia", "Riyadh"),
    ("Oman", "Muscat"), ("Qatar", "Doha"), ("Mongolia", "Ulaanbaatar"), ("Uzbekistan", "Tashkent"),
    ("Malaysia", "Kuala Lumpur"), ("Egypt", "Cairo"), ("Morocco", "Rabat"), ("Algeria", "Algiers"),
    ("Tunisia", "Tunis"), ("Libya", "Tripoli"), ("Sudan", "Khartoum"), ("Ethiopia", "Addis Ababa"),
    ("Kenya", "Nairobi"), ("Uganda", "Kampala"), ("Rwanda", "Kigali"), ("Ghana", "Accra"),
    ("Nigeria", "Abuja"), ("Senegal", "Dakar"), ("Mali", "Bamako"), ("Angola", "Luanda"),
    ("Zambia", "Lusaka"), ("Zimbabwe", "Harare"), ("Namibia", "Windhoek"), ("Botswana", "Gaborone"),
    ("Mozambique", "Maputo"), ("Madagascar", "Antananarivo"), ("Somalia", "Mogadishu"), ("Canada", "Ottawa"),
    ("Mexico", "Mexico City"), ("Cuba", "Havana"), ("Jamaica", "Kingston"), ("Costa Rica", "San Jose"),
    ("Honduras", "Tegucigalpa"), ("Nicaragua", "Managua"), ("Haiti", "Port-au-Prince"),
    ("Brazil", "Brasilia"), ("Argentina", "Buenos Aires"), ("Chile", "Santiago"), ("Peru", "Lima"),
    ("Colombia", "Bogota"), ("Venezuela", "Caracas"), ("Ecuador", "Quito"), ("Uruguay", "Montevideo"),
    ("Paraguay", "Asuncion"), ("Australia", "Canberra"), ("New Zealand", "Wellington"), ("Fiji", "Suva"),
)

# (country, continent), the same countries as in CAPITALS
CONTINENTS = (
    ("France", "Europe"), ("Germany", "Europe"), ("Italy", "Europe"), ("Spain", "Europe"),
    ("Portugal", "Europe"), ("Ireland", "Europe"), ("Iceland", "Europe"), ("Norway", "Europe"),
    ("Sweden", "Europe"), ("Finland", "Europe"), ("Denmark", "Europe"), ("Poland", "Europe"),
    ("Austria", "Europe"), ("Switzerland", "Europe"), ("Belgium", "Europe"), ("Greece", "Europe"),
    ("Hungary", "Europe"), ("Romania", "Europe"), ("Bulgaria", "Europe"), ("Croatia", "Europe"),
    ("Serbia", "Europe"), ("Slovenia", "Europe"), ("Slovakia", "Europe"), ("Albania", "Europe"),
    ("Estonia", "Europe"), ("Latvia", "Europe"), ("Lithuania", "Europe"), ("Ukraine", "Europe"),
    ("Malta", "Europe"), ("Japan", "Asia"), ("China", "Asia"), ("India", "Asia"), ("South Korea", "Asia"),
    ("Thailand", "Asia"), ("Vietnam", "Asia"), ("Cambodia", "Asia"), ("Laos", "Asia"), ("Nepal", "Asia"),
    ("Bhutan", "Asia"), ("Bangladesh", "Asia"), ("Pakistan", "Asia"), ("Afghanistan", "Asia"),
    ("Iran", "Asia"), ("Iraq", "Asia"), ("Jordan", "Asia"), ("Lebanon", "Asia"), ("Syria", "Asia"),
    ("Saudi Arabia", "Asia"), ("Oman", "Asia"), ("Qatar", "Asia"), ("Mongolia", "Asia"),
    ("Uzbekistan", "Asia"), ("Malaysia", "Asia"), ("Egypt", "Africa"), ("Morocco", "Africa"),
    ("Algeria", "Africa"), ("Tunisia", "Africa"), ("Libya", "Africa"), ("Sudan", "Africa"),
    ("Ethiopia", "Africa"), ("Kenya", "Africa"), ("Uganda", "Africa"), ("Rwanda", "Africa"),
    ("Ghana", "Africa"), ("Nigeria", "Africa"), ("Senegal", "Africa"), ("Mali", "Africa"),
    ("Angola", "Africa"), ("Zambia", "Africa"), ("Zimbabwe", "Africa"), ("Namibia", "Africa"),
    ("Botswana", "Africa"), ("Mozambique", "Africa"), ("Madagascar", "Africa"), ("Somalia", "Africa"),
    ("Canada", "North America"), ("Mexico", "North America"), ("Cuba", "North America"),
    ("Jamaica", "North America"), ("Costa Rica", "North America"), ("Honduras", "North America"),
    ("Nicaragua", "North America"), ("Haiti", "North America"), ("Brazil", "South America"),
    ("Argentina", "South America"), ("Chile", "South America"), ("Peru", "South America"),
    ("Colombia", "South America"), ("Venezuela", "South America"), ("Ecuador", "South America"),
    ("Uruguay", "South America"), ("Paraguay", "South America"), ("Australia", "Oceania"),
    ("New Zealand", "Oceania"), ("Fiji", "Oceania"),
)

# (country, main language), clear cases only
LANGUAGES = (
    ("France", "French"), ("Germany", "German"), ("Italy", "Italian"), ("Spain", "Spanish"),
    ("Portugal", "Portuguese"), ("Iceland", "Icelandic"), ("Norway", "Norwegian"), ("Sweden", "Swedish"),
    ("Finland", "Finnish"), ("Denmark", "Danish"), ("Poland", "Polish"), ("Austria", "German"),
    ("Greece", "Greek"), ("Hungary", "Hungarian"), ("Romania", "Romanian"), ("Bulgaria", "Bulgarian"),
    ("Croatia", "Croatian"), ("Serbia", "Serbian"), ("Slovenia", "Slovenian"), ("Slovakia", "Slovak"),
    ("Albania", "Albanian"), ("Estonia", "Estonian"), ("Latvia", "Latvian"), ("Lithuania", "Lithuanian"),
    ("Ukraine", "Ukrainian"), ("Japan", "Japanese"), ("China", "Chinese"), ("South Korea", "Korean"),
    ("Thailand", "Thai"), ("Vietnam", "Vietnamese"), ("Cambodia", "Khmer"), ("Laos", "Lao"),
    ("Nepal", "Nepali"), ("Bangladesh", "Bengali"), ("Iran", "Persian"), ("Iraq", "Arabic"),
    ("Jordan", "Arabic"), ("Lebanon", "Arabic"), ("Syria", "Arabic"), ("Saudi Arabia", "Arabic"),
    ("Oman", "Arabic"), ("Qatar", "Arabic"), ("Mongolia", "Mongolian"), ("Uzbekistan", "Uzbek"),
    ("Egypt", "Arabic"), ("Libya", "Arabic"), ("Tunisia", "Arabic"), ("Somalia", "Somali"),
    ("Angola", "Portuguese"), ("Mozambique", "Portuguese"), ("Mexico", "Spanish"), ("Cuba", "Spanish"),
    ("Jamaica", "English"), ("Costa Rica", "Spanish"), ("Honduras", "Spanish"), ("Nicaragua", "Spanish"),
    ("Brazil", "Portuguese"), ("Argentina", "Spanish"), ("Chile", "Spanish"), ("Colombia", "Spanish"),
    ("Venezuela", "Spanish"), ("Ecuador", "Spanish"), ("Uruguay", "Spanish"), ("Australia", "English"),
)

# (book title, author)
AUTHORS = (
    ("Pride and Prejudice", "Jane Austen"), ("Emma", "Jane Austen"), ("Sense and Sensibility", "Jane Austen"),
    ("Persuasion", "Jane Austen"), ("Mansfield Park", "Jane Austen"), ("Hamlet", "William Shakespeare"),
    ("Macbeth", "William Shakespeare"), ("Romeo and Juliet", "William Shakespeare"),
    ("King Lear", "William Shakespeare"), ("The Tempest", "William Shakespeare"),
    ("Othello", "William Shakespeare"), ("Oliver Twist", "Charles Dickens"),
    ("Great Expectations", "Charles Dickens"), ("A Christmas Carol", "Charles Dickens"),
    ("David Copperfield", "Charles Dickens"), ("A Tale of Two Cities", "Charles Dickens"),
    ("Bleak House", "Charles Dickens"), ("Jane Eyre", "Charlotte Bronte"),
    ("Wuthering Heights", "Emily Bronte"), ("Agnes Grey", "Anne Bronte"), ("Frankenstein", "Mary Shelley"),
    ("Dracula", "Bram Stoker"), ("Treasure Island", "Robert Louis Stevenson"),
    ("Kidnapped", "Robert Louis Stevenson"), ("Robinson Crusoe", "Daniel Defoe"),
    ("Gulliver's Travels", "Jonathan Swift"), ("Moby Dick", "Herman Melville"),
    ("The Scarlet Letter", "Nathaniel Hawthorne"), ("Little Women", "Louisa May Alcott"),
    ("The Call of the Wild", "Jack London"), ("White Fang", "Jack London"),
    ("The Adventures of Tom Sawyer", "Mark Twain"), ("Adventures of Huckleberry Finn", "Mark Twain"),
    ("The Prince and the Pauper", "Mark Twain"), ("The Jungle Book", "Rudyard Kipling"),
    ("Kim", "Rudyard Kipling"), ("Peter Pan", "J. M. Barrie"),
    ("Alice's Adventures in Wonderland", "Lewis Carroll"), ("The Wind in the Willows", "Kenneth Grahame"),
    ("The Secret Garden", "Frances Hodgson Burnett"), ("A Little Princess", "Frances Hodgson Burnett"),
    ("Black Beauty", "Anna Sewell"), ("Heidi", "Johanna Spyri"), ("Pinocchio", "Carlo Collodi"),
    ("Anne of Green Gables", "L. M. Montgomery"), ("The Hobbit", "J. R. R. Tolkien"),
    ("The Lord of the Rings", "J. R. R. Tolkien"), ("Winnie-the-Pooh", "A. A. Milne"),
    ("Charlotte's Web", "E. B. White"), ("Stuart Little", "E. B. White"), ("Matilda", "Roald Dahl"),
    ("The Time Machine", "H. G. Wells"), ("The War of the Worlds", "H. G. Wells"),
    ("The Invisible Man", "H. G. Wells"), ("The Little Prince", "Antoine de Saint-Exupery"),
    ("Around the World in Eighty Days", "Jules Verne"), ("The Mysterious Island", "Jules Verne"),
    ("Les Miserables", "Victor Hugo"), ("The Three Musketeers", "Alexandre Dumas"),
    ("The Count of Monte Cristo", "Alexandre Dumas"), ("Madame Bovary", "Gustave Flaubert"),
    ("Don Quixote", "Miguel de Cervantes"), ("The Divine Comedy", "Dante Alighieri"),
    ("Faust", "Johann Wolfgang von Goethe"), ("War and Peace", "Leo Tolstoy"),
    ("Anna Karenina", "Leo Tolstoy"), ("Crime and Punishment", "Fyodor Dostoevsky"),
    ("The Idiot", "Fyodor Dostoevsky"), ("The Cherry Orchard", "Anton Chekhov"),
    ("The Metamorphosis", "Franz Kafka"), ("The Trial", "Franz Kafka"), ("The Odyssey", "Homer"),
    ("The Iliad", "Homer"), ("The Aeneid", "Virgil"), ("Middlemarch", "George Eliot"),
    ("Silas Marner", "George Eliot"), ("Animal Farm", "George Orwell"), ("Brave New World", "Aldous Huxley"),
    ("The Great Gatsby", "F. Scott Fitzgerald"), ("The Old Man and the Sea", "Ernest Hemingway"),
    ("Of Mice and Men", "John Steinbeck"), ("To Kill a Mockingbird", "Harper Lee"),
    ("The Catcher in the Rye", "J. D. Salinger"), ("Lord of the Flies", "William Golding"),
    ("Mrs. Dalloway", "Virginia Woolf"), ("Ulysses", "James Joyce"),
    ("The Picture of Dorian Gray", "Oscar Wilde"), ("The Happy Prince", "Oscar Wilde"),
    ("Pygmalion", "George Bernard Shaw"), ("A Doll's House", "Henrik Ibsen"),
    ("Things Fall Apart", "Chinua Achebe"), ("Utopia", "Thomas More"), ("Paradise Lost", "John Milton"),
    ("The Wonderful Wizard of Oz", "L. Frank Baum"), ("Ivanhoe", "Walter Scott"),
)

# (element name, symbol, atomic number)
ELEMENTS = (
    ("hydrogen", "H", 1), ("helium", "He", 2), ("lithium", "Li", 3), ("beryllium", "Be", 4),
    ("boron", "B", 5), ("carbon", "C", 6), ("nitrogen", "N", 7), ("oxygen", "O", 8), ("fluorine", "F", 9),
    ("neon", "Ne", 10), ("sodium", "Na", 11), ("magnesium", "Mg", 12), ("aluminum", "Al", 13),
    ("silicon", "Si", 14), ("phosphorus", "P", 15), ("sulfur", "S", 16), ("chlorine", "Cl", 17),
    ("argon", "Ar", 18), ("potassium", "K", 19), ("calcium", "Ca", 20), ("titanium", "Ti", 22),
    ("chromium", "Cr", 24), ("manganese", "Mn", 25), ("iron", "Fe", 26), ("cobalt", "Co", 27),
    ("nickel", "Ni", 28), ("copper", "Cu", 29), ("zinc", "Zn", 30), ("gallium", "Ga", 31),
    ("arsenic", "As", 33), ("selenium", "Se", 34), ("bromine", "Br", 35), ("krypton", "Kr", 36),
    ("silver", "Ag", 47), ("cadmium", "Cd", 48), ("tin", "Sn", 50), ("antimony", "Sb", 51),
    ("iodine", "I", 53), ("xenon", "Xe", 54), ("barium", "Ba", 56), ("tungsten", "W", 74),
    ("platinum", "Pt", 78), ("gold", "Au", 79), ("mercury", "Hg", 80), ("lead", "Pb", 82),
    ("bismuth", "Bi", 83), ("radon", "Rn", 86), ("radium", "Ra", 88), ("uranium", "U", 92),
    ("plutonium", "Pu", 94),
)

# (animal, class)
ANIMAL_CLASSES = (
    ("dog", "mammal"), ("cat", "mammal"), ("horse", "mammal"), ("cow", "mammal"), ("pig", "mammal"),
    ("sheep", "mammal"), ("goat", "mammal"), ("donkey", "mammal"), ("lion", "mammal"), ("tiger", "mammal"),
    ("bear", "mammal"), ("wolf", "mammal"), ("fox", "mammal"), ("deer", "mammal"), ("rabbit", "mammal"),
    ("mouse", "mammal"), ("rat", "mammal"), ("squirrel", "mammal"), ("elephant", "mammal"),
    ("giraffe", "mammal"), ("zebra", "mammal"), ("monkey", "mammal"), ("camel", "mammal"), ("bat", "mammal"),
    ("whale", "mammal"), ("dolphin", "mammal"), ("seal", "mammal"), ("otter", "mammal"),
    ("kangaroo", "mammal"), ("hedgehog", "mammal"), ("beaver", "mammal"), ("leopard", "mammal"),
    ("eagle", "bird"), ("owl", "bird"), ("hawk", "bird"), ("crow", "bird"), ("robin", "bird"),
    ("sparrow", "bird"), ("pigeon", "bird"), ("duck", "bird"), ("goose", "bird"), ("swan", "bird"),
    ("hen", "bird"), ("rooster", "bird"), ("turkey", "bird"), ("penguin", "bird"), ("ostrich", "bird"),
    ("parrot", "bird"), ("peacock", "bird"), ("stork", "bird"), ("gull", "bird"), ("woodpecker", "bird"),
    ("snake", "reptile"), ("lizard", "reptile"), ("crocodile", "reptile"), ("alligator", "reptile"),
    ("turtle", "reptile"), ("tortoise", "reptile"), ("gecko", "reptile"), ("chameleon", "reptile"),
    ("iguana", "reptile"), ("python", "reptile"), ("cobra", "reptile"), ("viper", "reptile"),
    ("salmon", "fish"), ("trout", "fish"), ("shark", "fish"), ("tuna", "fish"), ("cod", "fish"),
    ("carp", "fish"), ("herring", "fish"), ("goldfish", "fish"), ("eel", "fish"), ("seahorse", "fish"),
    ("sardine", "fish"), ("perch", "fish"), ("pike", "fish"), ("frog", "amphibian"), ("toad", "amphibian"),
    ("newt", "amphibian"), ("salamander", "amphibian"), ("axolotl", "amphibian"), ("bullfrog", "amphibian"),
    ("bee", "insect"), ("ant", "insect"), ("butterfly", "insect"), ("moth", "insect"), ("fly", "insect"),
    ("mosquito", "insect"), ("beetle", "insect"), ("ladybug", "insect"), ("grasshopper", "insect"),
    ("cricket", "insect"), ("wasp", "insect"), ("dragonfly", "insect"), ("locust", "insect"),
)

# (animal, its young)
ANIMAL_YOUNG = (
    ("dog", "puppy"), ("cat", "kitten"), ("horse", "foal"), ("cow", "calf"), ("sheep", "lamb"),
    ("goat", "kid"), ("pig", "piglet"), ("hen", "chick"), ("duck", "duckling"), ("goose", "gosling"),
    ("swan", "cygnet"), ("lion", "cub"), ("bear", "cub"), ("deer", "fawn"), ("kangaroo", "joey"),
    ("frog", "tadpole"), ("owl", "owlet"), ("eagle", "eaglet"), ("elephant", "calf"), ("whale", "calf"),
    ("seal", "pup"), ("fox", "cub"), ("hare", "leveret"), ("butterfly", "caterpillar"), ("donkey", "foal"),
    ("zebra", "foal"), ("tiger", "cub"), ("wolf", "pup"),
)

# (animal, what it does when it makes its sound)
ANIMAL_SOUNDS = (
    ("dog", "barks"), ("cat", "meows"), ("cow", "moos"), ("horse", "neighs"), ("sheep", "bleats"),
    ("pig", "oinks"), ("duck", "quacks"), ("hen", "clucks"), ("rooster", "crows"), ("lion", "roars"),
    ("wolf", "howls"), ("owl", "hoots"), ("bee", "buzzes"), ("snake", "hisses"), ("frog", "croaks"),
    ("mouse", "squeaks"), ("donkey", "brays"), ("goose", "honks"), ("crow", "caws"), ("elephant", "trumpets"),
    ("pigeon", "coos"), ("turkey", "gobbles"), ("bird", "chirps"), ("bear", "growls"),
)

# (word, short definition)
DEFINITIONS = (
    ("library", "a place where books are kept"), ("bakery", "a place where bread is made and sold"),
    ("hospital", "a place where sick people are cared for"), ("school", "a place where children learn"),
    ("museum", "a place where old or beautiful things are shown"),
    ("garden", "a piece of land where plants are grown"),
    ("farm", "a place where crops and animals are raised"), ("orchard", "a place where fruit trees grow"),
    ("harbor", "a place where ships can stay safely"), ("airport", "a place where planes take off and land"),
    ("theater", "a place where plays are performed"), ("kitchen", "a room where meals are cooked"),
    ("bedroom", "a room where people sleep"), ("stable", "a building where horses are kept"),
    ("barn", "a farm building for hay and animals"), ("lighthouse", "a tower with a light that guides ships"),
    ("castle", "a large building with strong walls"),
    ("bridge", "a structure that carries a road over a river"), ("tunnel", "a passage under the ground"),
    ("island", "a piece of land with water all around it"),
    ("desert", "a dry place where very little rain falls"), ("forest", "a large area covered with trees"),
    ("mountain", "a very high piece of land"), ("valley", "the low land between hills or mountains"),
    ("river", "a large stream of water that flows to the sea"),
    ("lake", "a large body of water with land all around it"),
    ("volcano", "a mountain that can throw out hot lava"), ("baker", "a person who makes bread"),
    ("teacher", "a person who helps others to learn"), ("doctor", "a person who treats sick people"),
    ("farmer", "a person who grows crops and keeps animals"), ("pilot", "a person who flies a plane"),
    ("author", "a person who writes books"), ("carpenter", "a person who makes things from wood"),
    ("sailor", "a person who works on a ship"), ("painter", "a person who paints pictures"),
    ("judge", "a person who makes decisions in a court"), ("neighbor", "a person who lives next to you"),
    ("stranger", "a person you do not know"), ("orphan", "a child whose parents are dead"),
    ("twin", "a child born together with another"), ("hammer", "a tool for hitting nails"),
    ("saw", "a tool for cutting wood"), ("umbrella", "a thing that keeps you dry in the rain"),
    ("clock", "a device that shows the time"), ("thermometer", "a device that measures temperature"),
    ("telescope", "a device for looking at the stars"), ("compass", "a device that shows where north is"),
    ("map", "a drawing that shows where places are"), ("calendar", "a list of the days and months of a year"),
    ("dictionary", "a book that explains words"), ("diary", "a book in which you write about your days"),
    ("candle", "a stick of wax that gives light"), ("pillow", "a soft thing for the head to rest on"),
    ("wallet", "a small case for money"), ("helmet", "a hard hat that protects the head"),
    ("basket", "a container made of thin strips of wood"),
    ("bicycle", "a vehicle with two wheels and pedals"), ("meal", "the food that is eaten at one time"),
    ("breakfast", "the first meal of the day"), ("recipe", "a list of steps for cooking a dish"),
    ("noun", "a word that names a person, place or thing"), ("verb", "a word that names an action"),
    ("adjective", "a word that describes a noun"), ("sentence", "a group of words with a complete meaning"),
    ("poem", "a piece of writing in lines that often rhyme"), ("drought", "a long time without rain"),
    ("flood", "a large amount of water that covers dry land"), ("rainbow", "an arch of colors in the sky"),
    ("decade", "a period of ten years"), ("century", "a period of one hundred years"),
    ("dawn", "the time when the sun rises"), ("dusk", "the time just before night"),
    ("midnight", "the middle of the night"), ("herd", "a group of cows or other large animals"),
    ("flock", "a group of birds or sheep"), ("orchestra", "a large group of people who play music together"),
    ("herbivore", "an animal that eats only plants"), ("carnivore", "an animal that eats meat"),
    ("planet", "a large body that moves around a star"),
    ("borrow", "to use something and give it back later"), ("whisper", "to speak very quietly"),
    ("arrive", "to reach a place"), ("repair", "to make something work again"),
    ("explore", "to travel through a place to learn about it"),
    ("forgive", "to stop being angry with someone"), ("rescue", "to save someone from danger"),
    ("translate", "to put words into another language"), ("melt", "to turn from solid to liquid"),
    ("freeze", "to turn from liquid to solid"), ("multiply", "to add a number to itself several times"),
)

# (adjective, what people compare with): "as brave as a lion"
SIMILES = (
    ("brave", "a lion"), ("fast", "lightning"), ("slow", "a snail"), ("strong", "an ox"), ("busy", "a bee"),
    ("cold", "ice"), ("hot", "fire"), ("white", "snow"), ("black", "coal"), ("red", "a rose"),
    ("green", "grass"), ("blue", "the sky"), ("light", "a feather"), ("heavy", "lead"), ("hard", "a rock"),
    ("soft", "silk"), ("smooth", "glass"), ("sharp", "a knife"), ("sweet", "honey"), ("sour", "a lemon"),
    ("bitter", "medicine"), ("bright", "the sun"), ("dark", "night"), ("quiet", "a mouse"),
    ("loud", "thunder"), ("silent", "the grave"), ("clever", "a fox"), ("wise", "an owl"),
    ("proud", "a peacock"), ("stubborn", "a mule"), ("gentle", "a lamb"), ("free", "a bird"),
    ("hungry", "a wolf"), ("big", "an elephant"), ("tall", "a giraffe"), ("small", "an ant"),
    ("old", "the hills"), ("new", "the dawn"), ("fresh", "a daisy"), ("clean", "a whistle"),
    ("dirty", "a pig"), ("dry", "a bone"), ("wet", "a fish"), ("flat", "a pancake"), ("round", "a ball"),
    ("straight", "an arrow"), ("thin", "a rail"), ("deep", "the ocean"), ("clear", "crystal"),
    ("cool", "a cucumber"), ("good", "gold"), ("easy", "pie"), ("solid", "stone"), ("steady", "an anchor"),
    ("pretty", "a picture"), ("happy", "a lark"), ("sick", "a dog"), ("poor", "a church mouse"),
    ("rich", "a king"), ("tough", "leather"), ("playful", "a kitten"), ("slippery", "an eel"),
    ("blind", "a bat"), ("warm", "toast"), ("pale", "a ghost"), ("wide", "the sea"), ("high", "a mountain"),
    ("calm", "a still lake"), ("innocent", "a baby"), ("regular", "clockwork"), ("thick", "mud"),
    ("stiff", "a board"), ("mad", "a hatter"), ("graceful", "a swan"), ("patient", "a saint"),
    ("colorful", "a rainbow"), ("hairy", "a bear"), ("beautiful", "a sunset"), ("lonely", "a lost lamb"),
    ("shiny", "a new coin"),
)

# (wrong, right)
MISSPELLINGS = (
    ("recieve", "receive"), ("beleive", "believe"), ("freind", "friend"), ("seperate", "separate"),
    ("definately", "definitely"), ("tommorow", "tomorrow"), ("wierd", "weird"), ("neccessary", "necessary"),
    ("begining", "beginning"), ("untill", "until"), ("becuase", "because"), ("adress", "address"),
    ("acommodate", "accommodate"), ("acheive", "achieve"), ("accross", "across"), ("agressive", "aggressive"),
    ("apparant", "apparent"), ("arguement", "argument"), ("basicly", "basically"),
    ("beautifull", "beautiful"), ("bizness", "business"), ("calender", "calendar"), ("carefull", "careful"),
    ("cematery", "cemetery"), ("choclate", "chocolate"), ("collegue", "colleague"), ("comming", "coming"),
    ("comittee", "committee"), ("completly", "completely"), ("concious", "conscious"),
    ("curiousity", "curiosity"), ("decieve", "deceive"), ("dissapear", "disappear"),
    ("dissapoint", "disappoint"), ("enviroment", "environment"), ("embarass", "embarrass"),
    ("existance", "existence"), ("excelent", "excellent"), ("familar", "familiar"), ("Febuary", "February"),
    ("finaly", "finally"), ("foriegn", "foreign"), ("fourty", "forty"), ("foward", "forward"),
    ("gaurd", "guard"), ("goverment", "government"), ("grammer", "grammar"), ("greatful", "grateful"),
    ("happend", "happened"), ("harrass", "harass"), ("heigth", "height"), ("hopefull", "hopeful"),
    ("imediately", "immediately"), ("intresting", "interesting"), ("independant", "independent"),
    ("intelligant", "intelligent"), ("jewlery", "jewelry"), ("knowlege", "knowledge"), ("libary", "library"),
    ("lenght", "length"), ("liason", "liaison"), ("mariage", "marriage"), ("medecine", "medicine"),
    ("millenium", "millennium"), ("miniture", "miniature"), ("mispell", "misspell"), ("morgage", "mortgage"),
    ("naturaly", "naturally"), ("neice", "niece"), ("nieghbor", "neighbor"), ("noticable", "noticeable"),
    ("ocasion", "occasion"), ("occured", "occurred"), ("oportunity", "opportunity"), ("orignal", "original"),
    ("paralel", "parallel"), ("peice", "piece"), ("perminent", "permanent"), ("persue", "pursue"),
    ("posession", "possession"), ("potatos", "potatoes"), ("prefered", "preferred"),
    ("privelege", "privilege"), ("probaly", "probably"), ("promiss", "promise"),
    ("questionaire", "questionnaire"), ("realy", "really"), ("reccomend", "recommend"),
    ("refered", "referred"), ("religous", "religious"), ("remeber", "remember"), ("repitition", "repetition"),
    ("restarant", "restaurant"), ("rythm", "rhythm"), ("saftey", "safety"), ("scisors", "scissors"),
    ("secratary", "secretary"), ("sieze", "seize"), ("sincerly", "sincerely"), ("similer", "similar"),
    ("speach", "speech"), ("strenght", "strength"), ("succesful", "successful"), ("suprise", "surprise"),
    ("temperture", "temperature"), ("togeather", "together"), ("thier", "their"), ("tomatos", "tomatoes"),
    ("truely", "truly"), ("usualy", "usually"), ("vegtable", "vegetable"), ("visable", "visible"),
    ("wellcome", "welcome"), ("Wensday", "Wednesday"), ("wich", "which"), ("writting", "writing"),
    ("yeild", "yield"), ("elefant", "elephant"), ("kichen", "kitchen"), ("gardin", "garden"),
    ("breakfest", "breakfast"), ("langauge", "language"), ("anser", "answer"), ("teecher", "teacher"),
    ("animel", "animal"), ("mountin", "mountain"), ("picnick", "picnic"), ("hospitle", "hospital"),
    ("diffrent", "different"), ("favorit", "favorite"), ("holliday", "holiday"), ("jorney", "journey"),
    ("minuts", "minutes"), ("musuem", "museum"), ("nurce", "nurse"), ("parants", "parents"),
    ("pensil", "pencil"), ("sandwitch", "sandwich"), ("villige", "village"), ("windoe", "window"),
    ("yesturday", "yesterday"),
)

# (larger unit, smaller unit in the plural, how many)
UNITS = (
    ("minute", "seconds", 60), ("hour", "minutes", 60), ("day", "hours", 24), ("week", "days", 7),
    ("year", "months", 12), ("decade", "years", 10), ("century", "years", 100), ("century", "decades", 10),
    ("millennium", "years", 1000), ("kilometer", "meters", 1000), ("meter", "centimeters", 100),
    ("meter", "millimeters", 1000), ("centimeter", "millimeters", 10), ("kilogram", "grams", 1000),
    ("gram", "milligrams", 1000), ("metric ton", "kilograms", 1000), ("liter", "milliliters", 1000),
    ("foot", "inches", 12), ("yard", "feet", 3), ("yard", "inches", 36), ("mile", "feet", 5280),
    ("pound", "ounces", 16), ("gallon", "quarts", 4), ("gallon", "pints", 8), ("quart", "pints", 2),
    ("pint", "cups", 2), ("tablespoon", "teaspoons", 3), ("dollar", "cents", 100), ("quarter", "cents", 25),
    ("dime", "cents", 10), ("nickel", "cents", 5),
)

# units whose plural needs more than an "s"
UNIT_PLURALS = {"foot": "feet", "century": "centuries", "millennium": "millennia", "inch": "inches"}

# (what it comes with, type of cloud): "The type of cloud associated with thunderstorms is cumulonimbus."
CLOUDS_WEATHER = (
    ("thunderstorms", "cumulonimbus"), ("lightning", "cumulonimbus"), ("hail", "cumulonimbus"),
    ("tornadoes", "cumulonimbus"), ("heavy showers", "cumulonimbus"), ("fair weather", "cumulus"),
    ("calm sunny days", "cumulus"), ("white heaps like cotton", "cumulus"), ("steady rain", "nimbostratus"),
    ("long snowfalls", "nimbostratus"), ("light drizzle", "stratus"), ("low gray skies", "stratus"),
    ("fog on hills", "stratus"), ("thin white wisps", "cirrus"),
    ("feathers of ice high in the sky", "cirrus"), ("rings around the sun", "cirrostratus"),
    ("rings around the moon", "cirrostratus"), ("small ripples high in the sky", "cirrocumulus"),
    ("low lumpy layers", "stratocumulus"), ("lens shapes over mountains", "lenticular"),
    ("a gray veil at middle height", "altostratus"), ("rows of small heaps at middle height", "altocumulus"),
)

# (thing with its article, who invented or discovered it)
INVENTIONS = (
    ("the telephone", "Alexander Graham Bell"), ("the phonograph", "Thomas Edison"),
    ("dynamite", "Alfred Nobel"), ("penicillin", "Alexander Fleming"), ("X-rays", "Wilhelm Roentgen"),
    ("the World Wide Web", "Tim Berners-Lee"), ("the smallpox vaccine", "Edward Jenner"),
    ("the polio vaccine", "Jonas Salk"), ("pasteurization", "Louis Pasteur"), ("Braille", "Louis Braille"),
    ("Morse code", "Samuel Morse"), ("the electric battery", "Alessandro Volta"),
    ("the diesel engine", "Rudolf Diesel"), ("the mercury thermometer", "Daniel Fahrenheit"),
    ("the barometer", "Evangelista Torricelli"), ("the Rubik's Cube", "Erno Rubik"),
    ("the law of gravity", "Isaac Newton"),
    ("the electron", "J. J. Thomson"), ("the neutron", "James Chadwick"), ("Uranus", "William Herschel"),
    ("Pluto", "Clyde Tombaugh"), ("the laws of planetary motion", "Johannes Kepler"),
    ("the circulation of the blood", "William Harvey"), ("Esperanto", "L. L. Zamenhof"),
    ("the cotton gin", "Eli Whitney"), ("the lightning rod", "Benjamin Franklin"),
)

# what of these was discovered and not invented
DISCOVERED = frozenset((
    "penicillin", "X-rays", "the electron", "the neutron", "Uranus", "Pluto", "the circulation of the blood",
    "the law of gravity", "the laws of planetary motion",
))

# (things, color)
COLOURS = (
    ("bananas", "yellow"), ("lemons", "yellow"), ("sunflowers", "yellow"), ("canaries", "yellow"),
    ("egg yolks", "yellow"), ("ducklings", "yellow"), ("strawberries", "red"), ("cherries", "red"),
    ("tomatoes", "red"), ("fire engines", "red"), ("ladybugs", "red"), ("rubies", "red"),
    ("stop signs", "red"), ("carrots", "orange"), ("oranges", "orange"), ("pumpkins", "orange"),
    ("leaves in summer", "green"), ("cucumbers", "green"), ("frogs", "green"), ("peas", "green"),
    ("emeralds", "green"), ("limes", "green"), ("sapphires", "blue"), ("blueberries", "blue"),
    ("clear skies", "blue"), ("eggplants", "purple"), ("violets", "purple"), ("plums", "purple"),
    ("snowflakes", "white"), ("swans", "white"), ("polar bears", "white"), ("clouds on a sunny day", "white"),
    ("crows", "black"), ("ravens", "black"), ("pieces of coal", "black"), ("flamingos", "pink"),
    ("elephants", "gray"), ("chestnuts", "brown"), ("tree trunks", "brown"), ("chocolate bars", "brown"),
)

# (things, what they are usually made of)
MATERIALS = (
    ("windows", "glass"), ("mirrors", "glass"), ("lenses", "glass"), ("tires", "rubber"),
    ("erasers", "rubber"), ("candles", "wax"), ("crayons", "wax"), ("bricks", "clay"), ("flowerpots", "clay"),
    ("coins", "metal"), ("keys", "metal"), ("spoons", "metal"), ("nails", "steel"), ("swords", "steel"),
    ("horseshoes", "iron"), ("anvils", "iron"), ("sweaters", "wool"), ("mittens", "wool"),
    ("scarves", "wool"), ("jeans", "cotton"), ("towels", "cotton"), ("bed sheets", "cotton"),
    ("books", "paper"), ("newspapers", "paper"), ("envelopes", "paper"), ("maps", "paper"), ("doors", "wood"),
    ("pencils", "wood"), ("cupboards", "wood"), ("logs", "wood"), ("saddles", "leather"),
    ("belts", "leather"), ("boots", "leather"), ("castles", "stone"), ("statues", "stone"),
    ("igloos", "snow"), ("snowmen", "snow"), ("sandcastles", "sand"), ("sidewalks", "concrete"),
    ("curtains", "cloth"), ("flags", "cloth"), ("buckets", "plastic"), ("combs", "plastic"),
    ("wedding rings", "gold"), ("soda cans", "aluminum"),
)

# (person, what the person does)
OCCUPATIONS = (
    ("baker", "bakes bread"), ("teacher", "teaches students"), ("doctor", "treats sick people"),
    ("nurse", "cares for patients"), ("farmer", "grows crops"), ("pilot", "flies planes"),
    ("sailor", "sails on ships"), ("chef", "cooks meals"), ("waiter", "serves food"),
    ("author", "writes books"), ("poet", "writes poems"), ("painter", "paints pictures"),
    ("carpenter", "makes things from wood"), ("plumber", "repairs pipes"), ("electrician", "repairs wires"),
    ("mechanic", "repairs cars"), ("firefighter", "puts out fires"), ("police officer", "enforces the law"),
    ("judge", "decides cases in court"), ("lawyer", "gives legal advice"), ("dentist", "takes care of teeth"),
    ("vet", "treats sick animals"), ("gardener", "takes care of plants"), ("fisherman", "catches fish"),
    ("hunter", "hunts animals"), ("shepherd", "looks after sheep"), ("butcher", "sells meat"),
    ("tailor", "makes clothes"), ("shoemaker", "makes shoes"), ("barber", "cuts hair"),
    ("driver", "drives a vehicle"), ("singer", "sings songs"), ("dancer", "dances on a stage"),
    ("actor", "performs in plays"), ("musician", "plays music"), ("photographer", "takes photographs"),
    ("librarian", "takes care of books"), ("journalist", "writes news stories"),
    ("scientist", "studies the natural world"), ("astronomer", "studies the stars"),
    ("architect", "designs buildings"), ("builder", "builds houses"), ("miner", "digs for coal or metal"),
    ("potter", "makes pots from clay"), ("beekeeper", "keeps bees"), ("astronaut", "travels in space"),
    ("translator", "translates texts"), ("postman", "delivers letters"),
)

# (shape, number of sides)
SHAPES = (
    ("triangle", 3), ("square", 4), ("rectangle", 4), ("rhombus", 4), ("trapezoid", 4), ("parallelogram", 4),
    ("pentagon", 5), ("hexagon", 6), ("heptagon", 7), ("octagon", 8), ("nonagon", 9), ("decagon", 10),
    ("dodecagon", 12),
)

# (word, its opposite), words that are not adjectives
OPPOSITES_EXTRA = (
    ("arrive", "leave"), ("up", "down"), ("buy", "sell"), ("open", "close"), ("push", "pull"),
    ("give", "take"), ("laugh", "cry"), ("win", "lose"), ("remember", "forget"), ("begin", "end"),
    ("start", "stop"), ("float", "sink"), ("rise", "fall"), ("attack", "defend"), ("accept", "refuse"),
    ("ask", "reply"), ("love", "hate"), ("add", "subtract"), ("multiply", "divide"), ("borrow", "lend"),
    ("build", "destroy"), ("increase", "decrease"), ("lock", "unlock"), ("tie", "untie"),
    ("appear", "disappear"), ("agree", "disagree"), ("succeed", "fail"), ("save", "spend"),
    ("teach", "learn"), ("send", "receive"), ("day", "night"), ("morning", "evening"), ("summer", "winter"),
    ("north", "south"), ("east", "west"), ("left", "right"), ("inside", "outside"), ("before", "after"),
    ("above", "below"), ("always", "never"), ("everything", "nothing"), ("everyone", "no one"),
    ("more", "less"), ("friend", "enemy"), ("question", "answer"), ("victory", "defeat"), ("peace", "war"),
    ("truth", "lie"), ("heaven", "hell"), ("entrance", "exit"), ("success", "failure"),
    ("beginning", "ending"), ("top", "bottom"), ("front", "back"), ("husband", "wife"), ("king", "queen"),
    ("life", "death"), ("yes", "no"), ("near", "far"), ("often", "rarely"), ("with", "without"),
    ("past", "future"),
)

# (item, category)
CATEGORIES = (
    ("apple", "fruit"), ("banana", "fruit"), ("pear", "fruit"), ("grape", "fruit"), ("peach", "fruit"),
    ("cherry", "fruit"), ("lemon", "fruit"), ("plum", "fruit"), ("mango", "fruit"), ("strawberry", "fruit"),
    ("carrot", "vegetable"), ("potato", "vegetable"), ("onion", "vegetable"), ("cabbage", "vegetable"),
    ("spinach", "vegetable"), ("lettuce", "vegetable"), ("broccoli", "vegetable"), ("turnip", "vegetable"),
    ("radish", "vegetable"), ("hammer", "tool"), ("saw", "tool"), ("screwdriver", "tool"), ("wrench", "tool"),
    ("drill", "tool"), ("shovel", "tool"), ("rake", "tool"), ("axe", "tool"), ("pliers", "tool"),
    ("piano", "musical instrument"), ("violin", "musical instrument"), ("guitar", "musical instrument"),
    ("flute", "musical instrument"), ("drum", "musical instrument"), ("trumpet", "musical instrument"),
    ("harp", "musical instrument"), ("cello", "musical instrument"), ("clarinet", "musical instrument"),
    ("car", "vehicle"), ("bus", "vehicle"), ("truck", "vehicle"), ("train", "vehicle"),
    ("bicycle", "vehicle"), ("motorcycle", "vehicle"), ("van", "vehicle"), ("taxi", "vehicle"),
    ("tractor", "vehicle"), ("rose", "flower"), ("tulip", "flower"), ("daisy", "flower"), ("lily", "flower"),
    ("sunflower", "flower"), ("violet", "flower"), ("daffodil", "flower"), ("orchid", "flower"),
    ("oak", "tree"), ("pine", "tree"), ("maple", "tree"), ("birch", "tree"), ("willow", "tree"),
    ("elm", "tree"), ("cedar", "tree"), ("beech", "tree"), ("eagle", "bird"), ("sparrow", "bird"),
    ("owl", "bird"), ("robin", "bird"), ("crow", "bird"), ("parrot", "bird"), ("swan", "bird"),
    ("salmon", "fish"), ("trout", "fish"), ("tuna", "fish"), ("cod", "fish"), ("herring", "fish"),
    ("carp", "fish"), ("ant", "insect"), ("bee", "insect"), ("beetle", "insect"), ("butterfly", "insect"),
    ("mosquito", "insect"), ("wasp", "insect"), ("shirt", "piece of clothing"), ("coat", "piece of clothing"),
    ("dress", "piece of clothing"), ("sweater", "piece of clothing"), ("skirt", "piece of clothing"),
    ("jacket", "piece of clothing"), ("scarf", "piece of clothing"), ("sock", "piece of clothing"),
    ("chair", "piece of furniture"), ("table", "piece of furniture"), ("sofa", "piece of furniture"),
    ("bed", "piece of furniture"), ("desk", "piece of furniture"), ("wardrobe", "piece of furniture"),
    ("bookcase", "piece of furniture"), ("stool", "piece of furniture"), ("milk", "drink"), ("tea", "drink"),
    ("coffee", "drink"), ("juice", "drink"), ("lemonade", "drink"), ("cocoa", "drink"), ("gold", "metal"),
    ("silver", "metal"), ("iron", "metal"), ("copper", "metal"), ("zinc", "metal"), ("nickel", "metal"),
    ("soccer", "sport"), ("tennis", "sport"), ("hockey", "sport"), ("basketball", "sport"), ("golf", "sport"),
    ("boxing", "sport"), ("baseball", "sport"), ("Mars", "planet"), ("Venus", "planet"),
    ("Jupiter", "planet"), ("Saturn", "planet"), ("Neptune", "planet"), ("Uranus", "planet"),
    ("red", "color"), ("blue", "color"), ("green", "color"), ("yellow", "color"), ("purple", "color"),
    ("brown", "color"), ("pink", "color"), ("circle", "shape"), ("square", "shape"), ("triangle", "shape"),
    ("rectangle", "shape"), ("oval", "shape"), ("hexagon", "shape"), ("arm", "body part"),
    ("leg", "body part"), ("nose", "body part"), ("knee", "body part"), ("elbow", "body part"),
    ("shoulder", "body part"), ("finger", "body part"), ("Monday", "day of the week"),
    ("Friday", "day of the week"), ("Sunday", "day of the week"), ("Tuesday", "day of the week"),
    ("March", "month"), ("July", "month"), ("October", "month"), ("January", "month"),
)

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEASONS = ("spring", "summer", "fall", "winter")

PROVERBS = (
    "Actions speak louder than words.", "All that glitters is not gold.", "A stitch in time saves nine.",
    "An apple a day keeps the doctor away.", "A penny saved is a penny earned.", "Better late than never.",
    "Birds of a feather flock together.", "Don't count your chickens before they hatch.",
    "Don't judge a book by its cover.", "Every cloud has a silver lining.", "Haste makes waste.",
    "Honesty is the best policy.", "Look before you leap.", "Many hands make light work.",
    "Practice makes perfect.", "Rome was not built in a day.", "The early bird catches the worm.",
    "The pen is mightier than the sword.", "There is no place like home.", "Time flies.",
    "Too many cooks spoil the broth.", "Two heads are better than one.", "When in Rome, do as the Romans do.",
    "Where there is a will, there is a way.", "Where there is smoke, there is fire.",
    "You can't teach an old dog new tricks.", "Strike while the iron is hot.", "Still waters run deep.",
    "No news is good news.", "Blood is thicker than water.", "A rolling stone gathers no moss.",
)
