import {isEssenceError} from '@essence/core/kit/errors'
import type {Prosody} from '@essence/core/tts/styles'
import type {Passage} from '@essence/core/tts/text/passages'
import {parseSsml} from '@essence/core/tts/text/ssml'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {runSync} from '../../kit/run-sync.ts'

const read = (inside: string, language = 'en-us'): Passage[] => runSync(parseSsml(`<speak>${inside}</speak>`, language))
const textOf = (passages: Passage[]): string =>
  passages.map(passage => (passage.type === 'words' ? passage.parts.map(({text}) => text).join('') : '')).join('')
/** The prosody of the words `x`. */
const prosodyOf = (inside: string): Prosody | undefined => {
  const found = read(inside).find(passage => passage.type === 'words' && /x/.test(passage.parts[0]?.text ?? ''))
  return found?.type === 'words' ? found.prosody : undefined
}
const refusal = (text: string, language = 'en-us'): {message: string; suggestions: readonly string[]} => {
  try {
    runSync(parseSsml(text, language))
  } catch (error) {
    if (isEssenceError(error) && error.code === 'USAGE') return error
    throw error
  }
  throw new Error(`not refused: ${text.slice(0, 80)}`)
}

describe('what is understood', () => {
  it.each([
    ['<break time="500ms"/>', 500],
    ['<break time="1.5s"/>', 1500],
    ['<break time=".25s"/>', 250],
    ['<break time="+2s"/>', 2000],
    ['<break time="10s"/>', 10_000],
    ['<break time="0s"/>', 0],
    ['<break></break>', 240],
    ['<break> </break>', 240],
    ['<break strength="none"/>', 0],
    ['<break strength="x-weak"/>', 80],
    ['<break strength="weak"/>', 140],
    ['<break strength="medium"/>', 240],
    ['<break strength="strong"/>', 380],
    ['<break strength="x-strong"/>', 650],
    ['<break time="1s" strength="weak"/>', 1000],
  ])('%s is %i ms of silence', (inside, ms) => {
    expect(read(`x${inside}`)).toContainEqual(expect.objectContaining({type: 'pause', ms}))
  })

  it.each<[string, Partial<Prosody>]>([
    ['rate="x-slow"', {rate: 0.5}],
    ['rate="slow"', {rate: 0.75}],
    ['rate="medium"', {rate: 1}],
    ['rate="default"', {rate: 1}],
    ['rate="fast"', {rate: 1.25}],
    ['rate="x-fast"', {rate: 1.6}],
    ['rate="80%"', {rate: 0.8}],
    ['rate="+10%"', {rate: 1.1}],
    ['rate="-25%"', {rate: 0.75}],
    ['rate="1.5"', {rate: 1.5}],
    ['rate="400%"', {rate: 4}],
    ['pitch="x-low"', {semitones: -6}],
    ['pitch="low"', {semitones: -3}],
    ['pitch="medium"', {semitones: 0}],
    ['pitch="high"', {semitones: 3}],
    ['pitch="x-high"', {semitones: 6}],
    ['pitch="default"', {semitones: 0}],
    ['pitch="+2st"', {semitones: 2}],
    ['pitch="-12st"', {semitones: -12}],
    ['pitch="+100%"', {semitones: 12}],
    ['volume="silent"', {db: Number.NEGATIVE_INFINITY}],
    ['volume="x-soft"', {db: -12}],
    ['volume="soft"', {db: -6}],
    ['volume="medium"', {db: 0}],
    ['volume="loud"', {db: 4}],
    ['volume="x-loud"', {db: 8}],
    ['volume="default"', {db: 0}],
    ['volume="+6dB"', {db: 6}],
    ['volume="-60dB"', {db: -60}],
    ['rate="slow" pitch="low" volume="soft"', {rate: 0.75, semitones: -3, db: -6}],
  ])('<prosody %s>', (attributes, moves) => {
    expect(prosodyOf(`<prosody ${attributes}>x</prosody>`)).toEqual({rate: 1, semitones: 0, db: 0, ...moves})
  })

  it.each<[string, Prosody]>([
    ['', {rate: 0.94, semitones: 1, db: 2}],
    ['level="moderate"', {rate: 0.94, semitones: 1, db: 2}],
    ['level="strong"', {rate: 0.88, semitones: 2, db: 4}],
    ['level="none"', {rate: 1, semitones: 0, db: 0}],
    ['level="reduced"', {rate: 1.06, semitones: -0.5, db: -3}],
  ])('<emphasis %s>', (attributes, moves) => expect(prosodyOf(`<emphasis ${attributes}>x</emphasis>`)).toEqual(moves))

  it('moves add up within one another, and end with their element', () => {
    expect(prosodyOf('<prosody rate="50%"><prosody rate="50%" pitch="+1st">x</prosody></prosody>')).toEqual({
      rate: 0.25,
      semitones: 1,
      db: 0,
    })
    expect(prosodyOf('<prosody rate="50%">a</prosody>x')).toEqual({rate: 1, semitones: 0, db: 0})
  })

  it.each([
    ['cardinal', '', '1,234', 'one thousand two hundred thirty-four'],
    ['number', '', '-5', 'minus five'],
    ['ordinal', '', '22', 'twenty-second'],
    ['ordinal', '', '3rd', 'third'],
    ['digits', '', '2026', 'two zero two six'],
    ['characters', '', 'June 5', 'J-U-N-E five'],
    ['spell-out', '', 'a-b', 'A dash B'],
    ['date', '', '3/14/2026', 'March fourteenth, twenty twenty-six'],
    ['date', 'format="mdy"', '3/14/2026', 'March fourteenth, twenty twenty-six'],
    ['date', 'format="dmy"', '14.3.2026', 'March fourteenth, twenty twenty-six'],
    ['date', 'format="ymd"', '2026-03-14', 'March fourteenth, twenty twenty-six'],
    ['date', 'format="md"', '3/14', 'March fourteenth'],
    ['date', 'format="dm"', '14/3', 'March fourteenth'],
    ['date', 'format="ym"', '2026-03', 'March twenty twenty-six'],
    ['date', 'format="my"', '3/2026', 'March twenty twenty-six'],
    ['date', 'format="y"', '1984', 'nineteen eighty-four'],
    ['date', 'format="m"', '3', 'March'],
    ['date', 'format="d"', '14', 'the fourteenth'],
    ['time', '', '14:05', 'fourteen oh five'],
    ['time', 'format="hms24"', '24:00', 'twenty-four hundred'],
    ['time', 'format="hms24"', '14:05:30', 'fourteen oh five and thirty seconds'],
    ['time', 'format="hms12"', '3:30pm', 'three thirty P-M'],
    ['time', '', '3pm', 'three P-M'],
    ['telephone', '', '+1 555-0199', 'plus one, five five five, zero one nine nine'],
    ['currency', '', '$29.99', 'twenty-nine dollars and ninety-nine cents'],
    ['unit', '', '5 km', 'five kilometers'],
    ['fraction', '', '3/4', 'three quarters'],
    ['fraction', '', '2 1/2', 'two and a half'],
  ])('<say-as interpret-as="%s" %s>%s', (as, format, content, spoken) => {
    expect(textOf(read(`<say-as interpret-as="${as}" ${format}>${content}</say-as>`))).toBe(spoken)
  })

  it.each([
    ['<sub alias="World Wide Web Consortium">W3C</sub>', 'World Wide Web Consortium'],
    ['a<!-- not this -->b', 'ab'],
    ['<![CDATA[1 < 2 & 3]]>', '1 < 2 & 3'],
    ['&amp;&lt;&gt;&quot;&apos;', '&<>"\''],
    ['&#65;&#x42;', 'AB'],
    ['', ''],
  ])('%s', (inside, spoken) => expect(textOf(read(inside))).toBe(spoken))

  it('sentences and paragraphs end; what ends the text is left out', () => {
    const ends = read('<p><s>One</s><s>Two</s></p><p>Three</p>').map(one => (one.type === 'end' ? one.of : one.type))
    expect(ends.filter(one => one !== 'words')).toContain('paragraph')
    expect(ends.filter(one => one !== 'words')).toContain('sentence')
    expect(ends.at(-1)).toBe('words')
  })

  it('may begin with an XML declaration, and name its version, namespace and language', () => {
    const text =
      '<?xml version="1.0"?><speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-GB">Hi</speak>'
    expect(textOf(runSync(parseSsml(text, 'en-us')))).toBe('Hi')
  })
})

const bomb = `<!DOCTYPE lol [<!ENTITY a "ha">${Array.from({length: 9}, (_, i) => `<!ENTITY ${'abcdefghi'[i]}${i} "${'&a;'.repeat(10)}">`).join('')}]><speak>&i8;</speak>`

describe('what is refused, and where', () => {
  it.each<[string, RegExp]>([
    // Malformed.
    ['', /line 1/],
    ['plain text', /line 1, column/],
    ['<speak>open', /line 1/],
    ['<speak><p>x</speak>', /line 1/],
    ['<speak>x</speak><speak>y</speak>', /line 1/],
    ['<speak>a < b</speak>', /line 1/],
    ['<speak>a & b</speak>', /line 1/],
    ['<speak><break time="1s></speak>', /line 1/],
    ['<speak><break time="1s" time="2s"/></speak>', /line 1/],
    ['<speak>\n\n<unknown/></speak>', /line 3, column 1: <unknown> is not understood/],
    ['<speak>&#0;</speak>', /line 1/],
    // Where elements may stand.
    ['<p>x</p>', /outermost element is <p>, not <speak>/],
    ['<speak><speak>x</speak></speak>', /<speak> stands within another element/],
    ['<speak><p><p>x</p></p></speak>', /<p> stands within <p>/],
    ['<speak><s><s>x</s></s></speak>', /<s> stands within <s>/],
    ['<speak><s><p>x</p></s></speak>', /<p> stands within <s>/],
    ['<speak><emphasis><p>x</p></emphasis></speak>', /<p> stands within <emphasis>/],
    ['<speak><break>x</break></speak>', /<break> holds text/],
    ['<speak><sub alias="a"><break/></sub></speak>', /holds text only/],
    ['<speak><say-as interpret-as="digits"><s>1</s></say-as></speak>', /holds text only/],
    // Elements and attributes there are none of.
    ['<speak><audio src="x"/></speak>', /<audio> is not understood/],
    ['<speak><voice name="x">y</voice></speak>', /<voice> is not understood/],
    ['<speak><phoneme ph="x">y</phoneme></speak>', /<phoneme> is not understood/],
    ['<speak><Break/></speak>', /<Break> is not understood/],
    ['<speak><constructor/></speak>', /<constructor> is not understood/],
    ['<speak><__proto__/></speak>', /<__proto__> is not understood/],
    ['<speak rate="fast">x</speak>', /<speak> has no attribute "rate"/],
    ['<speak><p class="x">y</p></speak>', /<p> has no attribute "class"/],
    ['<speak><s id="x">y</s></speak>', /<s> has no attribute "id"/],
    ['<speak><prosody contour="x">y</prosody></speak>', /<prosody> has no attribute "contour"/],
    ['<speak><prosody duration="1s">y</prosody></speak>', /<prosody> has no attribute "duration"/],
    ['<speak><break onend="x"/></speak>', /<break> has no attribute "onend"/],
    ['<speak><say-as interpret-as="date" detail="1">y</say-as></speak>', /<say-as> has no attribute "detail"/],
    // Values.
    ['<speak><break time="11s"/></speak>', /time="11s" of <break>: expected 0s to 10s/],
    ['<speak><break time="-1s"/></speak>', /time="-1s"/],
    ['<speak><break time="1"/></speak>', /time="1"/],
    ['<speak><break time="1m"/></speak>', /time="1m"/],
    ['<speak><break time=""/></speak>', /time=""/],
    ['<speak><break time="1e3s"/></speak>', /time="1e3s"/],
    ['<speak><break time="99999999999s"/></speak>', /expected 0s to 10s/],
    ['<speak><break strength="huge"/></speak>', /strength="huge" of <break>: expected none, x-weak/],
    ['<speak><break time="1s" strength="huge"/></speak>', /strength="huge"/],
    ['<speak><prosody>y</prosody></speak>', /<prosody> needs rate, pitch or volume/],
    ['<speak><prosody rate="24%">y</prosody></speak>', /rate="24%" of <prosody>/],
    ['<speak><prosody rate="401%">y</prosody></speak>', /rate="401%"/],
    ['<speak><prosody rate="-80%">y</prosody></speak>', /rate="-80%"/],
    ['<speak><prosody rate="+2">y</prosody></speak>', /rate="\+2"/],
    ['<speak><prosody rate="NaN">y</prosody></speak>', /rate="NaN"/],
    ['<speak><prosody rate="constructor">y</prosody></speak>', /rate="constructor"/],
    ['<speak><prosody pitch="200Hz">y</prosody></speak>', /pitch="200Hz"/],
    ['<speak><prosody pitch="+13st">y</prosody></speak>', /within 12 semitones/],
    ['<speak><prosody pitch="-60%">y</prosody></speak>', /pitch="-60%"/],
    ['<speak><prosody pitch="-100%">y</prosody></speak>', /pitch="-100%"/],
    ['<speak><prosody pitch="2st">y</prosody></speak>', /pitch="2st"/],
    ['<speak><prosody volume="+10dB">y</prosody></speak>', /-60dB to \+9dB/],
    ['<speak><prosody volume="50">y</prosody></speak>', /volume="50"/],
    ['<speak><emphasis level="extreme">y</emphasis></speak>', /level="extreme" of <emphasis>: expected strong/],
    ['<speak><sub>y</sub></speak>', /<sub> needs alias/],
    ['<speak><sub alias=" ">y</sub></speak>', /<sub> needs alias/],
    ['<speak><say-as>5</say-as></speak>', /interpret-as="" of <say-as>: expected one of cardinal/],
    ['<speak><say-as interpret-as="colour">5</say-as></speak>', /interpret-as="colour"/],
    ['<speak><say-as interpret-as="date" format="ddd">1</say-as></speak>', /format="ddd".*expected one of mdy/],
    ['<speak><say-as interpret-as="cardinal" format="x">1</say-as></speak>', /format="x".*expected none/],
    ['<speak><say-as interpret-as="cardinal">five</say-as></speak>', /"five" cannot be said as cardinal/],
    ['<speak><say-as interpret-as="ordinal">1.5</say-as></speak>', /cannot be said as ordinal/],
    ['<speak><say-as interpret-as="digits">abc</say-as></speak>', /cannot be said as digits/],
    ['<speak><say-as interpret-as="date">13/45/2026</say-as></speak>', /cannot be said as date/],
    ['<speak><say-as interpret-as="date" format="mdy">3/14</say-as></speak>', /cannot be said as date/],
    ['<speak><say-as interpret-as="time">25:00</say-as></speak>', /cannot be said as time/],
    ['<speak><say-as interpret-as="time">24:59</say-as></speak>', /cannot be said as time/],
    ['<speak><say-as interpret-as="time" format="hms24">24:00:01</say-as></speak>', /cannot be said as time/],
    ['<speak><say-as interpret-as="time" format="hms24">3:30pm</say-as></speak>', /cannot be said as time/],
    ['<speak><say-as interpret-as="time">13:00 pm</say-as></speak>', /cannot be said as time/],
    ['<speak><say-as interpret-as="telephone">call me</say-as></speak>', /cannot be said as telephone/],
    ['<speak><say-as interpret-as="currency">lots</say-as></speak>', /cannot be said as currency/],
    ['<speak><say-as interpret-as="unit">5</say-as></speak>', /cannot be said as unit/],
    ['<speak><say-as interpret-as="fraction">1/0</say-as></speak>', /cannot be said as fraction/],
    ['<speak><say-as interpret-as="characters"> </say-as></speak>', /cannot be said as characters/],
    [
      `<speak><say-as interpret-as="characters">${'a'.repeat(1001)}</say-as></speak>`,
      /holds 1001 characters; at most 1000/,
    ],
    ['<speak xml:lang="de">Hallo</speak>', /xml:lang is "de", but the voice speaks en-us/],
    // Hostile.
    ['<!DOCTYPE speak><speak>x</speak>', /A DOCTYPE is not allowed/],
    ['<!DOCTYPE speak SYSTEM "file:///etc/passwd"><speak>x</speak>', /A DOCTYPE is not allowed/],
    [bomb, /A DOCTYPE is not allowed/],
    ['<speak>&secret;</speak>', /line 1/],
    ['<?xml-stylesheet href="x"?><speak>x</speak>', /processing instruction/],
    ['<speak><?php echo 1 ?></speak>', /processing instruction <\?php\?>/],
    [`<speak>${'<prosody rate="slow">'.repeat(40)}`, /more than 32 deep/],
    [`<speak>${'<break/>'.repeat(10_001)}</speak>`, /more than 10000 elements/],
  ])('%s', (text, message) => {
    const {message: said} = refusal(text)
    expect(said).toMatch(/^SSML, line \d+, column \d+: /)
    expect(said).toMatch(message)
    // One sentence: no second full stop, nothing of the whole text.
    expect(said.length).toBeLessThan(320)
  })

  it('proposes what was meant', () => {
    expect(refusal('<speak><breack/></speak>').suggestions).toContain('Did you mean <break>?')
    expect(refusal('<speak>R&D</speak>').suggestions.join()).toContain('&amp;')
  })

  it('says what only the language of the voice can say', () => {
    expect(textOf(read('<say-as interpret-as="date">14.3.2026</say-as>', 'de'))).toMatch(/^vierzehnten März/)
    expect(refusal('<speak><say-as interpret-as="fraction">1/2</say-as></speak>', 'de').message).toContain('(de)')
    expect(refusal('<speak><say-as interpret-as="cardinal">5</say-as></speak>', 'fi').message).toContain('(fi)')
    expect(textOf(read('<say-as interpret-as="characters">abc</say-as>', 'fi'))).toBe('A-B-C')
  })
})

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<speak>',
      '</speak>',
      '<p>',
      '</p>',
      '<s>',
      '</s>',
      '<break/>',
      '<break time="1s"/>',
      '<prosody rate="slow">',
      '</prosody>',
      '<emphasis>',
      '</emphasis>',
      '<sub alias="x">',
      '</sub>',
      '<say-as interpret-as="date">',
      '<say-as interpret-as="telephone" format="">',
      '</say-as>',
      '3/4/2026',
      '&amp;',
      '&x;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<!DOCTYPE a [',
      '<?x?>',
    ),
    fc.string({unit: 'binary', maxLength: 12}),
  )

  it('is read, or refused as USAGE with its place, never anything else', () => {
    let wellFormed = 0
    fc.assert(
      fc.property(
        fc.array(piece, {maxLength: 14}),
        fc.boolean(),
        fc.constantFrom('en-us', 'de', 'fi'),
        (list, whole, language) => {
          const text = whole ? `<speak>${list.join('')}</speak>` : list.join('')
          try {
            runSync(parseSsml(text, language))
            wellFormed++
          } catch (error) {
            expect(error).toMatchObject({
              code: 'USAGE',
              message: expect.stringMatching(/^SSML, line \d+, column \d+: /),
            })
          }
        },
      ),
      {numRuns: 1500},
    )
    expect(wellFormed).toBeGreaterThan(20)
  })

  it('comes back unchanged where it is text between the tags', () => {
    const escaped = (text: string): string => text.replace(/[&<>]/g, sign => `&#${sign.charCodeAt(0)};`)
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'é', '字', '&', '<', '>', '"', "'", ']', '1', ' x'), {maxLength: 40}),
        list => {
          const text = list.join('')
          const middle = Math.floor(list.length / 2)
          const marked = `${escaped(list.slice(0, middle).join(''))}<emphasis>${escaped(list.slice(middle).join(''))}</emphasis>`
          expect(textOf(read(marked))).toBe(text)
        },
      ),
    )
  })

  it('may have thousands of breaks', () => {
    const passages = read('x<break/>'.repeat(5500))
    expect(passages.filter(({type}) => type === 'pause')).toHaveLength(5500)
  })
})
