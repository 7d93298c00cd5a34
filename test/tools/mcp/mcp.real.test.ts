import {spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Store} from '@essence/core/store/store'
import {openToolbox, type ToolboxOptions} from '@essence/core/tools/open'
import type {Toolbox} from '@essence/core/tools/port'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {storeKinds} from '../../store/stores.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {callOf, context} from '../tool-context.ts'

const everything = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))
const faulty = join(import.meta.dirname, 'children/faulty-server.ts')
const patience = {timeout: 60_000}

let store: Store
beforeAll(async () => {
  store = (await (storeKinds()[0] as ReturnType<typeof storeKinds>[number]).create()).store
}, 120_000)
afterAll(() => store.close())

const opened: Toolbox[] = []
afterEach(async () => {
  for (const toolbox of opened.splice(0)) await toolbox.close()
}, 60_000)

const open = async (mcpServers: object, options: ToolboxOptions = {}): Promise<Toolbox> => {
  const path = join(temporaryFolder(), 'mcp.json')
  writeFileSync(path, JSON.stringify({mcpServers}))
  const toolbox = await openToolbox({store, mcpServers: path, mcpStartMs: 60_000, ...options})
  opened.push(toolbox)
  return toolbox
}
/** As the file asks for it. */
const variable = (name: string): string => `\${${name}}`
const faultyServer = (env: Record<string, string> = {}) => ({command: process.execPath, args: [faulty], env})
const namesOf = (toolbox: Toolbox, server: string) =>
  toolbox.definitions.map(({name}) => name).filter(name => name.startsWith(server))
const call = (toolbox: Toolbox, name: string, input: object = {}) =>
  toolbox.call(callOf(name, input), context()) as Promise<{kind: string; text: string}>

describe('the example server of the protocol', () => {
  const sum = {a: 2, b: 40}

  it('is used over stdio', patience, async () => {
    const toolbox = await open({demo: {command: process.execPath, args: [everything], trusted: ['echo', 'get-sum']}})
    expect(toolbox.lacks).toEqual([])
    expect(namesOf(toolbox, 'demo')).toContain('demo_get-sum')
    expect(await call(toolbox, 'demo_get-sum', sum)).toMatchObject({
      kind: 'result',
      text: expect.stringContaining('42'),
    })
    expect(await call(toolbox, 'demo_get-sum', {a: 'two'})).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('arguments of demo_get-sum are wrong'),
    })
  })

  it('is used over streamable HTTP, and again after it was away', patience, async () => {
    const port = await freePort()
    const start = async () => {
      const child = spawn(process.execPath, [everything, 'streamableHttp'], {
        env: {...process.env, PORT: String(port)},
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      await new Promise<void>(resolve =>
        child.stderr.on('data', data => String(data).includes('listening') && resolve()),
      )
      return child
    }
    const end = async (child: Awaited<ReturnType<typeof start>>) => {
      child.kill('SIGKILL')
      await new Promise(resolve => child.once('exit', resolve))
    }
    const first = await start()
    const toolbox = await open({web: {url: `http://127.0.0.1:${port}/mcp`, trusted: ['get-sum']}})
    expect(await call(toolbox, 'web_get-sum', sum)).toMatchObject({kind: 'result', text: expect.stringContaining('42')})
    await end(first)
    expect(await call(toolbox, 'web_get-sum', sum)).toMatchObject({kind: 'error'})
    await expect.poll(() => toolbox.lacks.join()).toContain('MCP server web:')
    const second = await start()
    await expect.poll(() => toolbox.lacks, {timeout: 30_000}).toEqual([])
    expect(await call(toolbox, 'web_get-sum', sum)).toMatchObject({kind: 'result'})
    await toolbox.close()
    await end(second)
  })
})

describe('a server of MCP_SERVERS', () => {
  it('names its tools for every model; what does not say that it only reads asks first', patience, async () => {
    const toolbox = await open({'my files': {...faultyServer(), trusted: ['write', 'gone']}})
    expect(namesOf(toolbox, 'my_files')).toContain('my_files_read_thing__')
    expect(await call(toolbox, 'my_files_claims')).toMatchObject({kind: 'confirm'})
    expect(await call(toolbox, 'my_files_write')).toMatchObject({
      kind: 'result',
      text: expect.stringContaining('written'),
    })
    expect(toolbox.lacks).toEqual(['MCP server my files: it has no tool gone, which is named as trusted'])
  })

  it('has what the file gives it of our environment, and nothing else', patience, async () => {
    process.env['NODE_SECRET'] = 'leaked'
    const toolbox = await open(
      {one: faultyServer({TOKEN: `x-${variable('MY_TOKEN')}`})},
      {environment: {MY_TOKEN: 'abcdefgh-token'}},
    )
    const {text} = await call(toolbox, 'one_read_thing__')
    // The server knows it; the model and the logs do not.
    expect(text).toContain('token [redacted], clean')
  })

  it('gives errors, floods and pictures as text', patience, async () => {
    const toolbox = await open({one: faultyServer()}, {timeoutMs: 2000, resultCharacters: 1000})
    expect(await call(toolbox, 'one_fails')).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('no such row'),
    })
    expect(await call(toolbox, 'one_throws')).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('broken inside'),
    })
    const {text} = await call(toolbox, 'one_floods')
    expect(text.length).toBeLessThan(1500)
    expect((await call(toolbox, 'one_picture')).text).toContain(
      '[image, image/png, 3 bytes]\n[link to a.txt: file:///a.txt]',
    )
    expect(await call(toolbox, 'one_hangs')).toMatchObject({kind: 'error', text: expect.stringContaining('within 2 s')})
    expect(await call(toolbox, 'one_picture')).toMatchObject({kind: 'result'})
  })

  it('that dies is an error outcome and is started again; the others go on', patience, async () => {
    const starts = join(temporaryFolder(), 'starts')
    const toolbox = await open({one: faultyServer({STARTS: starts}), two: faultyServer()})
    const before = toolbox.definitions
    expect(await call(toolbox, 'one_dies')).toMatchObject({kind: 'error'})
    expect(toolbox.lacks.join()).toContain('MCP server one:')
    expect(await call(toolbox, 'one_picture')).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('not there'),
    })
    expect(await call(toolbox, 'two_picture')).toMatchObject({kind: 'result'})
    await expect.poll(() => toolbox.lacks, {timeout: 30_000}).toEqual([])
    expect(await call(toolbox, 'one_picture')).toMatchObject({kind: 'result'})
    expect(toolbox.definitions).toBe(before)
    expect(readFileSync(starts, 'utf8').split('\n').length).toBeGreaterThan(2)
  })

  it('that does not start, or is slow, holds nothing up and is named with its last words', patience, async () => {
    const toolbox = await open(
      {
        broken: faultyServer({FAULT: 'start'}),
        slow: faultyServer({FAULT: 'slow'}),
        missing: {command: 'no-such-program'},
      },
      {mcpStartMs: 3000},
    )
    expect(namesOf(toolbox, 'calculator')).toEqual(['calculator'])
    await expect
      .poll(() => toolbox.lacks, {timeout: 30_000})
      .toEqual([
        'MCP server broken: Connection closed: the database of this server is not there',
        'MCP server slow: it is starting',
        'MCP server missing: spawn no-such-program ENOENT',
      ])
  })
})

it('tools that come late do not change the prompts of this process', patience, async () => {
  const toolbox = await open({late: faultyServer({FAULT: 'late'})}, {mcpStartMs: 50})
  const before = toolbox.definitions.length
  await expect
    .poll(() => toolbox.lacks, {timeout: 30_000})
    .toEqual(['MCP server late: it came late; its tools are used from the next start on'])
  expect(toolbox.definitions).toHaveLength(before)
  expect(namesOf(toolbox, 'late')).toEqual([])
})

describe('the file of servers', () => {
  it.each([
    ['{', 'JSON'],
    ['{}', 'mcpServers'],
    ['{"mcpServers": {"a": {"command": "x", "arg": []}}}', 'arg'],
    ['{"mcpServers": {"a": {"url": "ftp://x"}}}', 'url'],
    [`{"mcpServers": {"a": {"url": "http://x", "headers": {"authorization": "${variable('NOT_SET')}"}}}}`, 'NOT_SET'],
  ])('%s is refused, and says why', async (content, said) => {
    const path = join(temporaryFolder(), 'mcp.json')
    writeFileSync(path, content)
    await expect(openToolbox({mcpServers: path, environment: {}})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(said),
    })
  })

  it('that is not there is refused', async () => {
    await expect(openToolbox({mcpServers: '/no/such/file.json'})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })
})
