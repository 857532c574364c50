"""Hand-written sentences of the closed tasks, those with one right answer: events, corrections, choices.

One table per kind of task, one example per line, cells separated by "|". What the lexicon or the facts of the small
world can supply is not repeated here.
"""

from __future__ import annotations

from instruction_data.example import rows

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
