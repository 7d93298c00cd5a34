import {SaxesParser} from 'saxes'
import {EssenceError} from '../../kit/errors.ts'
import type {Cooperative} from '../../kit/flow/cooperative.ts'
import {nearest} from '../../kit/nearest.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import {combineProsody, type Prosody, plainProsody} from '../styles.ts'
import {cleanText, type Passage} from './passages.ts'
import {dateFormats, type Interpretation, interpretations, sayAs, timeFormats} from './say-as.ts'
import {emphasisOf, pitchOf, rateOf, strengthOf, timeOf, volumeOf} from './ssml-values.ts'

/** The elements understood, and their attributes. */
const elements: Record<string, string[]> = {
  speak: ['version', 'xmlns', 'xml:lang'],
  p: [],
  s: [],
  break: ['time', 'strength'],
  prosody: ['rate', 'pitch', 'volume'],
  'say-as': ['interpret-as', 'format'],
  emphasis: ['level'],
  sub: ['alias'],
}
/** Hold text only; their own or another's. */
const leaves = new Set(['break', 'say-as', 'sub'])

/** `sayAs` is in characters: what is read in one way is a number or a word, no page. */
const limits = {depth: 32, elements: 10_000, sayAs: 1000}

/** Characters read between two yields. */
const chunkCharacters = 2048

type Attributes = Record<string, string>

interface Open {
  name: string
  attributes: Attributes
  prosody: Prosody
  /** The text of a leaf. */
  text: string
}

/**
 * Reads the part of SSML 1.1 that docs/ssml.md describes. Nothing is skipped: what is not understood is refused.
 * @param language ISO 639-1 of the voice that will speak, with region where it has one
 * @throws USAGE, which names line and column
 */
export function* parseSsml(text: string, language: string): Cooperative<Passage[]> {
  const parser = new SaxesParser({position: true})
  const open: Open[] = []
  const passages: Passage[] = []
  let count = 0
  let place = {line: 1, column: 1}

  const refuse = (what: string, suggestions: string[] = []): never => {
    const where = `line ${place.line}, column ${place.column}`
    throw new EssenceError('USAGE', `SSML, ${where}: ${what}`, {suggestions})
  }
  const here = (back = 0): void => {
    place = {line: parser.line, column: Math.max(1, parser.columnIndex + 1 - back)}
  }
  const words = (given: string, spoken: boolean): void => {
    const prosody = open.at(-1)?.prosody ?? plainProsody
    const part = {text: spoken ? given : cleanText(given), spoken}
    const last = passages.at(-1)
    if (last?.type === 'words' && last.prosody === prosody) last.parts.push(part)
    else passages.push({type: 'words', parts: [part], prosody})
  }
  const end = (of: 'sentence' | 'paragraph'): void => void passages.push({type: 'end', of})

  const value = <T>(element: Open, name: string, read: (given: string) => T | undefined, expected: string): T => {
    const given = element.attributes[name] ?? ''
    return read(given) ?? refuse(`${name}="${given}" of <${element.name}>: expected ${expected}.`)
  }

  /** What an element does to the prosody of what is in it. */
  const prosodyOf = (element: Open): Prosody => {
    const {name, attributes, prosody} = element
    if (name === 'emphasis') {
      const move = emphasisOf(attributes['level'])
      return combineProsody(
        prosody,
        move ?? value<Prosody>(element, 'level', () => undefined, 'strong, moderate, none or reduced'),
      )
    }
    if (name !== 'prosody') return prosody
    if (Object.keys(attributes).length === 0) refuse('<prosody> needs rate, pitch or volume.')
    const has = (attribute: string): boolean => Object.hasOwn(attributes, attribute)
    return combineProsody(prosody, {
      rate: has('rate') ? value(element, 'rate', rateOf, 'a word such as slow, 25% to 400%, or +10%') : 1,
      semitones: has('pitch')
        ? value(element, 'pitch', pitchOf, 'a word such as high, or a move such as +2st or -10%, within 12 semitones')
        : 0,
      db: has('volume') ? value(element, 'volume', volumeOf, 'a word such as soft, or -60dB to +9dB') : 0,
    })
  }

  const breakOf = (element: Open): void => {
    const {time, strength} = element.attributes
    const ms =
      time === undefined
        ? (strengthOf(strength) ??
          value<number>(element, 'strength', () => undefined, 'none, x-weak, weak, medium, strong or x-strong'))
        : value(element, 'time', timeOf, '0s to 10s, as 500ms or 1.5s')
    if (time !== undefined && strength !== undefined && strengthOf(strength) === undefined) {
      value(element, 'strength', () => undefined, 'none, x-weak, weak, medium, strong or x-strong')
    }
    passages.push({type: 'pause', ms, prosody: element.prosody})
  }

  const sayAsOf = ({text: content, attributes}: Open): void => {
    const as = attributes['interpret-as'] as Interpretation
    const given = cleanText(content).trim()
    if (given.length > limits.sayAs)
      refuse(`<say-as> holds ${given.length} characters; at most ${limits.sayAs} are read so.`)
    const spoken = sayAs(given, as, attributes['format'], language)
    if (spoken === undefined)
      refuse(`"${given.slice(0, 60)}" cannot be said as ${as} in the voice's language (${language}).`)
    else words(spoken, true)
  }

  parser.on('opentagstart', ({name}) => here(name.length + 2))
  parser.on('opentag', ({name, attributes}) => {
    const parent = open.at(-1)
    if (!Object.hasOwn(elements, name)) {
      const near = nearest(name, Object.keys(elements))
      refuse(`<${name}> is not understood.`, [
        ...(near ? [`Did you mean <${near}>?`] : []),
        `Understood are: ${Object.keys(elements).join(', ')}.`,
      ])
    }
    if ((parent === undefined) !== (name === 'speak')) {
      refuse(parent ? '<speak> stands within another element.' : `The outermost element is <${name}>, not <speak>.`)
    }
    if (parent && leaves.has(parent.name)) refuse(`<${name}> stands within <${parent.name}>, which holds text only.`)
    if (
      (name === 'p' && open.some(one => one.name !== 'speak' && one.name !== 'prosody')) ||
      (name === 's' && open.some(one => one.name === 's'))
    ) {
      refuse(`<${name}> stands within <${parent?.name}>.`)
    }
    const unknown = Object.keys(attributes).find(attribute => !elements[name]?.includes(attribute))
    if (unknown !== undefined) refuse(`<${name}> has no attribute "${unknown}" here.`)
    if (open.length >= limits.depth) refuse(`Elements stand more than ${limits.depth} deep.`)
    if (++count > limits.elements) refuse(`There are more than ${limits.elements} elements.`)
    const element: Open = {
      name,
      attributes: attributes as Attributes,
      prosody: parent?.prosody ?? plainProsody,
      text: '',
    }
    checkAttributes(element)
    element.prosody = prosodyOf(element)
    if (name === 'p') end('paragraph')
    if (name === 's') end('sentence')
    open.push(element)
  })

  const checkAttributes = ({name, attributes}: Open): void => {
    const given = attributes['xml:lang']
    if (given !== undefined && mainLanguage(given) !== mainLanguage(language)) {
      refuse(`xml:lang is "${given}", but the voice speaks ${language}.`, ['Choose a voice of that language.'])
    }
    if (name === 'sub' && (attributes['alias'] ?? '').trim() === '') refuse('<sub> needs alias.')
    if (name !== 'say-as') return
    const as = attributes['interpret-as'] ?? ''
    if (!(interpretations as readonly string[]).includes(as)) {
      refuse(`interpret-as="${as}" of <say-as>: expected one of ${interpretations.join(', ')}.`)
    }
    const format = attributes['format']
    const formats: readonly string[] = as === 'date' ? dateFormats : as === 'time' ? timeFormats : []
    if (format !== undefined && !formats.includes(format)) {
      const expected = formats.length === 0 ? 'none' : `one of ${formats.join(', ')}`
      refuse(`format="${format}" of <say-as interpret-as="${as}">: expected ${expected}.`)
    }
  }

  parser.on('closetag', () => {
    const element = open.pop()
    if (!element) return
    if (element.name === 'break') breakOf(element)
    if (element.name === 'sub') words(cleanText(element.attributes['alias'] ?? ''), false)
    if (element.name === 'say-as') sayAsOf(element)
    if (element.name === 'p') end('paragraph')
    if (element.name === 's') end('sentence')
  })
  const onText = (given: string): void => {
    const element = open.at(-1)
    if (!element) return
    if (element.name === 'break' && given.trim() !== '') refuse('<break> holds text.')
    if (leaves.has(element.name)) element.text += given
    else words(given, false)
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('doctype', () => {
    here()
    refuse('A DOCTYPE is not allowed.')
  })
  parser.on('processinginstruction', ({target}) => {
    here()
    refuse(`The processing instruction <?${target}?> is not understood.`)
  })
  parser.on('error', error => {
    here()
    refuse(`${error.message.replace(/^(?:\S+:)?\d+:\d+:\s*|\.$/g, '')}.`, ['Text holds & as &amp; and < as &lt;.'])
  })
  for (let at = 0; at < text.length; at += chunkCharacters) {
    if (at > 0) yield
    parser.write(text.slice(at, at + chunkCharacters))
  }
  parser.close()
  // What ends the last paragraph ends the text.
  while (passages.at(-1)?.type === 'end') passages.pop()
  return passages
}
