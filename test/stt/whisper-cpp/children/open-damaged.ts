// Opens a Parakeet model with each number of its head replaced by others, one at a time, and hears with what opens. In a process of its
// own: what is looked for is that it ends by itself. Prints how often what happened.
import {readFileSync, writeFileSync} from 'node:fs'
import {openParakeet} from '@essence/core/stt/whisper-cpp/parakeet'
import {bursts} from '../../bursts.ts'

const [path = ''] = process.argv.slice(2)
const whole = readFileSync(path)
const counts: Record<string, number> = {}
const happened = (what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1
}
const {signal} = new AbortController()
const asked = {language: 'auto', translate: false, words: false, interim: false, signal}
const sound = bursts(1)
for (let at = 1; at < 18; at++) {
  for (const value of [-1, 0, 1, 2, 3, 7, 9, 16, 33, 1000, 0x7fffffff]) {
    const damaged = Buffer.from(whole)
    damaged.writeInt32LE(value, at * 4)
    writeFileSync(path, damaged)
    try {
      const engine = await openParakeet({modelPath: path, device: {backend: 'cpu'}, threads: 1})
      await engine.transcribe(sound, asked)
      await engine.close()
      happened('heard')
    } catch (error) {
      happened((error as {code?: string}).code ?? String(error))
    }
  }
}
process.stdout.write(JSON.stringify(counts))
