// A voice channel on published weights: a recording is heard, understood and answered aloud; June is interrupted by somebody else.
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {readConfig} from '@essence/core/config/read'
import {type Listening, openListening} from '@essence/core/engines/listening'
import {type Engines, openEngines} from '@essence/core/engines/open'
import {cough} from '@essence/core/proof/conversation/sounds'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {hasSpeechFolder, speechFolder} from '../../../../test/audio/witness.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {piper, smolLM2, whisper} from '../../../../test/weights/published.ts'
import {alice, bob, openVoice, soundOf} from './open-voice.ts'

const noWeights = whisper['tiny.en'].missing || smolLM2.missing || piper.missing
const missing = noWeights || missingOpenssl || (hasSpeechFolder ? '' : ' (skipped: no ../shared/data/speech)')

let engines: Engines
let listening: Listening

beforeAll(async () => {
  if (missing) return
  const folder = temporaryFolder()
  const {settings} = await readConfig({
    env: {
      ...{ENV_SH: '/dev/null', JUNE_DATA_DIR: folder, MODEL_CACHE_DIR: folder},
      ...{STT_MODEL: whisper['tiny.en'].path, MODEL_NAME: smolLM2.path, TTS_MODEL: piper.path},
      ...{MAX_CONTEXT_LENGTH: '2048', MODEL_MAX_TOKENS: '40', STT_THREADS: '1', LLM_THREADS: '1'},
    },
  })
  engines = await openEngines(settings, {check: false})
  listening = await openListening(settings)
}, 240_000)
afterAll(() => Promise.all([engines?.close(), listening?.close()]))

const recorded = (name: string): Promise<Float32Array> =>
  readAudio({path: join(speechFolder, name)}, {sampleRate: 48_000})

const atDiscordsRate = async (pcm: Float32Array, rate: number): Promise<Float32Array> => {
  const out = new Float32Array(Math.floor((pcm.length * 48_000) / rate))
  return out.map((_, i) => pcm[Math.floor((i * rate) / 48_000)] as number)
}

const until = <T>(what: () => T) => expect.poll(what, {timeout: 60_000, interval: 10})

it.skipIf(missing)(
  `a conversation in a channel${missing}`,
  async () => {
    const {vad, endOfTurn} = listening
    const {peer, join, spoke, lines} = await openVoice({engines, more: {vad, endOfTurn}})
    const [one, other] = [peer.enter(alice, '1000'), peer.enter(bob, '1000')]
    await join()
    const sounding = () => peer.heard.filter(({isSilence}) => !isSilence)

    const endedAt = await one.say(await recorded('lj/LJ001-0002.flac'))
    await until(() => sounding().length).toBeGreaterThan(25)
    const {startedAt, rms} = await soundOf(peer.heard)
    expect(rms).toBeGreaterThan(0.02)

    // Coughed at by somebody else: she goes on.
    await other.say(await atDiscordsRate(cough(3), 24_000))
    await until(() => spoke().length).toBe(1)
    expect(spoke()[0]).toMatchObject({status: 'completed'})

    // Interrupted by somebody else, who is answered. An answer of one word is over before.
    const statuses = () => spoke().map(({status}) => status)
    for (let times = 0; times < 5 && !statuses().includes('interrupted'); times++) {
      await one.say(await recorded('lj/LJ001-0007.flac'))
      const before = sounding().length
      await until(() => sounding().length).toBeGreaterThan(before + 15)
      await other.say(await recorded('lj/LJ001-0008.flac'))
      await until(() => spoke().length).toBe(3 + 2 * times)
    }
    expect(statuses().slice(-2)).toEqual(['interrupted', 'completed'])
    expect(lines.filter(({level}) => Number(level) >= 50)).toEqual([])
    expect(peer.server().problems).toEqual([])
    expect(startedAt - endedAt).toBeLessThan(10_000)
  },
  400_000,
)

it.skipIf(missing)(
  `understands words through a network that loses every eighth packet, and delivers every fifth late${missing}`,
  async () => {
    const {vad, endOfTurn} = listening
    const asked: string[] = []
    const {stt, tts} = engines
    const assistant = scriptedEngines({
      answer: ({text}) => {
        asked.push(text)
        return 'Yes.'
      },
    }).assistant
    const {peer, join, spoke} = await openVoice({engines: {stt, tts, assistant}, more: {vad, endOfTurn}})
    const one = peer.enter(alice, '1000')
    await join()
    peer.faults.lossRate = 0.125
    peer.faults.lateRate = 0.2
    await one.say(await recorded('lj/LJ001-0008.flac'))
    await until(() => spoke().length).toBe(1)
    expect(asked.at(-1)).toMatch(/never been surpassed/i)
  },
  200_000,
)
