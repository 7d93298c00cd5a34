// `essence talk` with recordings of people and published models: paused at in the middle of a sentence, coughed at, interrupted.
import {existsSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {concatSamples, toPcm16} from '@essence/core/audio/pcm'
import {expect, it} from 'vitest'
import {noise, wavOf} from '../audio/sounds.ts'
import {commandFolder} from '../commands/command-folder.ts'
import {startEssence} from '../kit/start-essence.ts'
import {piper, smolLM2, whisper} from './published.ts'

const speech = resolve(import.meta.dirname, '../../../shared/data/speech')
const missing =
  whisper['tiny.en'].missing ||
  smolLM2.missing ||
  piper.missing ||
  (existsSync(speech) ? '' : ' (skipped: no ../shared/data/speech)')
const {folder, path, env} = commandFolder()
const rate = 16_000

const austen = (number: string): Promise<Float32Array> =>
  readAudio({path: join(speech, `librivox/sense_and_sensibility_01_austen_64kb-${number}.wav`)})
const silence = (seconds: number): Float32Array => new Float32Array(seconds * rate)

it.skipIf(missing)(
  `waits where a person pauses, does not answer a cough, is interrupted, and has its turns${missing}`,
  async () => {
    const [long, short] = [await austen('0870'), await austen('0930')]
    const kennedy = (await readAudio({path: join(speech, 'jfk.wav')})).subarray(0, 4 * rate)
    const pauseAt = 3.2 * rate
    const first = concatSamples([long.subarray(0, pauseAt), silence(0.7), long.subarray(pauseAt)])
    const cough = noise(0.25 * rate, 0.3).map((sample, i) => sample * Math.exp(-i / 1500))
    const input = path('three.wav')
    // How soon she begins and how long she speaks, the model decides: spoken to again and again, she is so in an answer.
    const again = [silence(4.5), short]
    const before = [first, silence(10), kennedy, silence(10), cough, silence(4), short]
    const sound = concatSamples([...before, ...again, ...again, ...again])
    writeFileSync(input, wavOf(toPcm16(sound)))
    const models = {
      STT_MODEL: whisper['tiny.en'].path,
      MODEL_NAME: smolLM2.path,
      LLM_THREADS: '1',
      TTS_MODEL: piper.path,
      STT_LANGUAGE: 'en',
    }
    const talk = startEssence(
      ['talk', '-i', input, '-o', path('heard.wav'), '--json'],
      {...env, ...models},
      folder,
      190_000,
    )
    const {status, stdout, stderr} = await talk.ended
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    const {data} = JSON.parse(stdout) as {data: {turns: {said: string | null; heardMs: number; status: string}[]}}
    const said = data.turns
      .map(turn => turn.said)
      .join(' ')
      .toLowerCase()
    expect(said).toMatch(/dashwood[\s\S]*prudently[\s\S]*fellow americans[\s\S]*amiable/)
    const answered = data.turns.filter(({heardMs}) => heardMs > 0)
    expect(answered.length).toBeGreaterThanOrEqual(4)
    expect(answered.map(({status}) => status)).toContain('interrupted')
    expect(said).toMatch(/amiable[\s\S]*amiable[\s\S]*amiable/)
    // Not a sound of hers before the first sentence is over.
    const heard = await readAudio({path: path('heard.wav')})
    expect(heard.findIndex(sample => Math.abs(sample) > 0.005)).toBeGreaterThan(first.length - rate)
  },
  200_000,
)
