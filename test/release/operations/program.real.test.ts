// The host program, as whoever asks it over SSH does.
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {hostReplySchema} from '@essence/core/release/host/protocol'
import {beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleHostProgram, runProgram} from '../host/fixture.ts'

const folder = temporaryFolder()
let program: string
beforeAll(async () => {
  program = await bundleHostProgram(folder)
})

/** Its last line, parsed as the other side does. */
const ask = async (operation: string, standardInput: string) => {
  const child = spawn(process.execPath, [program, operation], {stdio: ['pipe', 'pipe', 'inherit']})
  child.stdin.on('error', () => {})
  child.stdin.end(standardInput)
  const lines = (await text(child.stdout)).trim().split('\n')
  return hostReplySchema.parse(JSON.parse(lines.at(-1) ?? ''))
}

it('answers what it is asked, and ends', async () => {
  const asked = runProgram(program, 'facts', join(folder, 'june'), {})
  expect(await asked.ended).toEqual([0, null])
  const facts = {os: process.platform, arch: process.arch, node: process.versions.node, root: join(folder, 'june')}
  expect(asked.lines).toEqual([{result: {...facts, user: expect.any(String), freeBytes: expect.any(Number)}}])
})

describe('does nothing for a request that is wrong', () => {
  const valid = {service: 'echo', drainMs: 1}
  it.each<[string, string, string, RegExp]>([
    ['no operation', 'reboot', '{"input": {}}\n', /names no operation: "reboot"/],
    ['a name every object has', 'constructor', '{"input": {}}\n', /names no operation/],
    ['no line', 'facts', '', /has no line/],
    ['half a line', 'facts', '{"input":', /has no line/],
    ['no JSON', 'facts', 'hello\n', /is no JSON/],
    ['no object', 'facts', '[]\n', /is wrong/],
    ['a relative root', 'stop', `${JSON.stringify({root: 'june', input: valid})}\n`, /is wrong/],
    [
      'a service that leads elsewhere',
      'stop',
      `${JSON.stringify({input: {...valid, service: '../../etc'}})}\n`,
      /wrong at service/,
    ],
    ['a field more', 'stop', `${JSON.stringify({input: {...valid, also: 'reboot'}})}\n`, /is wrong/],
    ['a time without end', 'stop', `${JSON.stringify({input: {...valid, drainMs: 1e12}})}\n`, /wrong at drainMs/],
    ['a line without end', 'facts', 'x'.repeat(2 ** 20 + 2), /is too long/],
  ])('%s', async (_, operation, line, says) => {
    expect(await ask(operation, line)).toMatchObject({error: {code: 'USAGE', message: expect.stringMatching(says)}})
  })
})
