import {existsSync, readFileSync} from 'node:fs'
import {resolve} from 'node:path'

/** What people say to an assistant and read to each other; june-nano was not trained on these lines. */
export const everyday = [
  'Hello June, are you there?',
  'What time is it now?',
  'What is the weather like in London tomorrow?',
  'Please remind me to call my brother in the evening.',
  'Set a timer for twenty minutes.',
  'Turn on the light in the living room.',
  'How are you doing this morning?',
  'I would like a cup of tea and a piece of bread.',
  'The meeting begins at half past three.',
  'Please read me the last message from my mother.',
  'Where did I leave my glasses?',
  'It was the best day of the whole summer.',
  'The train to Paris leaves in ten minutes.',
  'Can you hear me now?',
  'Thank you very much for your help.',
  'The quick brown fox jumps over the lazy dog.',
  'One, two, three, four, five, six, seven, eight, nine, ten.',
  'My favorite color is green, and hers is red.',
  'Do not forget to bring a warm coat.',
  'Your order has been sent and will arrive on Friday.',
  'The cat slept all day under the old table.',
  'We will meet again in the spring.',
  'To be or not to be, that is the question.',
  'She sells sea shells by the sea shore.',
  'A long journey begins with one small step.',
  'Open the door and let the dog out.',
  'The water in the lake was cold and clear.',
  'He wrote a letter to his friend last night.',
  'The children played in the garden until dark.',
  'Good night, and see you tomorrow.',
]

/** The same and more: a hundred. */
export const hundred = [
  ...everyday,
  'Could you tell me how far it is to the station?',
  'The library closes early on Sunday.',
  'I am looking for a restaurant that is open late.',
  'Please play some quiet music in the kitchen.',
  'Her train was delayed because of the heavy snow.',
  'How many apples are left in the basket?',
  'We should leave before the rain begins.',
  'The doctor will call you back this afternoon.',
  'Please write down the number before you forget it.',
  'There are seven days in a week and twelve months in a year.',
  'Why does the moon look larger near the horizon?',
  'The bridge was closed for repairs last month.',
  'My sister works in a hospital near the river.',
  'Turn down the heating when you leave the house.',
  'What would you like to eat for dinner tonight?',
  'The shop on the corner sells fresh bread every morning.',
  'He has been learning to play the piano since March.',
  'Remember to water the plants while we are away.',
  'The bus stops in front of the old church.',
  'I think the answer is somewhere in this book.',
  'A strong wind blew the papers across the street.',
  'Can you explain how a battery works?',
  'The museum shows paintings from all over the world.',
  'She forgot her umbrella at the office again.',
  'It takes about an hour to walk around the lake.',
  'Please close the window, it is getting cold.',
  'The farmer keeps sheep, goats and a few horses.',
  'Which of these two roads leads to the village?',
  'The film was much better than I had expected.',
  'They bought a small house with a large garden.',
  'Do you know whether the post office is still open?',
  'The baby fell asleep during the story.',
  'My brother plays the violin every evening.',
  'Bring me the blue folder from the top shelf.',
  'The soup needs a little more salt.',
  'Our flight was late, so we took the night train.',
  'Nobody knew who had left the letter there.',
  'The sun rises in the east and sets in the west.',
  'I will meet you at the entrance at noon.',
  'He repaired the old clock with great patience.',
  'The students asked many interesting questions.',
  'Is there anything else that I can do for you?',
  'The river flows slowly through the green valley.',
  'Please send the invoice to my new address.',
  'We watched the ships leave the port at dawn.',
  'The teacher drew a large circle on the board.',
  'You can pay by card or in cash.',
  'A fox crossed the road right in front of us.',
  'The coffee is too hot to drink.',
  'They have known each other since childhood.',
  'The lights went out all over the city.',
  'Let me know when you arrive.',
  'The mountains were hidden behind thick clouds.',
  'She speaks French, German and a little Italian.',
  'I could not find my keys this morning.',
  'The dog barked at the postman.',
  'Tomorrow will be sunny with a light breeze.',
  'The old man told us stories about the war.',
  'How do I reset the alarm on this clock?',
  'The bread should bake for forty minutes.',
  'Please speak a little more slowly.',
  'We picked strawberries until our baskets were full.',
  'The carpenter built a table out of oak.',
  'Every winter the lake freezes over.',
  'I would rather stay at home and read.',
  'The tower can be seen from far away.',
  'Her answer surprised everyone in the room.',
  'Thank you for waiting so patiently.',
  'The garden smells of roses after the rain.',
]

const book = resolve(import.meta.dirname, '../../../shared/data/alice29.txt')

/** Whether the book lies beside the checkout. */
export const hasBook = existsSync(book)

/** Sentences of a book nobody wrote for a recogniser: the first so many of 5 to 14 plain words. */
export const fromBook = (count: number): string[] =>
  readFileSync(book, 'latin1')
    .replace(/\s+/g, ' ')
    .split(/(?<=[.!?])['")]* /)
    .map(sentence => sentence.replace(/^[^A-Za-z]+/, ''))
    .filter(sentence => /^[A-Z][a-z', ]+[.!?]$/.test(sentence) && /^\S+(?: \S+){4,13}$/.test(sentence))
    .slice(0, count)
