"""Hand-written answers of the open tasks, those with many right answers: similes, descriptions, advice, messages.

One table per kind of task, one example per line, cells separated by "|".
"""

from __future__ import annotations

from instruction_data.example import rows

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
