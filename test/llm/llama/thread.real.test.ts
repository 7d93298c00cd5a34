// What a language model costs the thread that asks for it, and how a process ends that has one.
import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {expect, it} from 'vitest'
import {root} from '../../kit/run-essence.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {tinyGguf} from './tiny-gguf.ts'

const folder = temporaryFolder()
const modelPath = join(folder, 'endless.gguf')
writeFileSync(modelPath, tinyGguf({script: ['\n', 'tick', ' tock', 'tick']}))
const options = JSON.stringify({modelPath, threads: 1, device: {backend: 'cpu'}, contextTokens: 2048})
const fileOf = (name: string): string => JSON.stringify(pathToFileURL(join(root, `src/llm/llama/${name}.ts`)))

/** What a process of its own does with the model. */
const inProcess = (source: string) => {
  const script = join(folder, 'script.mjs')
  const head = `import {setTimeout as pause} from 'node:timers/promises'
    import {loadLlama} from ${fileOf('load')}
    import {openLlama} from ${fileOf('llama')}
    const question = [{role: 'user', content: 'Well?'}]
    const options = ${options}\n`
  writeFileSync(script, head + source)
  const {status, signal, stdout, stderr} = spawnSync(process.execPath, [script], {encoding: 'utf8'})
  return {status, signal, stdout, stderr}
}

/** CPU time of the thread that opens a model, in ms: what it has no time for anything else. */
const heldUpMs = (open: 'loadLlama' | 'openLlama'): number => {
  const {stdout, stderr} = inProcess(`
    const before = process.threadCpuUsage()
    const model = await ${open}(options)
    process.stdout.write(String(process.threadCpuUsage(before).user / 1000))
    await model.close()`)
  expect(stderr).toBe('')
  return Number(stdout)
}

it('loads without holding up who asks: a fifth of what it takes here at most', () => {
  const here = heldUpMs('loadLlama')
  expect(here).toBeGreaterThan(0)
  expect(heldUpMs('openLlama')).toBeLessThan(here / 5)
})

it.each([1, 30, 100])('a process that ends %i ms into an answer ends with its own status', ms => {
  const source = `
    const model = await openLlama(options)
    const answering = (async () => { for await (const _ of model.chat(question)) {} })().catch(() => {})
    await pause(${ms})
    process.exit(7)`
  expect(inProcess(source)).toEqual({status: 7, signal: null, stdout: '', stderr: ''})
})

it('ends an answer whose reader has gone, or whose model is closed', () => {
  const source = `
    const model = await openLlama(options)
    for await (const _ of model.chat(question)) break
    const answering = (async () => { for await (const _ of model.chat(question)) {} })().catch(({code}) => code)
    await pause(30)
    await model.close()
    process.stdout.write(await answering)`
  expect(inProcess(source)).toEqual({status: 0, signal: null, stdout: 'ENGINE_UNAVAILABLE', stderr: ''})
})

it('a start that is cancelled ends, and says what happened', () => {
  const source = `
    const signal = AbortSignal.timeout(50)
    await openLlama({...options, signal}).catch(({code}) => process.stdout.write(code))`
  expect(inProcess(source)).toEqual({status: 0, signal: null, stdout: 'CANCELLED', stderr: ''})
})
