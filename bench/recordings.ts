import {existsSync, readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'

/** What a person says in a recording, as somebody wrote it down. */
export interface Recording {
  path: string
  text: string
}

const folder = resolve(import.meta.dirname, '../../shared/data/speech')

const ljSpeech = (): Recording[] => {
  const texts = JSON.parse(readFileSync(join(folder, 'lj/transcripts.json'), 'utf8')) as Record<string, string>
  return Object.entries(texts).map(([file, text]) => ({path: join(folder, 'lj', file), text}))
}

/** Lines as `<s> words </s> (name)`. */
const librivox = (): Recording[] =>
  readFileSync(join(folder, 'librivox/transcription'), 'utf8')
    .split('\n')
    .flatMap(line => {
      const [, text, name] = /^<s> (.*) <\/s> \((.*)\)$/.exec(line.trim()) ?? []
      return text === undefined || name === undefined ? [] : [{path: join(folder, 'librivox', `${name}.wav`), text}]
    })

/** From the transcripts that LibriSpeech publishes. */
const milton =
  'BUT WITH FULL RAVISHMENT THE HOURS OF PRIME SINGING RECEIVED THEY IN THE MIDST OF LEAVES THAT EVER BORE A BURDEN TO THEIR RHYMES'

/** Recordings of people by set, in English; undefined where they do not lie beside the checkout. */
export const recordingSets = (): Record<string, Recording[]> | undefined =>
  existsSync(folder)
    ? {
        'LJ Speech': ljSpeech(),
        LibriVox: librivox(),
        'Kennedy, LibriSpeech': [
          {path: join(folder, 'jfk.wav'), text: readFileSync(join(folder, 'jfk.txt'), 'utf8')},
          {path: join(folder, 'librispeech-84-121550-0000.flac'), text: milton},
        ],
      }
    : undefined
