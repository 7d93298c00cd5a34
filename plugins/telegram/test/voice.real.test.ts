// A voice message answered by a voice message, with every engine real: espeak speaks to the bot, june-nano listens, the
// demo mind answers, espeak speaks. Outside witnesses look at what went out.
import {spawnSync} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {openEngines} from '@essence/core/engines/open'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, startService} from './harness.ts'

const missing = (program: string, ...args: string[]): boolean => spawnSync(program, args).error !== undefined
const noProbe = missing('ffprobe', '-version')
const noInfo = missing('opusinfo', '--version')

let engines: Awaited<ReturnType<typeof openEngines>>

beforeAll(async () => {
  const {settings} = await readConfig()
  engines = await openEngines({...settings, STT_THREADS: 1}, {check: false})
})

afterAll(() => engines?.close())

/** Says something to the bot as a voice message and returns the voice note that comes back, as a file too. */
const ask = async (text: string) => {
  const {peer, done} = await startService({engines: {...engines, close: async () => {}}})
  const bytes = await encodeToBytes(engines.tts.synthesize(text), 'ogg')
  await done(peer.userSends({from: ada, voice: {bytes, duration: 2}}))
  const [answer, ...rest] = peer.shownIn(ada)
  const path = join(temporaryFolder(), 'answer.ogg')
  await writeFile(path, answer?.voice ?? '')
  return {answer, rest, path}
}

describe('what time is it, asked aloud', () => {
  it('is answered aloud, with the time as caption and what is only a demonstration', async () => {
    const {answer, rest} = await ask('what time is it')
    expect(answer?.caption).toMatch(/^“what time is it”\n\nIt is \d+:\d\d [AP]M\.$/)
    expect(rest.map(({text}) => text).join()).toContain('essence models download')
    const pcm = await readAudio({bytes: answer?.voice ?? new Uint8Array()}, {sampleRate: 16_000})
    const seconds = pcm.length / 16_000
    expect(answer?.voiceSeconds).toBeGreaterThanOrEqual(seconds - 0.2)
    expect(answer?.voiceSeconds).toBeLessThan(seconds + 1.2)
    // Above 1 MB Telegram draws no waveform: at this rate a minute is far below.
    expect((answer?.voice?.length ?? Infinity) / seconds).toBeLessThan((1024 * 1024) / 60)
    // Speech, not silence: a hundredth of full scale is a whisper.
    expect(Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length)).toBeGreaterThan(0.01)
    // And the words are in it: the recogniser hears the time in the answer.
    expect((await engines.stt.recognize(pcm, {language: 'en'})).text).toMatch(/^it is/)
  })

  it.skipIf(noProbe)(
    `comes back as Opus, 48 kHz, mono, says ffprobe${noProbe ? ' (skipped: no ffprobe)' : ''}`,
    async () => {
      const {answer, path} = await ask('what time is it')
      const entries = 'stream=codec_name,sample_rate,channels:format=format_name,duration'
      const {stdout, stderr, status} = spawnSync(
        'ffprobe',
        ['-v', 'warning', '-of', 'json', '-show_entries', entries, path],
        {
          encoding: 'utf8',
        },
      )
      expect(status).toBe(0)
      expect(stderr).toBe('')
      const {streams, format} = JSON.parse(stdout)
      expect(streams).toEqual([{codec_name: 'opus', sample_rate: '48000', channels: 1}])
      expect(format.format_name).toBe('ogg')
      expect(Math.ceil(Number(format.duration) - 0.1)).toBeLessThanOrEqual((answer?.voiceSeconds ?? 0) + 1)
    },
  )

  it.skipIf(noInfo)(`is a sound Ogg stream, says opusinfo${noInfo ? ' (skipped: no opusinfo)' : ''}`, async () => {
    const {path} = await ask('what time is it')
    const {stdout, stderr, status} = spawnSync('opusinfo', [path], {encoding: 'utf8'})
    expect(status).toBe(0)
    expect(stdout + stderr).not.toMatch(/warning|error|corrupt|hole/i)
    expect(stdout).toContain('Channels: 1')
  })
})
