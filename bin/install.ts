// Installs the dependencies of this checkout from its lock file: those its profile needs, and the engines' builds for GPUs
// that are here. Run by bin/setup.sh before there is any package, so it imports none.
//
//   node bin/install.ts user|developer
//
import {spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {gpuKindsHere} from '../src/compute/gpu-presence.ts'
import {isDeadWeight} from '../src/release/packaging/collect/travels.ts'
import {type Profile, planInstall} from '../src/release/packaging/npm/plan-install.ts'
import {thisPlatform} from '../src/release/packaging/npm/platform.ts'

const root = join(import.meta.dirname, '..')
const state = join(root, '.essence')
const stage = join(state, 'install')
const stamp = join(state, 'installed')

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const writeJson = (path: string, value: unknown): void =>
  writeFileSync(join(stage, path), `${JSON.stringify(value, null, 2)}\n`)

/** What is on the disk then, in MB, about. */
const sizes = {user: 580, developer: 320, cuda: 730, vulkan: 125}

const profile: Profile = process.argv[2] === 'developer' ? 'developer' : 'user'
const gpus = gpuKindsHere()
const parts: (keyof typeof sizes)[] = ['user', ...(profile === 'developer' ? [profile] : []), ...gpus]
const megabytes = parts.reduce((sum, part) => sum + sizes[part], 0)
const what = [
  ...(profile === 'developer' ? ['developer tools'] : []),
  gpus.length > 0 ? `GPU builds (${gpus.join(', ')})` : 'no GPU builds: there is no GPU here',
]
console.error(`essence: installing dependencies (once; about ${megabytes} MB; ${what.join(', ')})`)

const lock = readJson('package-lock.json')
const groups = readJson('src/package.json').essence
const plan = planInstall({lock, groups, profile, gpus, platform: thisPlatform()})
rmSync(stage, {recursive: true, force: true})
for (const [folder, packageFile] of Object.entries(plan.packageFiles)) {
  mkdirSync(join(stage, folder), {recursive: true})
  writeJson(join(folder, 'package.json'), packageFile)
}
writeJson('package-lock.json', plan.lock)
if (existsSync(join(root, '.npmrc'))) cpSync(join(root, '.npmrc'), join(stage, '.npmrc'))

const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
const {status} = spawnSync('npm', ['ci', ...options], {cwd: stage, stdio: ['ignore', 2, 2]})
if (status !== 0) process.exit(1)

// Some packages hold the native files of every system, and one the sources of llama.cpp.
const {os, arch} = thisPlatform()
for (const entry of readdirSync(join(stage, 'node_modules'), {recursive: true, withFileTypes: true})) {
  const path = join(entry.parentPath, entry.name).slice(stage.length + 1)
  if (entry.isFile() && isDeadWeight(path, os, arch)) rmSync(join(stage, path))
}

// Whole or not at all: until the new packages are in place, nothing says that they are.
const old = join(state, 'replaced')
rmSync(old, {recursive: true, force: true})
mkdirSync(old)
rmSync(stamp, {force: true})
for (const [index, folder] of Object.keys(plan.packageFiles).entries()) {
  const place = join(root, folder, 'node_modules')
  if (existsSync(place)) renameSync(place, join(old, String(index)))
  if (existsSync(join(stage, folder, 'node_modules'))) renameSync(join(stage, folder, 'node_modules'), place)
}
writeFileSync(stamp, `${[profile, ...gpus].join(' ')}\n`)
rmSync(old, {recursive: true, force: true})
rmSync(stage, {recursive: true, force: true})
