import {seededRandom, shuffled} from '@essence/core/kit/random'

/** The kinds of question that LongMemEval asks (Wu et al. 2024, https://arxiv.org/abs/2410.10813). */
export const questionKinds = ['extraction', 'across sessions', 'time', 'changed facts', 'never said'] as const
export type QuestionKind = (typeof questionKinds)[number]

export interface Question {
  kind: QuestionKind
  text: string
  /** Words that only what it asks for has: a recollection with one is that evidence. Empty where it was never said. */
  evidence: string[]
  /** Of a changed fact: what it was before. */
  outdated?: string | undefined
  /** What a right answer has in it, any of these; empty where the right answer is that it is not known. */
  answers: string[]
}

export interface Session {
  at: Date
  exchanges: {user: string; assistant: string}[]
}

export interface Person {
  speaker: string
  sessions: Session[]
  questions: Question[]
}

const pools = {
  name: 'Okafor Lindqvist Haddad Moreau Petrov Nakamura Castellano Brennan Dvorak Oyelaran Fischer Silva Novak Keane Arslan Jansen'.split(
    ' ',
  ),
  city: 'Lyon Bergen Porto Gdansk Utrecht Leeds Turin Basel Malmo Split Aarhus Ghent Cork Graz Nantes Sibiu'.split(' '),
  pet: 'Biscuit Pepper Mango Olive Rufus Nimbus Pickle Waffles Domino Juniper Sprocket Pixel'.split(' '),
  dish: 'paella,lasagne,ramen,moussaka,goulash,risotto,pierogi,falafel,bibimbap,ratatouille,gumbo,laksa'.split(','),
  plant: 'fern,cactus,lemon tree,orchid,basil,ivy,bonsai,lavender,begonia,jasmine,fig tree,aloe'.split(','),
  gym: 'Iron Barn,Blue Whale,Pulse House,Granite Hall,Harbour Fit,Red Kettle'.split(','),
  phone: 'Fairphone,Pixel Nine,Nokia,Motorola,Xperia,Zenfone'.split(','),
  hobby: 'pottery,fencing,archery,juggling,calligraphy,beekeeping,rowing,origami'.split(','),
}

const smallTalk = [
  ['It rained all morning in {city}, they said on the radio.', 'I hope it clears up soon.'],
  ['Can you recommend something for dinner? Not {dish} again.', 'How about a soup with fresh bread?'],
  ['My colleague {name} would not stop talking in the meeting.', 'That sounds tiring.'],
  ['I read an article about {hobby} today.', 'What did you find interesting about it?'],
  ['What is the capital of Mongolia?', 'The capital of Mongolia is Ulaanbaatar.'],
  ['I slept badly last night.', 'I am sorry to hear that. A short walk may help.'],
  ['Set a timer for ten minutes, please.', 'The timer is set.'],
  ['The neighbour bought a {plant} for her kitchen.', 'How nice.'],
  ['My cousin thinks of moving to {city}.', 'That would be a big change.'],
  ['Tell me something about {city}.', 'It is known for its old town and its food.'],
  ['The bus was late again this morning.', 'That is annoying.'],
  ['How do I get a stain out of a shirt?', 'Cold water and a little soap, as soon as you can.'],
  ['A friend showed me her new {phone} yesterday.', 'Did you like it?'],
  ['I watched a film with too many explosions.', 'Sometimes that is just right.'],
  ['Somebody at work brought {dish} for everyone.', 'What a kind colleague.'],
  ['How far away is the moon?', 'About three hundred and eighty thousand kilometres.'],
  ['I have to get up early tomorrow.', 'Shall I wake you?'],
  ['The dog of the neighbours barked all night.', 'Have you talked to them?'],
] as const

interface Planted {
  /** By session: what is said there, in the order of time. */
  said: string[]
  question: Omit<Question, 'kind'>
}

type Pick = (pool: keyof typeof pools) => string

/** Statements and what is asked about them. Each takes words from pools that nothing else of this person has. */
const plans: Record<Exclude<QuestionKind, 'never said'>, ((pick: Pick) => Planted)[]> = {
  extraction: [
    pick =>
      one(`The plumber who fixed my sink was called ${pick('name')}, very quick.`, 'Who repaired my kitchen sink?'),
    pick => one(`We adopted a kitten from the shelter, she is called ${pick('pet')}.`, 'What did I name my cat?'),
    pick =>
      one(
        `At my sister's wedding they served ${pick('dish')}, it was wonderful.`,
        'What food was there when my sister got married?',
      ),
    pick => one(`I grew up in ${pick('city')}, close to the harbour.`, 'In which town did I spend my childhood?'),
    pick => one(`My piano teacher, Mrs ${pick('name')}, is very strict.`, 'Who teaches me piano?'),
    pick =>
      one(`On Wednesdays I go to my ${pick('hobby')} class.`, 'Which course do I attend in the middle of the week?'),
  ],
  'across sessions': [
    pick => {
      const plants = [pick('plant'), pick('plant'), pick('plant')]
      return {
        said: [
          `I bought a ${plants[0]} for my balcony today.`,
          `I got a ${plants[1]} at the flower market, it stands on my balcony now.`,
          `My aunt gave me a ${plants[2]} for my balcony.`,
        ],
        question: {text: 'How many plants did I get for my balcony?', evidence: plants, answers: ['three', '3']},
      }
    },
    pick => {
      const cities = [pick('city'), pick('city')]
      return {
        said: [
          `We booked the hotel in ${cities[0]} for the summer holiday.`,
          `After that, our summer holiday goes on in ${cities[1]}.`,
        ],
        question: {text: 'Which cities do we visit on our summer holiday?', evidence: cities, answers: cities},
      }
    },
  ],
  time: [
    pick => {
      const hobbies = [pick('hobby'), pick('hobby')]
      return {
        said: [`I started taking ${hobbies[0]} lessons today.`, `Today I signed up for ${hobbies[1]} lessons as well.`],
        question: {
          text: 'Which of the lessons that I take did I start first?',
          evidence: hobbies,
          answers: hobbies.slice(0, 1),
        },
      }
    },
    pick => {
      const names = [pick('name'), pick('name')]
      return {
        said: [`I went to see doctor ${names[0]} about my knee.`, `This time doctor ${names[1]} looked at my knee.`],
        question: {
          text: 'Which doctor saw my knee most recently?',
          evidence: names,
          answers: names.slice(1),
        },
      }
    },
  ],
  'changed facts': [
    pick =>
      changed(
        value => `By the way, I live in ${value}.`,
        value => `I moved to ${value}.`,
        pick('city'),
        pick('city'),
        'Where do I live?',
      ),
    pick =>
      changed(
        value => `I train at the ${value} gym.`,
        value => `I left my old gym, now I train at the ${value}.`,
        pick('gym'),
        pick('gym'),
        'At which gym do I train?',
      ),
    pick =>
      changed(
        value => `I use a ${value}, it is a good phone.`,
        value => `My old phone broke, I have a ${value} now.`,
        pick('phone'),
        pick('phone'),
        'Which phone do I have?',
      ),
    pick =>
      changed(
        value => `My favourite dish is ${value}.`,
        value => `My favourite dish is ${value} these days.`,
        pick('dish'),
        pick('dish'),
        'What do I like to eat best?',
      ),
  ],
}

const neverSaid = [
  'What is the name of my boat?',
  'What did I give my grandfather for his birthday?',
  'Which university did I go to?',
  'What is the number plate of my car?',
  'What colour is my front door?',
]

const valuesIn = (text: string): string[] =>
  Object.values(pools)
    .flat()
    .filter(value => text.includes(value))

const one = (said: string, text: string): Planted => ({
  said: [said],
  question: {text, evidence: valuesIn(said), answers: valuesIn(said)},
})

const changed = (
  before: (value: string) => string,
  after: (value: string) => string,
  old: string,
  next: string,
  text: string,
): Planted => ({
  said: [before(old), after(next)],
  question: {text, evidence: [next], outdated: old, answers: [next]},
})

const dayMs = 86_400_000

/** A person who has talked to June for months, and what is asked of that. The same for the same seed. */
export const makePerson = (seed: number, {sessions: count = 40, exchanges: length = 6} = {}): Person => {
  const random = seededRandom(seed)
  const left = Object.fromEntries(Object.entries(pools).map(([pool, values]) => [pool, shuffled(values, random)]))
  const pick: Pick = pool => {
    const value = left[pool]?.pop()
    if (value === undefined) throw new Error(`The pool ${pool} has no words left.`)
    return value
  }
  const planned = Object.entries(plans).flatMap(([kind, makers]) =>
    makers.map(make => ({kind: kind as QuestionKind, ...make(pick)})),
  )
  const sessions = Array.from({length: count}, (_, index): Session => {
    const at = new Date(Date.UTC(2026, 0, 1, 18) + index * 5 * dayMs)
    return {at, exchanges: Array.from({length}, () => chat(random, left))}
  })
  for (const {said} of planned) {
    const where = shuffled([...sessions.keys()], random)
      .slice(0, said.length)
      .sort((a, b) => a - b)
    for (const [index, user] of said.entries()) {
      const exchanges = sessions[where[index] ?? 0]?.exchanges ?? []
      exchanges.splice(Math.floor(random() * (exchanges.length + 1)), 0, {user, assistant: 'Thank you for telling me.'})
    }
  }
  const questions: Question[] = [
    ...planned.map(({kind, question}) => ({kind, ...question})),
    ...neverSaid.map(text => ({kind: 'never said' as const, text, evidence: [], answers: []})),
  ]
  return {speaker: `person-${seed}`, sessions, questions}
}

/** Small talk with words that nothing planted has, so that evidence is in one place only. */
const chat = (random: () => number, left: Record<string, string[]>): {user: string; assistant: string} => {
  const [user, assistant] = smallTalk[Math.floor(random() * smallTalk.length)] ?? smallTalk[0]
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, pool: string) => {
      const values = left[pool] ?? []
      return values[Math.floor(random() * values.length)] ?? 'something'
    })
  return {user: fill(user), assistant}
}
