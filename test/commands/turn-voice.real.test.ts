// What `essence turn` does with a voice that fails or has nothing to say: the one thing its mocks never do.
import {existsSync, readdirSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {EssenceError} from '@essence/core/kit/errors'
import {afterEach, beforeAll, describe, expect, it, vi} from 'vitest'
import {type Script, scriptedEngines} from '../engines/scripted.ts'
import {root} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
const [question, reply] = [join(folder, 'question.wav'), join(folder, 'reply.ogg')]

beforeAll(async () => {
  const second = (async function* () {
    yield {pcm: new Float32Array(16_000).fill(0.1), sampleRate: 16_000}
  })()
  await writeFile(question, await encodeToBytes(second, 'wav'))
})
afterEach(() => vi.restoreAllMocks())

const turn = async (script: Script) => {
  vi.doMock('@essence/core/engines/open', () => ({
    openEngines: async () => scriptedEngines(script),
  }))
  let printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
  const {default: Turn} = await import('../../commands/turn.ts')
  const exit = await Turn.run([question, '-o', reply, '--json'], {root}).then(
    () => 0,
    error => error.oclif?.exit as number,
  )
  return {exit, ...(JSON.parse(printed) as object)}
}

describe('essence turn', () => {
  it('tells the answer and why it could not be spoken, and leaves no half of it', async () => {
    const beforeSpeech = (text: string) => {
      if (text.includes('two')) throw new EssenceError('ENGINE_FAILED', 'The voice broke.')
    }
    expect(await turn({answer: ['Number one. ', 'Number two. '], beforeSpeech})).toMatchObject({
      exit: 6,
      ok: false,
      data: {heard: 'hello june', answered: 'Number one. Number two. ', output: null},
      error: {code: 'ENGINE_FAILED', message: 'The voice broke.'},
    })
    expect(readdirSync(folder)).toEqual(['question.wav'])
  })

  it('warns when nothing of the answer can be spoken', async () => {
    expect(await turn({answer: ['```\ncode\n```\n']})).toMatchObject({
      exit: 0,
      ok: true,
      data: {answered: '```\ncode\n```\n', output: null},
      warnings: [expect.stringContaining('Nothing of the answer can be spoken')],
    })
    expect(existsSync(reply)).toBe(false)
  })
})
