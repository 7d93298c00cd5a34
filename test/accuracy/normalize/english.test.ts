import {normalizeEnglish} from '@essence/core/accuracy/normalize/english'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

/** What `whisper-normalizer` 0.1.15, OpenAI's own code as a Python package, makes of each. */
const witnessed = [
  ["What's the time, please?", 'what is the time please'],
  ["Mr. Smith won't go to St. John's, I'm told.", 'mister smith will not go to saint john is i am told'],
  ["Dr. Jones and Mrs. Brown haven't met Prof. Lee.", 'doctor jones and missus brown have not met professor lee'],
  ["She's been here; he'd gone, they've got to go.", 'she has been here he had gone they have got to go'],
  ["I'd been there before I'd say so.", 'i had been there before i would say so'],
  ["Let's go, y'all, I'ma wanna see it.", 'let us go you all i am going to want to see it'],
  ["Um, I think, uh, it's mm fine.", 'i think it is fine'],
  ['He said (laughing) that [noise] it was <unk> over.', 'he said that it was over'],
  ['an open (bracket is kept', 'an open bracket is kept'],
  ["I 'm sure she 's here", 'i am sure she is here'],
  ["rock 'n' roll 'tis", 'rock n roll tis'],
  ["cause I said so, ma'am", 'because i said so madam'],
  ['U.S.A. e.g. a.m.', 'u s a e g a m'],
  ['naïve café, Ærø, straße', 'naive cafe aero strasse'],
  ["a lycée's élt", 'a lycee is elt'],
  ['Twenty-one people came.', '21 people came'],
  ['one hundred and five', '105'],
  ['one hundred fifteen thousand two hundred and three', '115203'],
  ['nineteen eighty four', '1984'],
  ['the nineteen sixties', 'the 1960s'],
  ['in the 1960s and the 2nd of May', 'in the 1960s and the 2nd of may'],
  ['twenty first, thirty second, nineth', '21st 32nd 9th'],
  ['the ninth and the zeroth', 'the ninth and the 0th'],
  ['one oh one', '101'],
  ['double oh seven', '007'],
  ['triple five double two', '55522'],
  ['double trouble', 'double trouble'],
  ['three point one four', '3.14'],
  ['point five', '.5'],
  ['point taken', 'point taken'],
  ['two and a half million', '2500000'],
  ['two and a half miles and a half', '2.5 miles and a half'],
  ['and a half', ''],
  ['$1.5 million', '$1500000'],
  ['2.55 thousand', '2550'],
  ['1.2.3 million', 'one.2.3 1000000'],
  ['1.5 hundredths', 'one.5 hundredths'],
  ['twenty dollars and seven cents', '$20.07'],
  ['$2 and ¢7', '$2.07'],
  ['seven cents', '¢7'],
  ['zero dollars fifty', '¢50'],
  ['£3.20 and €5', '£3.20 and €5'],
  ['a million dollars', 'a $1000000'],
  ['$ 5', '5'],
  ['1,234,567 items', '1234567 items'],
  ['10%, ten percent, ten per cent', '10% 10% 10%'],
  ['five per hour', '5 per hour'],
  ['percent', 'percent'],
  ['minus five degrees and plus three', '-5 degrees and +3'],
  ['negative example', 'negative example'],
  ['one', 'one'],
  ['the ones and 1s', 'the ones and ones'],
  ['1.5 litres of 5km', 'one.5 liters of 5 km'],
  ['192.168.1.1', '192.168 one one'],
  ["second hand at 3 o'clock", '2nd hand at 30 clock'],
  ['ten thousand dollars', '$10000'],
  ['five hundreds, two thousandths', '500s 2 thousandths'],
  ['3.0 and 007', '3 and 7'],
  ['six sixes and twenties', '66s and 20s'],
  ['one hundred one hundred', '10100'],
  ['two thousand twenty six', '2026'],
  ['nineteen ninety nine point nine', '1999.9'],
  ['one hundred and', '100 and'],
  ['quadrillion decillionth', '1000000000000000th'],
  ['$0.50 and $0.05', '¢50 and ¢5'],
  ['50 million and one', '50000001'],
  ['5 hundred', '500'],
  ['zero million', '0'],
  ['million million', '1000000'],
  ['one two three four five', '12345'],
  ['eleven twelve thirteen', '111213'],
  ['five and six', '5 and 6'],
  ['twenty twenty', '2020'],
  ['twenty three twenty three', '2323'],
  ['thirty-three and a third', '33 and a 3rd'],
  ['3 rd of 4 s', '3rd of 4s'],
  ['Colour, honour and centre; organised travelling.', 'color honor and center organized traveling'],
  ["The jeweller's grey aluminium cheque", 'the jeweler is gray aluminum check'],
  ['anaesthetists analysed haemoglobin', 'anesthetists analyzed hemoglobin'],
  ['exercise, advertise, premises and four tours', 'exercise advertise premises and 4 tours'],
]

/** Where the rules have a slip which makes words wrong that are right. */
const mended = [
  ['don’t, it‘s', 'do not it is'],
  ['Well... yes…', 'well yes'],
  ['archaeology', 'archeology'],
  ['five $', '5'],
]

/** Repeated to 100,000 letters, these take a tenth of a second, or minutes where a rule looks ahead to the end from every place. */
const hostile = [
  '[',
  '(',
  '<a',
  ' ',
  '1',
  '1 ',
  'one ',
  'oh ',
  '1.',
  'one one million ',
  "' ",
  '.',
  'and a half ',
  '(]',
  "'s ",
]

describe('normalizeEnglish', () => {
  it.each(witnessed)('of "%s" is "%s", as Whisper has it', (text, expected) => {
    expect(normalizeEnglish(text)).toBe(expected)
  })

  it.each(mended)('of "%s" is "%s"', (text, expected) => {
    expect(normalizeEnglish(text)).toBe(expected)
  })

  it('makes words of any text: in lower case, without punctuation, one space between', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        const words = normalizeEnglish(text)
        expect(words).toBe(words.trim().toLowerCase().replace(/\s+/g, ' '))
        expect(words).not.toMatch(/[!"#&'()*,/:;<=>?@[\\\]^_`{|}~]/)
      }),
    )
  })

  it('changes nothing the second time, of words and digits', () => {
    const word = fc.constantFrom(
      'the',
      'cat',
      "won't",
      'colour',
      'café',
      'twenty',
      'seven',
      '$5',
      '3.25',
      '10%',
      '1,000',
      'dr.',
    )
    fc.assert(
      fc.property(fc.array(word), words => {
        const once = normalizeEnglish(words.join(' '))
        expect(normalizeEnglish(once)).toBe(once)
      }),
    )
  })

  it.each(hostile)('is quick with many of "%s"', {timeout: 5000}, unit => {
    expect(normalizeEnglish(`${unit.repeat(100_000 / unit.length)}x`).length).toBeGreaterThan(0)
  })

  it('leaves a number as it is that is too long to be one', () => {
    const digits = '7'.repeat(1001)
    expect(normalizeEnglish(`${digits} million`)).toBe(`${digits} 1000000`)
  })
})
