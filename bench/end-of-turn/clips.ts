// What is spoken: recordings of people, and sentences of synthetic voices.
import {basename} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {VoiceEngine} from '@essence/core/tts/engine'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {openKokoro} from '@essence/core/tts/onnx/kokoro/kokoro'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {kokoro, piper} from '../../test/weights/published.ts'
import {recordingSets} from '../recordings.ts'
import {type Clip, kept} from './pauses.ts'

/**
 * Recordings that end with their sentence, by what was read next: LJ Speech cuts where the reader breathes. Of those in neither list nobody
 * could tell by the sound (a semicolon).
 */
const ended = /^(LJ001-00(02|05|08|09|13|14|15)|jfk|librispeech-84-121550-0000|sense_.*-0870)\./
const goesOn = /^(LJ001-00(01|03|04|06|07|10|12|16)|sense_.*-0880)\./

export const recordedClips = async (): Promise<Clip[]> => {
  const clips: Clip[] = []
  for (const [set, recordings] of Object.entries(recordingSets() ?? {}))
    for (const {path} of recordings) {
      const name = basename(path)
      clips.push({
        speaker: set,
        half: set === 'LJ Speech' ? 'judge' : 'fit',
        people: true,
        language: 'en',
        sound: await readAudio({path}),
        over: ended.test(name) ? true : goesOn.test(name) ? false : undefined,
      })
    }
  return clips
}

const english = [
  'What will the weather be like in Lisbon on Friday, and do I need a coat?',
  'Remind me to call the dentist tomorrow at nine.',
  'When I get home in the evening, I would like the lights in the kitchen to be on.',
  'Could you read me the last message from my sister?',
  'I think we should leave at six, because the train is always late.',
  'Turn off the music and set an alarm for seven.',
  'Well, the thing with the garden is that nobody waters it in August.',
  'How long does it take to boil an egg?',
]
const foreign: Record<string, string[]> = {
  es: ['¿Qué tiempo hará mañana en Madrid, y necesito un abrigo?', 'Recuérdame que llame a mi madre esta tarde.'],
  fr: ['Quel temps fera-t-il demain à Lyon, et faut-il un manteau ?', 'Rappelle-moi de téléphoner à ma mère ce soir.'],
  it: ['Che tempo farà domani a Milano, e mi serve un cappotto?', 'Ricordami di chiamare mia madre questa sera.'],
  de: [
    'Wie wird morgen das Wetter in Köln, und brauche ich einen Mantel?',
    'Erinnere mich heute Abend an den Zahnarzt.',
  ],
}

interface Speaker {
  voice: string
  half: Clip['half']
  language: string
  texts: string[]
}

const some = (from: number, count: number): string[] =>
  Array.from({length: count}, (_, i) => english[(from + i) % english.length] ?? '')

const kokoroSpeakers: Speaker[] = [
  {voice: 'af_heart', half: 'fit', language: 'en', texts: some(0, 3)},
  {voice: 'am_michael', half: 'judge', language: 'en', texts: some(2, 3)},
  {voice: 'bm_george', half: 'fit', language: 'en', texts: some(4, 3)},
  {voice: 'bf_emma', half: 'judge', language: 'en', texts: some(6, 3)},
  {voice: 'ef_dora', half: 'judge', language: 'es', texts: foreign['es'] ?? []},
  {voice: 'ff_siwis', half: 'fit', language: 'fr', texts: foreign['fr'] ?? []},
  {voice: 'if_sara', half: 'judge', language: 'it', texts: foreign['it'] ?? []},
]
const piperSpeakers: Speaker[] = [{voice: 'en_US-joe-medium', half: 'judge', language: 'en', texts: english}]
const espeakSpeakers: Speaker[] = [
  {voice: 'de', half: 'judge', language: 'de', texts: foreign['de'] ?? []},
  {voice: 'en-gb', half: 'fit', language: 'en', texts: english},
]

/** Of the voices that are installed. What a voice said is kept: Piper draws anew each time it speaks. */
export const spokenClips = async (): Promise<Clip[]> => {
  const engines: [string, () => Promise<VoiceEngine>, Speaker[]][] = [
    ['espeak', () => openEspeak(), espeakSpeakers],
    ['piper', () => openPiper({modelPath: piper.path, threads: 1}), piper.missing ? [] : piperSpeakers],
    ['kokoro', () => openKokoro({modelPath: kokoro.path, threads: 1}), kokoro.missing ? [] : kokoroSpeakers],
  ]
  const clips: Clip[] = []
  for (const [name, open, speakers] of engines) {
    if (speakers.length === 0) continue
    let opened: ReturnType<typeof textToSpeech> | undefined
    for (const {voice, half, language, texts} of speakers)
      for (const text of texts) {
        const sound = await kept([name, voice, text], async () => {
          opened ??= textToSpeech(await open())
          return await readAudio({bytes: await encodeToBytes(opened.synthesize(text, {voice}), 'wav')})
        })
        clips.push({speaker: `${name} ${voice}`, half, people: false, language, sound, over: true})
      }
    await opened?.close()
  }
  return clips
}
