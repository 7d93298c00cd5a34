// Voices told apart by CAM++ (docs/decisions/speaker.md says how its file is made), as people send them: three to enrol, then questions.
import {existsSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {wordsIn} from '@essence/core/channel/words/words'
import {readConfig} from '@essence/core/config/read'
import {openSpeakerRecognition} from '@essence/core/engines/speaker/recognition'
import {voiceprintFile} from '@essence/core/speaker/voiceprint-file'
import {expect, it} from 'vitest'
import {chunked} from '../../../test/audio/sounds.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {smolLM2} from '../../../test/weights/published.ts'
import {ada, startService} from './harness.ts'

const modelPath = join(dirname(smolLM2.path), '../speaker/campplus_zh_en.onnx')
const missing = existsSync(modelPath)
  ? ''
  : ` (skipped: no ${modelPath}; docs/decisions/speaker.md says how to make it)`
const speech = resolve(import.meta.dirname, '../../../../shared/data/speech')
const words = wordsIn('en')

/** A voice note of the first 10 s of a recording, as Telegram has them. */
const note = async (file: string): Promise<Uint8Array> => {
  const audio = await readAudio({path: join(speech, file)})
  return await encodeToBytes(chunked(audio.slice(0, 160_000), 16_000), 'ogg')
}

it.skipIf(missing)(
  `a reader enrols with three voice messages, and Kennedy is not taken for her${missing}`,
  async () => {
    const folder = temporaryFolder()
    const {settings} = await readConfig()
    const {peer, done, requests} = await startService({
      folder,
      openVoices: async signal => {
        const speaker = {...settings, SPEAKER_MODEL: modelPath, JUNE_DATA_DIR: folder}
        const recognition = await openSpeakerRecognition(speaker, signal)
        if (!recognition) throw new Error('no recognition')
        return recognition
      },
    })
    const said = async (message: Parameters<typeof peer.userSends>[0]): Promise<string> => {
      await done(peer.userSends(message))
      const {text, caption} = peer.shownIn(ada).at(-1) ?? {}
      return text ?? caption ?? ''
    }
    const speak = async (file: string) => said({from: ada, voice: {bytes: await note(file), duration: 8}})
    await said({from: ada, text: '/enrol'})
    await speak('lj/LJ001-0001.flac')
    await speak('lj/LJ001-0003.flac')
    expect(await speak('jfk.wav')).toContain(words('enrolMixed'))
    for (const number of ['0001', '0003']) await speak(`lj/LJ001-${number}.flac`)
    expect(await speak('lj/LJ001-0004.flac')).toBe(words('enrolDone'))
    expect(await voiceprintFile(folder).all()).toMatchObject([{person: 'telegram:42'}])
    expect(requests).toEqual([])
    for (const number of ['0010', '0016']) await speak(`lj/LJ001-${number}.flac`)
    expect(requests).toMatchObject([{speaker: 'telegram:42'}, {speaker: 'telegram:42'}])
    for (const stranger of ['jfk.wav', 'librispeech-84-121550-0000.flac'])
      expect(await speak(stranger)).toContain(words('speakerUnknown'))
    expect(requests.slice(2)).toMatchObject([{tools: false}, {tools: false}])
    await said({from: ada, text: '/enrol off'})
    expect(await voiceprintFile(folder).all()).toEqual([])
  },
)
