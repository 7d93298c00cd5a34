// Writes the code and the descriptors of proto/ to src/rpc/generated; --check only compares.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'

const root = join(import.meta.dirname, '..')
const home = join(root, 'src/rpc/generated')
const check = process.argv.includes('--check')
const target = check ? mkdtempSync(join(tmpdir(), 'essence-protos-')) : home

const buf = (...args: string[]): Buffer => {
  const env = {...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`}
  const {status, stdout, stderr} = spawnSync(join(root, 'node_modules/.bin/buf'), args, {cwd: join(root, 'proto'), env})
  if (status !== 0) throw new Error(`buf ${args[0]} failed: ${stderr}${stdout}`)
  return stdout
}

/** The descriptors as a module: a build of TypeScript carries no other files. */
const descriptors = (): string => {
  const lines =
    buf('build', '--as-file-descriptor-set', '-o', '-')
      .toString('base64')
      .match(/.{1,120}/g) ?? []
  const text = lines.map(line => `  '${line}',`).join('\n')
  return `// Written by tools/write-protos.ts from proto/. Do not edit.

/** A \`google.protobuf.FileDescriptorSet\` of every proto, for reflection. */
export const descriptorSet: Uint8Array = Buffer.from(
  [
${text.replaceAll(/^/gm, '  ')}
  ].join(''),
  'base64',
)
`
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()

const read = (folder: string, file: string): string | undefined => {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return undefined
  }
}

try {
  const config = readFileSync(join(root, 'proto/buf.gen.yaml'), 'utf8')
    .replace('../node_modules', join(root, 'node_modules'))
    .replace('../src/rpc/generated', target)
  if (!check) rmSync(home, {recursive: true, force: true})
  buf('lint')
  buf('generate', '--path', 'june', '--template', config)
  writeFileSync(join(target, 'descriptor-set.ts'), descriptors())
  const names = new Set([...filesIn(target), ...filesIn(home)])
  const stale = [...names].filter(file => read(target, file) !== read(home, file))
  for (const file of stale)
    console.error(`src/rpc/generated/${file} is not what proto/ says; run: node tools/write-protos.ts`)
  if (stale.length > 0) process.exitCode = 1
} finally {
  if (check) rmSync(target, {recursive: true, force: true})
}
