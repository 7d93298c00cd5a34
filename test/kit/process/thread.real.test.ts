// Threads that end while ONNX Runtime computes in them: where that goes wrong, the process is gone (SIGABRT).
import {spawnSync} from 'node:child_process'
import {juneNanoPath} from '@essence/core/stt/june-nano'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {root} from '../run-essence.ts'

const folder = temporaryFolder()

/** A process in which a recogniser hears 10 s of noise, for so many ms, and then `what` happens. */
const whileHearing = async (what: string, afterMs: readonly number[]) => {
  const modelPath = JSON.stringify(await juneNanoPath(folder))
  const source = `
    import {setTimeout as pause} from 'node:timers/promises'
    import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
    const noise = Float32Array.from({length: 160_000}, (_, i) => Math.sin(i * i) * 0.3)
    for (const ms of ${JSON.stringify(afterMs)}) {
      const engine = await openWhisperOnnx({modelPath: ${modelPath}, threads: 1, fullContext: true})
      const stop = new AbortController()
      const options = {language: 'en', translate: false, words: true, interim: false, signal: stop.signal}
      const code = engine.transcribe(noise, options).then(() => 'heard', error => error.code)
      await pause(ms)
      ${what}
    }`
  const args = ['--conditions=essence-source', '--input-type=module', '-e', source]
  const {status, signal, stdout, stderr} = spawnSync(process.execPath, args, {cwd: root, encoding: 'utf8'})
  return {status, signal, stdout, stderr}
}

it('a thread that is closed while it computes ends when it can, and fails what it was asked', async () => {
  const what = 'await engine.close(); process.stdout.write(await code + " ")'
  expect(await whileHearing(what, [1, 20, 40])).toEqual({
    status: 0,
    signal: null,
    stdout: 'ENGINE_UNAVAILABLE '.repeat(3),
    stderr: '',
  })
})

it('so does one that was told to stop, and has not noticed yet', async () => {
  const what = 'stop.abort(); await engine.close(); process.stdout.write(await code + " ")'
  expect(await whileHearing(what, [10, 30])).toMatchObject({status: 0, stdout: 'CANCELLED CANCELLED ', stderr: ''})
})

it('a process that ends while a thread computes ends with its own status', async () => {
  expect(await whileHearing('process.exit(7)', [20])).toEqual({status: 7, signal: null, stdout: '', stderr: ''})
})
