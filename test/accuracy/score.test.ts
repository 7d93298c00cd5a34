import {lengthClassOf} from '@essence/core/accuracy/length-class'
import {scoreConversion} from '@essence/core/accuracy/score'
import {describe, expect, it} from 'vitest'

describe('scoreConversion', () => {
  // Counts of jiwer 4.0, similarity of rapidfuzz 3.14, of what whisper-normalizer 0.1.15 makes of both texts.
  it.each([
    ['What time is it?', 'what time is it', 4, 0, 15, 0, 1],
    ["What's the time, please?", 'what is a time please', 5, 1, 23, 3, 0.869565],
    ['Turn on the light in the living room.', 'Turn on the lights in living room', 8, 2, 36, 5, 0.861111],
    ['I paid twenty dollars.', 'I paid $20', 3, 0, 10, 0, 1],
    ['My favourite colour is grey.', 'my favorite color is gray', 5, 0, 25, 0, 1],
    ['One two three four.', '1 2 3 5', 1, 4, 4, 7, 0.222222],
    [
      'To be or not to be, that is the question.',
      "To be or not to be that is a question, isn't it?",
      10,
      4,
      39,
      13,
      0.723404,
    ],
    ['Hello June', 'Yellow moon', 2, 2, 10, 6, 0.454545],
    ['The cat sat', 'the cat sat down on the mat today', 3, 5, 11, 22, 0.333333],
  ])('of "%s" heard as "%s"', (said, heard, words, wordErrors, characters, characterErrors, similarity) => {
    expect(scoreConversion(said, heard)).toMatchObject({
      ...{said, heard, words, wordErrors, characters, characterErrors},
      exact: wordErrors === 0,
      similarity: expect.closeTo(similarity, 6),
    })
  })

  it('tells what was said and heard as written, and the difference in normalised words', () => {
    expect(scoreConversion('Dr. Who?', 'Doctor Hue.')).toMatchObject({
      said: 'Dr. Who?',
      heard: 'Doctor Hue.',
      diff: [
        {said: 'doctor', heard: 'doctor'},
        {said: 'who', heard: 'hue'},
      ],
    })
  })

  it('counts all as wrong where nothing was heard, or something where nothing was said', () => {
    expect(scoreConversion('one more time', '')).toMatchObject({words: 3, wordErrors: 3, exact: false, similarity: 0})
    expect(scoreConversion('', 'one more time')).toMatchObject({words: 0, wordErrors: 3, exact: false, similarity: 0})
    expect(scoreConversion('', '')).toMatchObject({words: 0, wordErrors: 0, exact: true, similarity: 1, diff: []})
  })

  it('is not content with a text that contains the other', () => {
    expect(scoreConversion('a', 'a cat sat on a mat')).toMatchObject({exact: false, wordErrors: 5})
    expect(scoreConversion('a cat sat on a mat', 'a')).toMatchObject({exact: false, wordErrors: 5})
  })

  it('counts letters where a language has no spaces, and none for where it has some', () => {
    expect(scoreConversion('今日は、天気', '今日は元気', 'ja')).toMatchObject({
      words: 5,
      wordErrors: 1,
      characters: 5,
      characterErrors: 1,
    })
    expect(scoreConversion('今日は', 'きょうは', 'ja')).toMatchObject({wordErrors: 3, characters: 3})
  })

  it('scores the text of an hour', () => {
    const said = 'the quick brown fox jumps over the lazy dog '.repeat(1000)
    expect(scoreConversion(said, said.replaceAll('lazy', 'crazy'))).toMatchObject({
      words: 9000,
      wordErrors: 1000,
      characterErrors: 2000,
    })
  })
})

describe('lengthClassOf', () => {
  it.each([
    ['', 'short'],
    ['Good night!', 'short'],
    ['one two three', 'short'],
    ['one – two, three', 'short'],
    ['one two three four', 'medium'],
    ['1 2 3 4 5 6 7 8 9 10', 'medium'],
    ['1 2 3 4 5 6 7 8 9 10 11', 'long'],
  ])('of "%s" is %s', (text, expected) => {
    expect(lengthClassOf(text)).toBe(expected)
  })
})
