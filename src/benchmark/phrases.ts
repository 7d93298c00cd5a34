/** Sentences that take about 2, 5 and 10 s to say. */
export const utterances = [
  'What time is it now in the morning?',
  'Please tell me what the weather will be like tomorrow, and whether I should take an umbrella with me.',
  'I would like to visit my sister on Saturday, and I wonder which train leaves before noon, how long the journey takes, and where I have to change if the first one is late again.',
] as const

/** Questions of a turn: several, so that no answer begins on what the model still holds of the last one. */
export const questions = [
  'What time is it now in the morning?',
  'Why is the sky blue during the day?',
  'How do birds find their way home?',
  'Tell me a story about the sea.',
  'What shall I cook this evening?',
  'Who was the first person on the moon?',
  'Is it healthy to sleep after lunch?',
  'Where do the rivers of Europe end?',
  'Can you recommend a book for my holiday?',
] as const

/** What a voice speaks: the length of a usual answer. */
export const answer =
  'It will be sunny today, with a light wind from the west. In the afternoon it gets warm, so take something to drink with you.'

/** Asks for more than is let be written. */
export const longRequest = 'Tell me a long story about the keeper of a lighthouse, in many sentences.'
