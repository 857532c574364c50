"""How the tasks of the instruction data are put.

A block describes a family: its name, whether its answers are closed (one right answer) or open, and how many
entries go to the training, test and validation part; then its phrasings. A phrasing has an instruction, an
input and an answer, separated by "|"; a line that begins with "|" continues the line above.

{name} stands for a field of the example: {name!c} with a capital letter, {name!a} with "a" or "an", {name!A}
with "A" or "An". <...> is put in 'single', "double" or no quotes by turns, [...] in single or double ones.
"""

FAMILIES = """
active_to_passive closed 38 4 2
Convert the active sentence to passive: <{active}> | | {passive}
Change the sentence from active to passive voice. | {active} | {passive}
Rewrite the sentence in the passive voice. | {active} | {passive}
Turn the active sentence into a passive sentence: <{active}> | | {passive}
Put the following sentence into the passive. | {active} | {passive}

passive_to_active closed 24 2 1
Convert the passive sentence to active: <{passive}> | | {active}
Change the sentence from passive to active voice. | {passive} | {active}
Rewrite the sentence in the active voice. | {passive} | {active}
Turn the passive sentence into an active sentence: <{passive}> | | {active}

past_tense closed 20 2 1
Rewrite the sentence in the past tense. | {present} | {past}
Change the sentence to the past tense: <{present}> | | {past}
What is the past tense of the verb <{base}>? | | The past tense of '{base}' is '{past_form}'.
Give the past tense of the verb <{base}>. | | {past_form}
Put the verb of the sentence into the past tense. | {present} | {past}

future_tense closed 18 2 1
Rewrite the sentence in the future tense. | {present} | {future}
Change the sentence to the future tense: <{present}> | | {future}
Put the following sentence into the future tense. | {past} | {future}
Turn the sentence into a sentence about the future with 'will': <{present}> | | {future}

present_continuous closed 17 2 1
Rewrite the sentence in the present continuous tense. | {present} | {continuous}
Change the sentence to the present continuous: <{present}> | | {continuous}
Put the following sentence into the present continuous tense. | {past} | {continuous}
Give the -ing form of the verb <{base}>. | | {ing}

negative_sentence closed 18 2 1
Make the sentence negative. | {statement} | {negative}
Rewrite the sentence as a negative sentence: <{statement}> | | {negative}
Change the statement into its negative form. | {statement} | {negative}
Turn this into a negative sentence with 'not': <{statement}> | | {negative}

question_from_statement closed 20 2 1
Turn the statement into a question. | {statement} | {question}
Rewrite the statement as a question: <{statement}> | | {question}
Change the following statement into a yes or no question. | {statement} | {question}
Make a question from the statement: <{statement}> | | {question}

pronoun_replacement closed 17 2 1
Replace the subject of the sentence with a pronoun. | {sentence!c} | {pronoun!c} {rest}
Rewrite the sentence with a pronoun instead of [{subject!c}]. | {sentence!c} | {pronoun!c} {rest}
Use a pronoun in place of the subject: <{sentence!c}> | | {pronoun!c} {rest}
Change the subject of the sentence to a pronoun: <{sentence!c}> | | {pronoun!c} {rest}

spelling_correction closed 22 3 1
Correct the spelling of the word <{wrong}>. | | {right}
Correct the spelling mistake in the sentence. | {wrong_sentence} | {right_sentence}
Write the word with the correct spelling. | {wrong} | {right}
What is the correct spelling of the word <{wrong}>? | | The correct spelling is '{right}'.
Rewrite the sentence without the spelling mistake: <{wrong_sentence}> | | {right_sentence}

grammar_correction closed 20 2 1
Correct the grammar of the sentence. | {wrong} | {right}
Rewrite the sentence with correct grammar: <{wrong}> | | {right}
Find and correct the grammar mistake. | {wrong} | {right}
Fix the grammar mistake in the sentence: <{wrong}> | | {right}

sentence_type closed 18 2 1
What type of sentence is this? | {sentence} | This is {kind!a} sentence.
Name the type of the sentence. | {sentence} | {kind!c}.
Is the sentence declarative, interrogative, imperative or exclamatory? | {sentence}
| The sentence is {kind}.
Classify as declarative, interrogative, imperative or exclamatory: [{sentence}] | | {kind!c}.
Name the type of the sentence: [{sentence}] | | {kind!c}.

punctuation closed 16 2 1
Add the missing punctuation mark to the sentence. | {bare} | {bare}{mark}
Put the right punctuation mark at the end of the sentence: [{bare}] | | {bare}{mark}
Write the sentence with correct punctuation. | {bare} | {bare}{mark}
Complete the sentence with the missing mark: [{bare}] | | {bare}{mark}

capital_letters closed 16 2 1
Write the sentence with capital letters where they are needed. | {plain} | {correct}
Correct the capital letters in the sentence: <{plain}> | | {correct}
Add the missing capital letters. | {plain} | {correct}
Rewrite the sentence with correct capitalization: <{plain}> | | {correct}

contraction closed 16 2 1
Rewrite the sentence with a contraction. | {sentence} | {shortened}
What is the contraction of <{full}>? | | The contraction of "{full}" is "{short}".
Give the contraction of <{full}>. | | {short}
Use a contraction for [{full}] in the sentence. | {sentence} | {shortened}

word_count closed 14 1 1
How many words are in the sentence? | {sentence} | The sentence has {count} words.
Count the words in the sentence. | {sentence} | {count}.
How many words does this sentence have: [{sentence}] | | The sentence has {count} words.
Count the words: [{sentence}] | | {count}.

plural closed 20 3 1
Give the plural of <{singular}>. | | {plural}
What is the plural form of <{singular}>? | | The plural form of '{singular}' is '{plural}'.
Write the plural of the noun. | {singular} | {plural}
What is the plural of this noun? | {singular} | The plural of '{singular}' is '{plural}'.
Change the noun to its plural form. | {singular} | {plural}

singular closed 14 2 1
Give the singular of <{plural}>. | | {singular}
What is the singular form of <{plural}>? | | The singular form of '{plural}' is '{singular}'.
Write the singular of the noun. | {plural} | {singular}
Change the noun to its singular form. | {plural} | {singular}

antonym closed 22 2 1
Give an antonym of <{word}>. | | {opposite}
What is the opposite of <{word}>? | | The opposite of '{word}' is '{opposite}'.
Write the opposite of the word. | {word} | {opposite}
What is an antonym of <{word}>? | | An antonym of '{word}' is '{opposite}'.
Name the antonym of the given word. | {word} | {opposite}

synonym_choice closed 14 2 1
Which word means the same as [{word}]: [{first}] or [{second}]? |
| The word '{same}' means the same as '{word}'.
Choose the synonym of <{word}>. | {first}, {second} | {same}
Pick the word that means the same as <{word}>. | {first}, {second} | {same}
Choose the synonym of [{word}]: [{first}] or [{second}]. | | {same}

comparative closed 16 2 1
Give the comparative form of <{base}>. | | {comparative}
What is the comparative form of <{base}>? | | The comparative form of '{base}' is '{comparative}'.
Write the comparative of the adjective. | {base} | {comparative}
Change the adjective to its comparative form. | {base} | {comparative}

superlative closed 14 2 1
Give the superlative form of <{base}>. | | {superlative}
What is the superlative form of <{base}>? | | The superlative form of '{base}' is '{superlative}'.
Write the superlative of the adjective. | {base} | {superlative}
Change the adjective to its superlative form. | {base} | {superlative}

adverb closed 16 2 1
Change the adjective <{adjective}> to an adverb. | | {adverb}
What is the adverb form of <{adjective}>? | | The adverb form of '{adjective}' is '{adverb}'.
Turn the adjective into an adverb. | {adjective} | {adverb}
Write the adverb that belongs to the adjective. | {adjective} | {adverb}

part_of_speech closed 15 2 1
What part of speech is the word <{word}> in the sentence? | {sentence} | The word '{word}' is {kind!a}.
Name the part of speech of the word <{word}>. | {sentence} | {kind!c}.
Is [{word}] a noun, a verb, an adjective or an adverb? | {sentence} | The word '{word}' is {kind!a}.
Name the part of speech of [{word}] in the sentence [{sentence}] | | {kind!c}.

find_the_word closed 15 2 1
Find the {kind} in the sentence. | {sentence} | {word}
Which word in the sentence is the {kind}? | {sentence} | The {kind} is '{word}'.
Write down the {kind} of the sentence: <{sentence}> | | {word}
Identify the {kind} in the following sentence. | {sentence} | {word}

alphabetical_order closed 17 2 1
Sort the words in alphabetical order. | {mixed} | {sorted}
Put these words in alphabetical order: {mixed}. | | {sorted}
Which of these words comes first in the alphabet? | {mixed} | The word that comes first is '{first}'.
Arrange the words alphabetically: {mixed}. | | {sorted}

odd_one_out closed 14 2 1
Find the word that does not belong with the others. | {words} | {odd}
Which word does not belong: {words}? | | The word that does not belong is '{odd}'.
Identify the odd one out. | {words} | {odd}
Name the odd one out: {words}. | | {odd}

author closed 20 3 1
Name the author of <{title}>. | | {author}.
Who wrote <{title}>? | | The author of '{title}' is {author}.
Name the author of the following work. | {title} | {author}.
Who is the author of <{title}>? | | The author of '{title}' is {author}.

cloud_type closed 17 2 1
What type of cloud is typically associated with {weather}? |
| The type of cloud typically associated with {weather} is {cloud}.
Name the type of cloud that goes with {weather}. | | {cloud!c}.
Name the type of cloud that is associated with the following. | {weather!c} | {cloud!c}.
Which cloud type is associated with {weather}? | | The cloud type associated with {weather} is {cloud}.

capital closed 22 3 1
What is the capital of {country}? | | The capital of {country} is {city}.
Name the capital of {country}. | | {city}.
Name the capital city of the country. | {country} | {city}.
Which city is the capital of this country? | {country} | The capital of {country} is {city}.

continent closed 14 2 1
On which continent is {country}? | | {country} is in {continent}.
Name the continent of {country}. | | {continent}.
Name the continent of the following country. | {country} | {continent}.
On which continent does this country lie? | {country} | {country} is in {continent}.

language closed 14 2 1
What is the main language of {country}? | | The main language of {country} is {language}.
Name the main language of {country}. | | {language}.
Name the language that people speak in this country. | {country} | {language}.
Which language do most people speak in this country? | {country}
| The main language of {country} is {language}.

inventor closed 13 1 1
Who {did} {thing}? | | {person} {did} {thing}.
Name the person who {did} {thing}. | | {person}.
Name the person who {did} the following. | {thing} | {person}.
Which person {did} {thing}? | | {person} {did} {thing}.

element_symbol closed 18 2 1
What is the chemical symbol for {name}? | | The chemical symbol for {name} is {symbol}.
Name the chemical symbol for {name}. | | {symbol}.
Write the chemical symbol of the element. | {name!c} | {symbol}.
Which symbol stands for the element <{name}>? | | The chemical symbol for {name} is {symbol}.

element_name closed 13 1 1
Which element has the chemical symbol <{symbol}>? | | The element with the symbol '{symbol}' is {name}.
Name the element with the symbol <{symbol}>. | | {name!c}.
Name the chemical element that has this symbol. | {symbol} | {name!c}.
What element does the symbol <{symbol}> stand for? | | The element with the symbol '{symbol}' is {name}.

category closed 20 2 1
Classify the item into a category. | {thing} | {kind!c}.
What category does <{thing}> belong to? | | The item '{thing}' belongs to the category '{kind}'.
Name the category of the following item. | {thing} | {kind!c}.
Name the category to which <{thing}> belongs. | | {kind!c}.

animal_class closed 18 2 1
What class of animal is {animal!a}? | | {animal!A} is {kind!a}.
Classify the animal as mammal, bird, reptile, fish, amphibian or insect. | {animal} | {kind!c}.
To which class of animals does {animal!a} belong? | | {animal!A} is {kind!a}.
Name the class of the animal. | {animal} | {kind!c}.

animal_young closed 14 1 1
What is a young {animal} called? | | A young {animal} is called {young!a}.
Name the young of {animal!a}. | | {young!c}.
Name the young of the animal. | {animal} | {young!c}.
What do we call a young {animal}? | | A young {animal} is called {young!a}.

color closed 14 2 1
What color are {things} usually? | | {things!c} are usually {value}.
Name the usual color of {things}. | | {value!c}.
Name the usual color of the following things. | {things!c} | {value!c}.
What is the usual color of these things? | {things!c} | {things!c} are usually {value}.

material closed 14 2 1
What are {things} usually made of? | | {things!c} are usually made of {value}.
Name the usual material of {things}. | | {value!c}.
Name the material that these things are usually made of. | {things!c} | {value!c}.
What is the usual material of these things? | {things!c}
| {things!c} are usually made of {value}.

word_from_definition closed 16 2 1
Which word means [{definition}]? | | The word is '{word}'.
Give the word that fits the definition. | {definition} | {word}
Which word fits this definition? | {definition} | The word is '{word}'.
Write the word that means [{definition}]. | | {word}

unit_conversion closed 16 2 1
How many {small} are there in {amount}? | | There are {total} {small} in {amount}.
Convert {amount} to {small}. | | {total} {small}.
Convert the amount to {small}. | {amount} | {total} {small}.
How many {small} make {amount}? | | There are {total} {small} in {amount}.

arithmetic closed 18 2 1
What is {words}? | | {words} is {result}.
Calculate the result. | {signs} | {result}.
Calculate {signs}. | | {result}.
Find the result of the calculation. | {words} | {result}.

simile_completion closed 16 2 1
Complete the common simile. | as {adjective} as | as {adjective} as {picture}
Complete the common simile: <as {adjective} as> | | as {adjective} as {picture}
Finish the well-known comparison. | as {adjective} as | as {adjective} as {picture}
Finish the well-known comparison: <as {adjective} as> | | as {adjective} as {picture}

simile open 25 3 1
Rewrite the sentence using a simile. | {sentence} | {simile}
Use a simile to say the same thing. | {sentence} | {simile}
Change the sentence so that it has a simile: <{sentence}> | | {simile}
Rewrite the sentence with a comparison. | {sentence} | {simile}

synonym open 20 2 1
Give a synonym for <{word}>. | | {synonym}
What is a synonym for <{word}>? | | A synonym for '{word}' is '{synonym}'.
Write a word that means nearly the same. | {word} | {synonym}
What is another word for <{word}>? | | Another word for '{word}' is '{synonym}'.

definition open 20 2 1
What is {word!a}? | | {word!A} is {definition}.
Define the word <{word}>. | | {word!A} is {definition}.
Explain the meaning of the word. | {word} | {word!A} is {definition}.
Write a short definition of <{word}>. | | {word!A} is {definition}.

polite_request open 18 2 1
Rewrite the command as a polite request. | {command} | {request}
Make the sentence more polite: <{command}> | | {request}
Say this in a polite way. | {command} | {request}
Turn the command into a polite question. | {command} | {request}

formal_style open 16 2 2
Rewrite the sentence in a formal style. | {casual} | {formal}
Make the sentence more formal: [{casual}] | | {formal}
Write this in formal language. | {casual} | {formal}
Change the sentence to a formal tone. | {casual} | {formal}

description open 20 3 1
Describe {thing} in one sentence. | | {text}
Write a short description of {thing}. | | {text}
Describe the following in a few words. | {thing!c} | {text}
What does {thing} look like? | | {text}

word_in_sentence open 20 2 1
Use the word <{word}> in a sentence. | | {sentence}
Write a sentence with the word <{word}>. | | {sentence}
Make a sentence with the given word. | {word} | {sentence}
Write a short sentence that contains the word. | {word} | {sentence}

list_of_three open 19 2 1
List three {kind}. | | {things}
Name three {kind}. | | {things}
Write down three examples. | {kind!c} | {things}
Give three examples of {kind}. | | {things}

advice open 15 2 1
Give one tip for {aim}. | | {tip}
What is a good tip for {aim}? | | {tip}
Give some short advice. | {aim!c} | {tip}
Write one piece of advice on the topic. | {aim!c} | {tip}

message open 14 2 1
Write a short message for {occasion}. | | {text}
Write a short message for this occasion. | {occasion!c} | {text}
What can I write in a note for {occasion}? | | {text}
Write a kind note for the occasion. | {occasion!c} | {text}
"""
