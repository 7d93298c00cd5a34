// The settings tell the truth: what is documented is read by something, and what is not says so (`planned`).
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Variable} from '@essence/core/config/declaration'
import {servicePackageSchema} from '@essence/core/release/manifest'
import {parseSync, Visitor} from 'rolldown/utils'
import {describe, expect, it} from 'vitest'
import {settingsGroups} from '../../tools/docs/settings-groups.ts'
import {codeBelow, root} from './imports.ts'

/** What a source reads by its name (`settings.NAME`, `{NAME} = settings`, `find('NAME')`), and names that it makes up. */
const readsOf = (file: string, source: string): {names: string[]; madeUp: string[]} => {
  const names: string[] = []
  const madeUp: string[] = []
  const {program, errors} = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  const text = (node: {type: string}): void => {
    if (node.type === 'Literal' && 'value' in node) names.push(String(node.value))
  }
  new Visitor({
    MemberExpression({property, computed}) {
      if (!computed && property.type === 'Identifier') names.push(property.name)
      text(property)
      if (property.type === 'TemplateLiteral' && property.quasis.some(({value}) => /_[A-Z]|[A-Z]_/.test(value.raw)))
        madeUp.push(source.slice(property.start, property.end))
    },
    ObjectPattern({properties}) {
      for (const property of properties)
        if (property.type === 'Property' && property.key.type === 'Identifier') names.push(property.key.name)
    },
    CallExpression: call => call.arguments.forEach(text),
  }).visit(program)
  return {names, madeUp}
}

const shellReadsOf = (source: string): string[] =>
  [...source.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name)

const product = ['src', 'plugins', 'commands', 'bin'].flatMap(codeBelow)
const reads = product.map(file => ({file, ...readsOf(file, readFileSync(join(root, file), 'utf8'))}))
const scripts = globSync('{bin,templates}/*.sh', {cwd: root})
const read = new Set([
  ...reads.flatMap(({names}) => names),
  ...scripts.flatMap(file => shellReadsOf(readFileSync(join(root, file), 'utf8'))),
])

const groups = await settingsGroups(root)
const variables: [string, Variable][] = groups.flatMap(group => Object.entries(group.variables))

describe('every variable', () => {
  it('is read by code, or planned', () => {
    expect(variables.filter(([name, {planned}]) => !planned && !read.has(name)).map(([name]) => name)).toEqual([])
  })

  it('that is planned is read by nothing: what is read is a setting', () => {
    expect(variables.filter(([name, {planned}]) => planned && read.has(name)).map(([name]) => name)).toEqual([])
  })

  it('is read by its whole name, so that it can be found', () => {
    expect(reads.flatMap(({file, madeUp}) => madeUp.map(name => `${file}: ${name}`))).toEqual([])
  })
})

it('the rooms of the core name no plugin', () => {
  const named = /^(TELEGRAM|GATEWAY)_[A-Z]/
  const guilty = codeBelow('src').filter(file =>
    reads.find(one => one.file === file)?.names.some(name => named.test(name)),
  )
  expect(guilty).toEqual([])
})

describe('readsOf', () => {
  /** As it would stand in a template. */
  const name = '$' + '{name}'
  const namesIn = (source: string) => readsOf('x.ts', source).names

  it.each([
    'settings.BELL_PORT',
    `say(\`at ${name.replace('name', 'settings.BELL_PORT')}\`)`,
    "env['BELL_PORT']",
    'const {BELL_PORT: port} = settings',
    'const port = ({BELL_PORT}: Settings) => BELL_PORT',
    "find('BELL_PORT', settings)",
  ])('finds %s', source => {
    expect(namesIn(source)).toContain('BELL_PORT')
  })

  it.each([
    '// settings.BELL_PORT',
    "say('Set BELL_PORT to another.')",
    `say(\`Set ${name}, or BELL_PORT\`)`,
    "type Own = Pick<Settings, 'BELL_PORT'>",
    'read({flags: {BELL_PORT: port}})',
  ])('takes %s for no reading', source => {
    expect(namesIn(source)).not.toContain('BELL_PORT')
  })

  it('finds a name that is put together', () => {
    expect(readsOf('x.ts', `settings[\`${name}_PORT\`]`).madeUp).toEqual([`\`${name}_PORT\``])
  })
})

it('what a release asks for before it is deployed is a setting of its plugin; telegram asks for its token', () => {
  const names = variables.map(([name]) => name)
  const required = globSync('plugins/*/package.json', {cwd: root}).flatMap(file => {
    const {essence} = JSON.parse(readFileSync(join(root, file), 'utf8'))
    return essence === undefined ? [] : servicePackageSchema.parse(essence).requires
  })
  expect(required).toContain('TELEGRAM_BOT_TOKEN')
  expect(required.filter(name => !names.includes(name))).toEqual([])
})
