// The ports' promises hold over gRPC as they do in one process: real servers and clients on loopback, real engines.
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {beforeAll} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {speechToTextConformance} from '../stt/conformance.ts'
import {openNano} from '../stt/nano.ts'
import {paragraph, repeated, spoken} from '../stt/spoken.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {conformsToTextToSpeech} from '../tts/conformance.ts'
import {overGrpc} from './serve.ts'

const folder = temporaryFolder()
let speech: Float32Array = new Float32Array()
beforeAll(async () => {
  speech = (await spoken([paragraph]))[0] ?? speech
})

speechToTextConformance('The mock over gRPC', () => overGrpc.stt(mockSpeechToText()), bursts)
speechToTextConformance(
  'june-nano over gRPC',
  async () => overGrpc.stt(await openNano(folder)),
  seconds => repeated(speech, seconds),
)
conformsToTextToSpeech('espeak over gRPC', async () => overGrpc.tts(textToSpeech(await openEspeak())))
