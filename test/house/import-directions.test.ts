// Who may import whom (see "Rooms" in CONTRIBUTING.md), how large a folder is, and who may know a terminal.
import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {circlesOf, codeBelow, type Import, importsOf, root} from './imports.ts'

/** Rooms of `src`, the lowest floor first; `room/port`: only its interface, not what stands behind it. */
const allowed: Record<string, readonly string[]> = {
  kit: [],

  compute: ['kit'],
  text: ['kit'],
  report: ['kit', 'compute'],
  accuracy: ['kit', 'text', 'report'],
  audio: ['kit'],
  onnx: ['kit', 'compute'],
  rpc: ['kit'],
  config: ['kit', 'compute'],
  store: ['kit', 'text'],
  access: ['kit', 'config', 'store'],

  models: ['kit', 'compute', 'config', 'report'],
  speaker: ['kit', 'audio', 'onnx'],
  stt: ['kit', 'compute', 'text', 'audio', 'onnx', 'rpc'],
  tts: ['kit', 'compute', 'text', 'audio', 'onnx', 'rpc'],
  llm: ['kit', 'compute'],
  memory: ['kit', 'text', 'llm/port', 'llm/embedding-port', 'store'],
  documents: ['kit', 'text', 'llm/embedding-port', 'store'],
  tools: ['kit', 'text', 'llm/port', 'store', 'memory/port', 'documents/port'],
  release: ['kit', 'config'],
  datasets: ['kit', 'report', 'accuracy', 'config', 'models'],

  assistant: [
    'kit',
    'compute',
    'text',
    'rpc',
    'llm/port',
    'llm/chat-input',
    'llm/embedding-port',
    'memory/port',
    'documents/port',
    'tools/port',
  ],
  voice: ['kit', 'text', 'audio', 'stt/port', 'tts/port', 'assistant/port'],
  conversation: [
    'kit',
    'text',
    'audio',
    'onnx',
    'stt/port',
    'stt/duration',
    'stt/vad/vad',
    'tts/port',
    'assistant/port',
    'voice',
  ],

  engines: [
    'kit',
    'rpc',
    'compute',
    'report',
    'config',
    'text',
    'audio',
    'models',
    'speaker',
    'stt',
    'tts',
    'llm',
    'store',
    'memory',
    'documents',
    'tools',
    'assistant',
    'voice/turn-context',
    'conversation',
  ],

  benchmark: [
    'kit',
    'compute',
    'config',
    'report',
    'audio',
    'models',
    'stt/port',
    'tts',
    'llm/port',
    'assistant',
    'voice',
    'engines',
  ],
  service: ['kit', 'compute', 'config', 'access', 'rpc', 'engines'],
  proof: [
    'kit',
    'compute',
    'report',
    'accuracy',
    'audio',
    'rpc',
    'config',
    'datasets',
    'stt/port',
    'tts/port',
    'assistant/mock',
    'engines',
    'service',
  ],
  doctor: ['kit', 'compute', 'config', 'access', 'engines', 'service'],
  channel: [
    'kit',
    'compute',
    'config',
    'store/shared/open',
    'store/shared/shared',
    'access',
    'text',
    'report',
    'audio',
    'speaker/port',
    'stt/port',
    'tts',
    'tools/port',
    'assistant/port',
    'voice',
    'engines',
    'service',
  ],
  cli: [
    'kit',
    'compute',
    'config',
    'access',
    'text',
    'report',
    'audio',
    'models',
    'speaker',
    'stt',
    'tts',
    'release',
    'memory/port',
    'documents/port',
    'tools/port',
    'assistant/port',
    'voice/events',
    'conversation',
    'datasets',
    'engines',
    'benchmark',
    'service',
    'proof',
    'channel/turn-log',
  ],
}

const src = codeBelow('src')
const edges = src.flatMap(importsOf)
const within = edges.filter(({to}) => to.startsWith('src/'))

const roomOf = (path: string): string => path.split('/')[1] ?? ''

/** `src/stt/vad` for a file in a folder of a room; the file itself for one at its root. */
const innerRoomOf = (path: string): string => {
  const parts = path.split('/')
  return parts.length > 3 ? parts.slice(0, 3).join('/') : path
}

const mayImport = ({from, to}: Import): boolean => {
  const [room, other] = [roomOf(from), roomOf(to)]
  return room === other || (allowed[room] ?? []).some(rule => rule === other || `src/${rule}.ts` === to)
}

/** Folders with their own files, not those of folders within. */
const folders = (files: readonly string[]): Map<string, string[]> => Map.groupBy(files, dirname)

describe('import directions', () => {
  it('finds imports at all', () => {
    expect(within.length).toBeGreaterThan(1000)
  })

  it('every room of src stands in the table', () => {
    expect([...new Set(src.map(roomOf))].filter(room => !(room in allowed))).toEqual([])
  })

  it('CONTRIBUTING.md tells the same table', () => {
    const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    const lines = [...page.matchAll(/^- `src\/(\w+)\/`: [^\0]*?Imports: ([^.]+)\.$/gm)]
    const told = lines.map(([, room, list = '']) => [room, list === 'nothing' ? [] : list.split(/,\s+/)])
    expect(Object.fromEntries(told)).toEqual(allowed)
  })

  it('a room imports only what its row allows', () => {
    expect(within.filter(edge => !mayImport(edge))).toEqual([])
  })

  it('a room stands above everything in its row', () => {
    const order = Object.keys(allowed)
    const upward = order.flatMap((room, floor) =>
      (allowed[room] ?? []).filter(rule => order.indexOf(rule.split('/')[0] ?? '') >= floor).map(rule => [room, rule]),
    )
    expect(upward).toEqual([])
  })

  it('nothing goes in a circle: no room, no folder of a room, no file', () => {
    expect(circlesOf(within.map(({from, to}) => [from, to]))).toEqual([])
    expect(circlesOf(within.map(({from, to}) => [roomOf(from), roomOf(to)]))).toEqual([])
    expect(circlesOf(within.map(({from, to}) => [innerRoomOf(from), innerRoomOf(to)]))).toEqual([])
  })

  it('a plugin imports its own rooms and the core, never another plugin nor a command', () => {
    const bad = codeBelow('plugins')
      .flatMap(importsOf)
      .filter(({from, to}) => {
        if (!/^(src|plugins|commands)\//.test(to)) return false
        const own = `${from.split('/').slice(0, 2).join('/')}/`
        return !(to.startsWith('src/') || to.startsWith(own))
      })
    expect(bad).toEqual([])
  })

  it('a command imports the core only', () => {
    const bad = codeBelow('commands')
      .flatMap(importsOf)
      .filter(({to}) => /^(plugins|commands|test)\//.test(to))
    expect(bad).toEqual([])
  })
})

describe('the terminal', () => {
  /** Commands, ours and of plugins, and the room that holds what they share. */
  const knowsTerminal = (file: string): boolean => /^(src\/cli|commands|plugins\/[^/]+\/commands)\//.test(file)
  const everything = [...src, ...codeBelow('plugins'), ...codeBelow('commands')]

  it('is known to commands and to src/cli alone', () => {
    const bad = everything
      .filter(file => !knowsTerminal(file))
      .flatMap(importsOf)
      .filter(({to}) => to.startsWith('src/cli/') || to === 'listr2')
    expect(bad).toEqual([])
  })

  it('oclif is theirs too, but for loading the commands that a release carries', () => {
    const users = everything
      .filter(file => !knowsTerminal(file))
      .flatMap(importsOf)
      .filter(({to}) => to.startsWith('@oclif/'))
      .map(({from}) => from)
    expect(new Set(users)).toEqual(
      new Set(['src/release/packaging/collect/plugin-commands.ts', 'src/release/operations/check-release.ts']),
    )
  })
})

describe('folders', () => {
  const all = folders([...src, ...codeBelow('plugins'), ...codeBelow('commands')])

  it('hold 20 files at most', () => {
    expect([...all].filter(([, files]) => files.length > 20).map(([folder, {length}]) => [folder, length])).toEqual([])
  })

  it('have no name that tools pass over', () => {
    expect([...all.keys()].filter(folder => /(^|\/)(build|dist|out)(\/|$)/.test(folder))).toEqual([])
  })
})

describe('circlesOf', () => {
  it('finds circles, long ones too, and only those', () => {
    expect(
      circlesOf([
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'c'],
      ]),
    ).toEqual([])
    expect(
      circlesOf([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['d', 'a'],
      ]),
    ).toEqual([['a', 'b', 'c']])
  })
})
