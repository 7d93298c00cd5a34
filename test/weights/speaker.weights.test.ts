// CAM++ of 3D-Speaker (docs/decisions/speaker.md says how its file is made) on recordings of people.
import {existsSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {variables} from '@essence/core/config/schema'
import {speechBy} from '@essence/core/engines/speaker/recognition'
import {openSpeakerEmbedder} from '@essence/core/speaker/embedder'
import {speakerRecognition} from '@essence/core/speaker/recognition'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {expect, it, onTestFinished} from 'vitest'
import {keptVoiceprints} from '../speaker/scripted.ts'
import {smolLM2} from './published.ts'

const modelPath = join(dirname(smolLM2.path), '../speaker/campplus_zh_en.onnx')
const speech = resolve(import.meta.dirname, '../../../shared/data/speech')
const missing = existsSync(modelPath)
  ? ''
  : ` (skipped: no ${modelPath}; docs/decisions/speaker.md says how to make it)`
const threshold = Number(variables.SPEAKER_THRESHOLD.default)
const recording = (file: string): Promise<Float32Array> => readAudio({path: join(speech, file)})

it.skipIf(missing)(`CAM++ knows a reader again, and no other for her${missing}`, async () => {
  const [embedder, vad] = [await openSpeakerEmbedder(modelPath), await openVad()]
  const june = speakerRecognition({embedder, findSpeech: speechBy(vad), voiceprints: keptVoiceprints(), threshold})
  onTestFinished(async () => {
    await Promise.all([june.close(), vad.close()])
  })
  const lj = await Promise.all(['0001', '0003', '0004', '0010', '0016'].map(n => recording(`lj/LJ001-${n}.flac`)))
  const kennedy = await recording('jfk.wav')
  const milton = await recording('librispeech-84-121550-0000.flac')
  expect(embedder.dimension).toBe(192)
  expect((await june.enrol('lj', lj.slice(0, 3))).agreement).toBeGreaterThan(0.8)
  for (const sentence of lj.slice(3)) expect(await june.whoSpoke(sentence)).toMatchObject({person: 'lj'})
  for (const stranger of [kennedy, milton])
    expect(await june.whoSpoke(stranger)).toMatchObject({person: undefined, reason: 'unknown-voice'})
  await expect(june.enrol('both', [lj[0] ?? milton, kennedy, lj[1] ?? milton])).rejects.toMatchObject({
    code: 'SPEAKER_MISMATCH',
    message: expect.stringContaining('number 2'),
  })
})
