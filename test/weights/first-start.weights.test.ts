// The whole first start, on published weights: `essence up` on a machine without models, a conversation with the demonstration, and a
// spoken turn on the real models that came meanwhile.
import {readFileSync} from 'node:fs'
import {requiredFor} from '@essence/core/models/catalogue/catalogue'
import {expect, it} from 'vitest'
import {commandFolder} from '../commands/command-folder.ts'
import {freePort} from '../kit/free-port.ts'
import {essence} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {peerFor} from '../models/setup.ts'
import type {PeerRepo} from '../peers/hub.ts'
import {piper, smolLM2, whisper} from './published.ts'

/** Which weights are served for the models of the profile `light`, by kind. */
const standIns = {
  stt: [whisper['tiny.en'].path],
  llm: [smolLM2.path],
  tts: [piper.path, `${piper.path}.json`],
}
const missing = whisper['tiny.en'].missing || smolLM2.missing || piper.missing

const reposOf = (): Record<string, PeerRepo> => {
  const repos: Record<string, PeerRepo> = {}
  for (const {kind, repo, files} of requiredFor('light')) {
    const contents = standIns[kind as keyof typeof standIns].map(path => readFileSync(path))
    const named = files.map(({path}, index) => [path, contents[index]])
    repos[repo] = {files: {...repos[repo]?.files, ...Object.fromEntries(named)}}
  }
  return repos
}

interface Line {
  type: string
  text?: string
}

it.skipIf(missing)(`one command ends in a spoken turn on real models${missing}`, {timeout: 300_000}, async () => {
  const {folder, path, env} = commandFolder()
  const gate = Promise.withResolvers<void>()
  const peer = await peerFor({repos: reposOf(), onPiece: () => gate.promise, pieceBytes: 1 << 20})
  const port = await freePort()
  const here = `http://127.0.0.1:${port}`
  const status = async () =>
    (await (await fetch(`${here}/api/status`)).json()) as {lines: string[]; models?: {state: string}}
  const turn = async (body: string | Uint8Array<ArrayBuffer>, type: string): Promise<Line[]> => {
    const response = await fetch(`${here}/api/turn?session=one`, {
      method: 'POST',
      headers: {'content-type': type},
      body,
    })
    return (await response.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  }
  const write = (text: string): Promise<Line[]> =>
    turn(JSON.stringify({text, session: 'one', speak: false}), 'application/json')
  const answerOf = (lines: Line[]): string => lines.find(({type}) => type === 'done')?.text ?? JSON.stringify(lines)

  const question = path('question.wav')
  expect(await essence(['say', 'Hello June, how are you today?', '-o', question], env, folder)).toMatchObject({
    status: 0,
  })
  const settings = {
    ...{...env, HF_ENDPOINT: peer.endpoint, GATEWAY_PORT: `${port}`, LLM_THREADS: '1', MODEL_MAX_TOKENS: '24'},
    ...{
      STT_PORT: '0',
      STT_METRICS_PORT: '0',
      TTS_PORT: '0',
      TTS_METRICS_PORT: '0',
      LLM_PORT: '0',
      INFERENCE_METRICS_PORT: '0',
    },
  }
  const up = startEssence(['up', '--models', 'light'], settings, folder, 280_000)
  await up.until('Ctrl-C stops June')
  expect(answerOf(await write('My name is Ada.'))).toContain('Ada')

  gate.resolve()
  await up.until('June changes to them')
  // Turns go on through the change, each to its end.
  for (;;) {
    const answer = answerOf(await write('What is my name?'))
    if (!(await status()).models) break
    expect(answer).not.toBe('')
  }
  await up.until('June runs on real models.')
  expect((await status()).lines.join('\n')).toMatch(/ggml-base-q8_0[\s\S]*llama\.cpp[\s\S]*piper/)

  const lines = await turn(new Uint8Array(readFileSync(question)), 'audio/wav')
  expect(lines.find(({type}) => type === 'transcript')?.text).toMatch(/how are you/i)
  expect(answerOf(lines)).not.toContain('demonstration')
  expect(lines.filter(({type}) => type === 'speech').length).toBeGreaterThan(0)
  up.child.kill('SIGTERM')
  expect(await up.ended).toMatchObject({status: 0})
})
