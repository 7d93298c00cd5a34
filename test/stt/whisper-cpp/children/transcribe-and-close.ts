// Opens a model, hears some audio, closes: what a command does. Nothing of it may reach stdout or stderr.
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import {bursts} from '../../bursts.ts'

const [modelPath = ''] = process.argv.slice(2)
const engine = await openWhisperCpp({modelPath, threads: 1})
const {signal} = new AbortController()
const asked = {language: 'en', translate: false, words: false, interim: false, signal}
const heard: string[] = []
for (const seconds of [1, 2]) {
  const {segments} = await engine.transcribe(bursts(seconds), asked)
  heard.push(...segments.map(({text}) => text.trim()))
}
await engine.close()
process.stdout.write(JSON.stringify(heard))
