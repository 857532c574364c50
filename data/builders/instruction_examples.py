"""Hand-written material of the instruction data: sentences, corrections and free answers.

One table per kind of task, one example per line, cells separated by "|". What the lexicon or the facts can
supply is not repeated here.
"""


def rows(table: str) -> tuple[tuple[str, ...], ...]:
    """Split a table into rows of stripped cells."""
    return tuple(tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines())


# who | does (base form) | what: subjects and objects that go together
EVENTS = rows("""
the chef | cook | the meal
the baker | bake | the bread
the poet | write | the poem
the student | read | the newspaper
the painter | paint | the fence
the nurse | clean | the room
the father | wash | the car
the guide | open | the gate
the lady | close | the window
the guard | lock | the door
the mechanic | repair | the machine
the engineer | fix | the computer
the builder | build | the tower
the child | break | the plate
the tourist | carry | the bag
the woman | buy | the hat
the artist | sell | the painting
the guest | bring | the gift
the visitor | take | the photograph
the manager | give | the speech
the secretary | send | the letter
the tailor | make | the dress
the brother | eat | the sandwich
the grandmother | drink | the tea
the cook | cut | the cake
the fisherman | catch | the fish
the player | throw | the ball
the girl | kick | the stone
the soldier | chase | the thief
the shepherd | feed | the dog
the teacher | teach | the class
the pupil | learn | the poem
the uncle | watch | the game
the sister | find | the ring
the clerk | lose | the key
the king | hide | the treasure
the artist | draw | the map
the singer | sing | the song
the musician | play | the piano
the driver | drive | the bus
the princess | ride | the pony
the pilot | fly | the plane
the gardener | plant | the tree
the aunt | water | the garden
the boy | pick | the pear
the farmer | grow | the carrot
the tourist | visit | the castle
the neighbor | help | the farmer
the student | answer | the question
the reporter | ask | the question
the scientist | solve | the puzzle
the writer | finish | the report
the judge | start | the race
the guard | stop | the train
the man | move | the table
the woman | push | the cart
the boy | pull | the sled
the builder | lift | the stone
the waitress | drop | the cup
the mother | hold | the baby
the queen | wear | the ring
the tailor | sew | the shirt
the nurse | fold | the blanket
the guard | check | the ticket
the princess | choose | the dress
the guest | order | the soup
the waiter | serve | the dinner
the chef | prepare | the salad
the knight | protect | the city
the sailor | rescue | the child
the hunter | follow | the path
the coach | lead | the team
the player | win | the match
the child | hear | the noise
the captain | see | the ship
the prince | meet | the king
the lady | invite | the neighbor
the doctor | call | the taxi
the visitor | thank | the nurse
the grandfather | tell | the story
the teacher | explain | the rule
the student | describe | the picture
the sailor | discover | the island
the engineer | invent | the machine
the engineer | design | the bridge
the clerk | print | the report
the pupil | copy | the sentence
the lawyer | sign | the contract
the father | decorate | the room
the driver | deliver | the parcel
the winner | receive | the prize
the waitress | fill | the glass
the child | empty | the bucket
the waiter | pour | the water
the painter | mix | the paint
the cook | slice | the tomato
the grandmother | peel | the orange
the chef | taste | the soup
the carpenter | measure | the wall
the butcher | weigh | the fish
the scientist | study | the planet
the actor | remember | the name
the pupil | forget | the date
the mother | hang | the mirror
the grandfather | light | the candle
the cook | cover | the pot
the dentist | examine | the tooth
the hunter | train | the dog
the girl | brush | the horse
the tailor | iron | the shirt
the neighbor | borrow | the ladder
the cousin | return | the book
""")

# things that are done once, not every day
ONCE = frozenset(
    "build break buy sell find lose grow finish win rescue meet discover invent design sign receive drop"
    " catch forget decorate".split()
)
# verbs that are not used in the continuous form
STATIVE = frozenset("hear see remember forget love like receive lose meet live fall".split())

# pronoun | subjects that it can replace
PRONOUNS = rows("""
he | the boy | the man | the king | the father | the uncle | the prince | the grandfather | the brother
she | the girl | the woman | the queen | the mother | the aunt | the princess | the grandmother | the sister
they | the children | the boys | the farmers | the women | the nurses | the tourists | the students
""")

# adjective | subject of "... is very ..."
SIMILE_SUBJECTS = rows("""
fast | The car
brave | The soldier
slow | The old bus
strong | The farmer
busy | My mother
cold | The water
hot | The soup
white | The horse
black | The cat
red | The apple
green | The field
blue | The lake
light | The bag
heavy | The suitcase
hard | The bread
soft | The blanket
smooth | The ice
sharp | The tooth
sweet | The cake
sour | The orange
bright | The lamp
dark | The cave
quiet | The library
loud | The engine
clever | The student
wise | My grandfather
proud | The king
stubborn | The donkey
gentle | The nurse
hungry | The boy
big | The ship
tall | The tower
small | The coin
old | The castle
dry | The desert
round | The table
straight | The road
deep | The lake
clear | The water in the river
flat | The field
playful | The puppy
pale | The patient
happy | The baby
thin | The dog
colorful | The garden
beautiful | The painting
rich | The singer
""")

# correct spelling | sentence with a gap for the word
SPELLING_SENTENCES = rows("""
receive | We _ a letter every week.
believe | I _ the story.
friend | My _ lives in the village.
separate | The boys sleep in _ rooms.
tomorrow | We will visit the museum _.
weird | The noise was very _.
until | They waited _ midnight.
because | He stayed at home _ he was sick.
address | Please write your _ on the letter.
across | The dog ran _ the street.
beautiful | The princess wore a _ dress.
business | My uncle has a small _.
calendar | The _ hangs on the wall.
chocolate | The baker made a _ cake.
coming | The guests are _ to the party.
disappear | The stars _ in the morning.
environment | We must protect the _.
excellent | The chef cooked an _ meal.
finally | The train _ arrived.
foreign | She speaks a _ language.
forty | The teacher has _ books.
government | The _ built a new school.
grammar | The lesson is about _.
height | We measured the _ of the wall.
interesting | The book is very _.
knowledge | The scientist has great _.
library | I read the newspaper in the _.
medicine | The nurse gave him the _.
neighbor | Our _ has a big garden.
piece | He ate a _ of bread.
really | The song is _ good.
remember | I cannot _ the name.
restaurant | We ate dinner in the _.
strength | The knight has great _.
surprise | The gift was a _.
their | The children lost _ ball.
truly | It was a _ wonderful day.
usually | She _ walks to school.
elephant | The _ drank from the river.
kitchen | Mother is in the _.
breakfast | We eat eggs for _.
answer | The student knows the _.
teacher | The _ explained the rule.
mountain | The _ is covered with snow.
different | The two hats are _.
favorite | Blue is my _ color.
journey | The _ took three days.
pencil | May I borrow your _?
village | The farmer lives in a small _.
yesterday | It rained _.
""")

# wrong sentence | corrected sentence | the word that the mistake is about
GRAMMAR = rows("""
Tom walk to school every day. | Tom walks to school every day. | walk
She don't like cheese. | She doesn't like cheese. | like
They was in the garden. | They were in the garden. | garden
He have a red bicycle. | He has a red bicycle. | bicycle
Yesterday we go to the zoo. | Yesterday we went to the zoo. | go
I seen the film last week. | I saw the film last week. | see
She ate a apple. | She ate an apple. | apple
He bought a umbrella. | He bought an umbrella. | umbrella
There are three book on the table. | There are three books on the table. | book
The dogs runs in the park. | The dogs run in the park. | run
My sister sing very well. | My sister sings very well. | sing
The children is playing in the yard. | The children are playing in the yard. | play
We was tired after the race. | We were tired after the race. | race
He doesn't wants any soup. | He doesn't want any soup. | want
She is more taller than Ben. | She is taller than Ben. | tall
This is the most cheapest hat. | This is the cheapest hat. | cheap
Him and I are friends. | He and I are friends. | friend
Me like the music. | I like the music. | music
The mouses hid under the bed. | The mice hid under the bed. | mouse
Two mans stood by the door. | Two men stood by the door. | man
She writed a letter to her aunt. | She wrote a letter to her aunt. | write
The boy catched the ball. | The boy caught the ball. | catch
He teached the class. | He taught the class. | teach
The bird flied over the house. | The bird flew over the house. | fly
We eated the cake yesterday. | We ate the cake yesterday. | eat
I am go to the market now. | I am going to the market now. | market
They are swim in the lake. | They are swimming in the lake. | swim
She can sings the song. | She can sing the song. | song
He will comes tomorrow. | He will come tomorrow. | come
Does she likes milk? | Does she like milk? | milk
Did you saw the ship? | Did you see the ship? | ship
The cat drink its milk every morning. | The cat drinks its milk every morning. | drink
Anna have two brothers. | Anna has two brothers. | brother
The girls has new shoes. | The girls have new shoes. | shoe
He is a honest man. | He is an honest man. | honest
I waited for a hour. | I waited for an hour. | hour
She sings good. | She sings well. | well
There is five eggs in the basket. | There are five eggs in the basket. | egg
The teacher explain the rule. | The teacher explains the rule. | explain
She goed to the beach. | She went to the beach. | beach
""")

# sentence | its type | the word that it is about
SENTENCE_TYPES = rows("""
The sun rises in the east. | declarative | sun
My brother plays the piano. | declarative | piano
The farmer has two horses. | declarative | farmer
We live near the sea. | declarative | sea
The library is closed on Sunday. | declarative | library
Snow is white. | declarative | snow
The train arrived late. | declarative | train
Where is my umbrella? | interrogative | umbrella
Do you like tea? | interrogative | tea
Who painted the picture? | interrogative | paint
When does the film start? | interrogative | film
How old is your sister? | interrogative | sister
Did the baby sleep well? | interrogative | baby
Can you ride a bicycle? | interrogative | bicycle
Why is the boy crying? | interrogative | cry
Close the window. | imperative | window
Please wash the dishes. | imperative | dish
Open your books. | imperative | book
Bring me the newspaper. | imperative | newspaper
Do not touch the stove. | imperative | stove
Feed the dog before lunch. | imperative | dog
Turn left at the bridge. | imperative | bridge
Listen to the teacher. | imperative | teacher
What a beautiful garden! | exclamatory | garden
How tall the tower is! | exclamatory | tower
What a lovely song! | exclamatory | song
How quickly time passes! | exclamatory | time
What a cold night! | exclamatory | night
How sweet this cake is! | exclamatory | cake
What a funny joke! | exclamatory | joke
How brave the knight was! | exclamatory | knight
What a big elephant! | exclamatory | elephant
""")

# sentence without its last mark | the mark | the word that it is about
PUNCTUATION = rows("""
Where is the key | ? | key
The cat sleeps on the sofa | . | cat
What a wonderful day | ! | day
Do you like apples | ? | apple
My uncle works in the factory | . | factory
Who broke the plate | ? | plate
How beautiful the lake is | ! | lake
We visited the castle last summer | . | castle
When will the bus come | ? | bus
The baker opens the shop at seven | . | baker
What a big ship | ! | ship
Can you help me | ? | help
The river flows to the sea | . | river
Why are you sad | ? | sad
How fast the horse runs | ! | horse
The children are playing in the snow | . | snow
Did you read the letter | ? | letter
What a terrible storm | ! | storm
I have a new coat | . | coat
How old is the teacher | ? | teacher
The moon is bright tonight | . | moon
What a clever child | ! | child
Are the shoes too small | ? | shoe
Grandmother made a pie | . | pie
How strange this story is | ! | story
Does your brother play the drum | ? | drum
""")

# two words | their contraction | sentence with the two words
CONTRACTIONS = rows("""
do not | don't | I do not like the soup.
does not | doesn't | Tom does not eat fish.
did not | didn't | We did not see the ship.
is not | isn't | The door is not open.
are not | aren't | The boys are not at home.
was not | wasn't | The film was not long.
were not | weren't | The apples were not ripe.
has not | hasn't | The bus has not arrived.
have not | haven't | The guests have not eaten.
had not | hadn't | The rain had not stopped.
could not | couldn't | Mia could not find the key.
should not | shouldn't | You should not run in the street.
would not | wouldn't | The donkey would not move.
will not | won't | The engine will not start.
I am | I'm | I am very tired.
you are | you're | I think you are right.
he is | he's | Ben says he is hungry.
she is | she's | Anna says she is busy.
it is | it's | Today it is cold.
we are | we're | Tonight we are at home.
they are | they're | I know they are brave.
I have | I've | I have lost my hat.
we have | we've | Now we have finished the work.
they have | they've | I think they have won the game.
I will | I'll | I will call the doctor.
he will | he'll | Sam says he will come.
she will | she'll | Lucy says she will help.
they will | they'll | I hope they will wait.
let us | let's | Now let us sing a song.
there is | there's | I think there is a storm.
""")

# adjective, noun, verb and adverb of "The ... ... ... ...."
FOUR_WORDS = rows("""
young | girl | sang | sweetly
old | man | walked | slowly
brave | knight | fought | proudly
tiny | mouse | ran | quickly
happy | boy | laughed | loudly
tired | farmer | slept | deeply
angry | king | shouted | rudely
shy | child | whispered | secretly
clever | student | answered | correctly
strong | sailor | swam | bravely
sad | woman | cried | softly
kind | nurse | smiled | gently
hungry | wolf | ate | greedily
careful | driver | drove | safely
nervous | actor | waited | silently
lazy | cat | rested | peacefully
busy | baker | worked | cheerfully
polite | guest | listened | patiently
beautiful | princess | danced | lightly
famous | musician | played | perfectly
foolish | thief | hid | badly
wise | judge | spoke | clearly
white | horse | jumped | smoothly
thirsty | camel | drank | noisily
huge | elephant | moved | heavily
gentle | grandmother | sewed | neatly
new | pilot | flew | nervously
poor | fisherman | fished | eagerly
curious | tourist | wandered | happily
late | visitor | arrived | suddenly
lonely | shepherd | dreamed | sadly
tall | guard | stood | quietly
good | teacher | taught | seriously
loud | coach | called | angrily
bright | pupil | read | easily
""")

# word | a word that means the same | a word that does not
SYNONYM_CHOICES = rows("""
big | large | green
quick | rapid | square
happy | glad | wooden
sad | unhappy | yellow
clever | smart | frozen
brave | courageous | round
rich | wealthy | purple
difficult | hard | sweet
beautiful | lovely | narrow
tasty | delicious | metal
quiet | silent | brown
angry | furious | tall
strange | odd | warm
start | begin | sleep
finish | end | jump
shout | yell | drink
gift | present | window
road | street | spoon
boat | ship | garden
stone | rock | letter
tired | weary | pink
sick | ill | short
hat | cap | lake
repair | fix | sing
close | shut | fly
reply | answer | swim
polite | courteous | orange
famous | well-known | empty
""")

# thing with its article | a short description
DESCRIPTIONS = rows("""
a rose | A rose is a beautiful flower with soft petals and a sweet smell.
a lion | A lion is a large, strong cat with golden fur that lives in Africa.
a castle | A castle is a large old building with high towers and thick stone walls.
an elephant | An elephant is a huge gray animal with big ears and a long trunk.
a storm | A storm brings dark clouds, strong wind and heavy rain.
a snowman | A snowman is made of big balls of snow and often has a carrot for a nose.
a bicycle | A bicycle has two wheels, two pedals and a seat for the rider.
a beach | A beach is a sandy place by the sea where people walk and swim.
a kitten | A kitten is a small, playful cat with soft fur and bright eyes.
a library | A library is a quiet place with many shelves full of books.
a farm | A farm has wide fields, a big barn and many animals.
a market | A market is a busy place where people buy fresh fruit and vegetables.
an apple | An apple is a round, sweet fruit that is red, green or yellow.
a forest | A forest is a cool, dark place full of tall trees and wild animals.
an owl | An owl is a bird with big round eyes that hunts at night.
a river | A river is a long stream of water that flows through the land to the sea.
a ship | A ship is a large boat that carries people and things across the sea.
a rainbow | A rainbow is a bright arch of many colors that appears in the sky after rain.
a clown | A clown wears colorful clothes, has a red nose and makes people laugh.
a desert | A desert is a hot, dry place with much sand and very little water.
a lemon | A lemon is a small yellow fruit with a very sour taste.
a candle | A candle is a stick of wax that gives a soft, warm light.
a mountain | A mountain is very high and often has snow on its top.
a frog | A frog is a small green animal that jumps and swims well.
a train | A train is a long vehicle that carries people quickly from one city to another.
a piano | A piano is a large musical instrument with black and white keys.
""")

# word | a sentence that uses it
WORD_SENTENCES = rows("""
quickly | The boy ran quickly to the bus.
brave | The brave sailor rescued the child.
umbrella | She took her umbrella because it was raining.
never | My grandfather never drinks coffee.
invite | We will invite all our friends to the party.
beautiful | The princess wore a beautiful dress.
forest | The hunter walked through the dark forest.
because | He was happy because he won the race.
borrow | May I borrow your pencil for a minute?
whisper | The children whisper in the library.
holiday | The family went to the sea on holiday.
careful | Be careful when you cross the street.
discover | The scientists hope to discover a new planet.
breakfast | I always eat an egg for breakfast.
together | The two sisters sing together in the choir.
gentle | The gentle nurse held my hand.
arrive | The guests will arrive at six.
mountain | Snow covered the top of the mountain.
although | Although it was cold, they swam in the lake.
delicious | The chef made a delicious soup.
promise | I promise to help you with the work.
journey | The journey to the island took two days.
between | The house stands between the church and the school.
famous | The famous singer visited our village.
repair | The mechanic can repair the old car.
suddenly | Suddenly the lights in the hall went out.
""")

# kind of thing in the plural | three of the kind
LISTS = rows("""
fruits | Apples, pears and bananas.
vegetables | Carrots, potatoes and onions.
tools | A hammer, a saw and a drill.
musical instruments | The piano, the violin and the flute.
vehicles | A car, a bus and a train.
flowers | Roses, tulips and daisies.
trees | Oaks, pines and maples.
birds | Eagles, owls and sparrows.
insects | Bees, ants and beetles.
fish | Salmon, trout and tuna.
reptiles | Snakes, lizards and turtles.
amphibians | Frogs, toads and newts.
pieces of clothing | A shirt, a coat and a skirt.
pieces of furniture | A table, a chair and a bed.
drinks | Milk, tea and coffee.
metals | Iron, copper and silver.
sports | Soccer, tennis and hockey.
planets | Mars, Venus and Jupiter.
colors | Red, blue and green.
shapes | Circles, squares and triangles.
parts of the body | The head, the arm and the leg.
days of the week | Monday, Tuesday and Friday.
months of the year | January, March and July.
countries in Europe | France, Italy and Poland.
countries in Asia | Japan, India and Thailand.
countries in Africa | Egypt, Kenya and Ghana.
countries in South America | Brazil, Chile and Peru.
farm animals | Cows, pigs and sheep.
things in a kitchen | A pot, a pan and a spoon.
plays by William Shakespeare | Hamlet, Macbeth and King Lear.
""")

# command | polite request | the verb
POLITE = rows("""
Give me the book. | Could you please give me the book? | give
Open the window. | Could you please open the window? | open
Close the door. | Would you please close the door? | close
Be quiet. | Could you please be quiet? | be
Help me with the box. | Could you please help me with the box? | help
Pass me the milk. | Could you please pass me the milk? | pass
Wait here. | Would you please wait here for a moment? | wait
Send me the report. | Could you please send me the report? | send
Come to my office. | Could you please come to my office? | come
Tell me the answer. | Could you please tell me the answer? | tell
Bring me a glass of water. | Could you please bring me a glass of water? | bring
Sit down. | Would you please sit down? | sit
Call the doctor. | Could you please call the doctor? | call
Show me the map. | Could you please show me the map? | show
Carry my suitcase. | Could you please carry my suitcase? | carry
Stop the car. | Would you please stop the car? | stop
Clean the table. | Could you please clean the table? | clean
Speak slowly. | Could you please speak slowly? | speak
Listen to me. | Would you please listen to me? | listen
Turn off the radio. | Could you please turn off the radio? | turn
Buy some bread. | Could you please buy some bread? | buy
Answer the phone. | Could you please answer the phone? | answer
Move your bicycle. | Would you please move your bicycle? | move
Read the letter to me. | Could you please read the letter to me? | read
""")

# everyday sentence | formal sentence | what it is about
FORMAL = rows("""
I can't come to the party. | I am unable to attend the party. | party
Thanks for your help. | Thank you very much for your help. | help
Hi, how are you? | Good morning. I hope you are well. | hi
Send me the list soon. | Please send me the list at your earliest convenience. | list
I'm sorry I'm late. | I apologize for my late arrival. | late
I want a job at the bakery. | I would like to apply for a position at the bakery. | job
We need more time. | We would require some additional time. | time
The food was really bad. | The food was unfortunately not satisfactory. | food
Tell me about the hotel. | I would be grateful for some information about the hotel. | hotel
Bye, see you soon. | Goodbye. I look forward to seeing you soon. | bye
The boss got your letter. | The manager has received your letter. | letter
I don't get the question. | I am afraid I do not understand the question. | question
Can I have a room? | I would like to reserve a room, please. | room
The kids liked the museum a lot. | The children enjoyed the museum very much. | museum
You have to pay for the ticket. | You are required to pay for the ticket. | ticket
The doctor can't see you today. | Unfortunately, the doctor is not available today. | doctor
Call me tomorrow. | Please contact me by telephone tomorrow. | call
We'll fix the car. | We will repair the car for you. | car
Ask the teacher if you don't know. | Please consult the teacher if you are uncertain. | teacher
I think the plan is great. | In my opinion, the plan is excellent. | plan
Get me the book. | Please provide me with the book. | book
The show starts at six. | The performance will begin at six o'clock. | show
""")

# what one wants to do | a tip
ADVICE = rows("""
sleeping well | Go to bed at the same time every night.
staying healthy | Eat fresh fruit and take a walk every day.
learning a language | Learn a few new words every day.
saving money | Make a list before you go to the shop and buy only what you need.
keeping a room tidy | Put everything back in its place after you use it.
saving water | Turn off the water while you brush your teeth.
making friends | Be kind, smile and listen to other people.
staying warm in winter | Wear a thick coat, a hat and gloves.
growing tomatoes | Give the plants much sun and water them every day.
keeping teeth clean | Brush your teeth every morning and every evening.
crossing the street | Look left and right before you cross the street.
remembering names | Say the name aloud when you meet a new person.
reading more books | Read a few pages every evening before you sleep.
learning the piano | Practice a short piece every day and play it slowly at first.
getting up early | Go to bed early and put the clock far from the bed.
writing a good story | Begin with a person who wants something very much.
caring for a dog | Feed the dog every day and take it for long walks.
baking bread | Use fresh flour and give the dough enough time to rise.
staying calm | Sit down and breathe slowly.
protecting the forest | Take your paper and bottles home and never light a fire.
keeping flowers fresh | Cut the stems and give the flowers fresh water every day.
""")

# what the message is for | the message
MESSAGES = rows("""
a birthday | Happy birthday! I hope you have a wonderful day with your family.
a gift | Thank you very much for the lovely gift.
a sick friend | I am sorry that you are sick. Get well soon!
a new neighbor | Welcome to our street! Please tell me if you need any help.
a wedding | I wish you both a long and happy life together.
a lost game | Do not be sad. You played well and you will win the next game.
a good teacher | Thank you for all that you taught me this year.
a party | Please come to my party on Saturday. There will be cake and music.
a late arrival | I am sorry that I am late. The bus did not come.
a new job | Well done! I hope you enjoy your new job.
a broken cup | I am sorry that I broke your cup. I will buy you a new one.
a dinner | Thank you for the delicious dinner and the pleasant evening.
a holiday | Have a safe journey and a happy holiday by the sea.
a new baby | Welcome to the little baby! I am very happy for you.
a missed call | I am sorry that I missed your call. I will call you tonight.
a prize | I am so proud of you! You worked hard and you won the prize.
a first day at school | Good luck on your first day at school! You will find many friends.
a long winter | I hope you are warm and well. Spring will come soon.
a borrowed book | Thank you for the book. I read it in two days and loved it.
""")

# adjectives whose opposite in the lexicon depends on the meaning that one thinks of
UNCLEAR_OPPOSITES = frozenset(
    "hungry light thirsty tender fresh proud full calm serious tough gloomy nice curious rested normal round"
    " lively strange lovely silly clever peaceful".split()
)

# adjectives whose first synonym in the lexicon is not the one that most people would name
UNCLEAR_SYNONYMS = frozenset(
    "low public dishonest deep proud early unfriendly hardworking friendly soft light tiny fresh"
    " serious".split()
)

# adjectives that are seldom compared, or that people compare in two ways
SELDOM_COMPARED = frozenset(
    "false true correct incorrect glad unknown powerless public private useless silent ancient full empty"
    " round straight unfriendly unlucky cowardly stupid cruel hardworking familiar idle".split()
)

# kinds of things that share members, or are too close for a clear odd one out
CLOSE_KINDS = (
    {"color", "metal", "flower", "fruit"},
    {"fruit", "vegetable", "tree", "flower"},
    {"bird", "fish", "insect"},
    {"tool", "metal"},
    {"day of the week", "month"},
)

# things that belong to two categories
AMBIGUOUS_THINGS = frozenset(("violet", "square", "iron", "nickel"))

# units whose plural needs more than an "s"
IRREGULAR_UNITS = {"century": "centuries", "millennium": "millennia", "foot": "feet"}

# what was discovered and not invented
DISCOVERIES = frozenset(
    (
        "penicillin",
        "X-rays",
        "the law of gravity",
        "the electron",
        "the neutron",
        "Uranus",
        "Pluto",
        "the laws of planetary motion",
        "the circulation of the blood",
    )
)

# words of which "What is a ...?" would not be English
WITHOUT_ARTICLE = frozenset(("dawn", "dusk", "midnight"))
