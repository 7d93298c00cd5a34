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
