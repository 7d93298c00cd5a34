// Who may import whom (see "Rooms" in CONTRIBUTING.md). A room reaches only what stands in its row.
import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {describe, expect, it} from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** `port` after a room's name: only its port.ts, the interface, not its engines. */
const allowed: Record<string, string[]> = {
  kit: [],
  text: [],
  config: ['kit'],
  audio: ['kit'],
  models: ['kit', 'config'],
  onnx: ['kit'],
  rpc: ['kit'],
  access: ['kit', 'config'],
  stt: ['kit', 'audio', 'models', 'onnx', 'rpc'],
  tts: ['kit', 'audio', 'models', 'text', 'onnx', 'rpc'],
  llm: ['kit', 'models'],
  assistant: ['kit', 'llm/port'],
  voice: ['kit', 'text', 'audio', 'stt/port', 'tts/port', 'assistant/port'],
  service: ['kit', 'config'],
  'engine-service': ['kit', 'config', 'access', 'rpc', 'engines', 'service'],
  doctor: ['kit', 'config', 'engines'],
  release: ['kit', 'config'],
  engines: ['kit', 'config', 'audio', 'models', 'onnx', 'stt', 'tts', 'llm', 'assistant'],
}

interface Import {
  from: string
  to: string
}

/** Every relative or `@essence/*` import below a folder, as paths from the root without extension. */
const importsBelow = (folder: string): Import[] =>
  readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
    .filter(
      entry =>
        entry.isFile() && entry.name.endsWith('.ts') && !/[/\\](dist|node_modules)([/\\]|$)/.test(entry.parentPath),
    )
    .flatMap(entry => {
      const file = join(entry.parentPath, entry.name)
      const source = readFileSync(file, 'utf8')
      return [...source.matchAll(/(?:from|import)\s*\(?\s*'((?:\.|@essence\/)[^']+)'/g)].map(([, target = '']) => ({
        from: relative(root, file),
        to: target.startsWith('.')
          ? relative(root, resolve(dirname(file), target)).replace(/\.[jt]s$/, '')
          : target.replace('@essence/core/', 'src/').replace('@essence/plugin-', 'plugins/'),
      }))
    })

const mayImport = ({from, to}: Import): boolean => {
  const [, room = ''] = from.split('/')
  const [area, otherRoom = '', ...rest] = to.split('/')
  if (area !== 'src') return false
  if (room === otherRoom) return true
  return (allowed[room] ?? []).some(rule => rule === otherRoom || rule === [otherRoom, ...rest].join('/'))
}

describe('import directions', () => {
  it('finds imports at all', () => {
    expect(importsBelow('src').length).toBeGreaterThan(5)
  })

  it('every room of src stands in the table', () => {
    const rooms = readdirSync(join(root, 'src'), {withFileTypes: true})
      .filter(entry => entry.isDirectory() && !['dist', 'node_modules'].includes(entry.name))
      .map(entry => entry.name)
    expect(rooms.filter(room => !(room in allowed))).toEqual([])
  })

  it('a room imports only what its row allows', () => {
    expect(importsBelow('src').filter(edge => !mayImport(edge))).toEqual([])
  })

  it('no room reaches itself through others', () => {
    const edges = new Map<string, Set<string>>()
    for (const {from, to} of importsBelow('src')) {
      const [a = '', b = ''] = [from.split('/')[1], to.split('/')[1]]
      if (a !== b) edges.set(a, (edges.get(a) ?? new Set()).add(b))
    }
    const reaches = (start: string, goal: string, seen = new Set<string>()): boolean =>
      [...(edges.get(start) ?? [])].some(
        next => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
      )
    expect([...edges.keys()].filter(room => reaches(room, room))).toEqual([])
  })

  it('a plugin imports its own rooms and the core, never another plugin nor a command', () => {
    const bad = importsBelow('plugins').filter(({from, to}) => {
      const [, plugin] = from.split('/')
      if (from.split('/')[2] === 'test') return false
      return !(to.startsWith('src/') || to.startsWith(`plugins/${plugin}/`))
    })
    expect(bad).toEqual([])
  })

  it('a command imports the core only', () => {
    expect(importsBelow('commands').filter(({to}) => !to.startsWith('src/') && !to.startsWith('commands/'))).toEqual([])
  })
})
