// What a checkout is installed from, by its own lock file.
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {isDeadWeight} from '@essence/core/release/packaging/collect/travels'
import {type GpuKind, leavesOutPackages, type PackageGroups} from '@essence/core/release/packaging/npm/package-groups'
import {type Profile, planInstall} from '@essence/core/release/packaging/npm/plan-install'
import {thisPlatform} from '@essence/core/release/packaging/npm/platform'
import {pruneLock} from '@essence/core/release/packaging/npm/prune-lock'
import {describe, expect, it} from 'vitest'
import {root} from '../../kit/run-essence.ts'

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const lock = readJson('package-lock.json')
const groups: PackageGroups = readJson('src/package.json').essence
const linux = {os: 'linux', arch: 'x64', libc: 'glibc'} as const

const pathsOf = (profile: Profile, gpus: GpuKind[] = [], platform = linux): string[] =>
  Object.keys(planInstall({lock, groups, profile, gpus, platform}).lock.packages)
const gpuBuilds = (paths: string[]): string[] => paths.filter(path => /-(?:cuda|cuda-ext|vulkan)$/.test(path))

describe('planInstall', () => {
  it('brings the builds of the engines for the GPUs that are here, and no others', () => {
    expect(gpuBuilds(pathsOf('user'))).toEqual([])
    expect(gpuBuilds(pathsOf('user', ['vulkan']))).toEqual([
      'node_modules/@fugood/node-whisper-linux-x64-vulkan',
      'node_modules/@node-llama-cpp/linux-x64-vulkan',
    ])
    expect(gpuBuilds(pathsOf('user', ['cuda', 'vulkan']))).toHaveLength(5)
  })

  it('brings a user what runs and builds, a developer all that is asked for', () => {
    const user = pathsOf('user')
    const developer = pathsOf('developer')
    const tools = ['@biomejs/biome', '@bufbuild/buf', 'vitest', 'knip', 'playwright-core'].map(
      name => `node_modules/${name}`,
    )
    expect(user.filter(path => tools.includes(path))).toEqual([])
    expect(developer).toEqual(expect.arrayContaining(tools))
    expect(user).toEqual(expect.arrayContaining(groups.buildPackages.map(name => `node_modules/${name}`)))
    expect(developer).toEqual(expect.arrayContaining(user))
    const {devDependencies} = readJson('package.json')
    expect(developer).toEqual(expect.arrayContaining(Object.keys(devDependencies).map(name => `node_modules/${name}`)))
    // Without the types of a library the sources do not build.
    const types = Object.keys(devDependencies).filter(name => name.startsWith('@types/'))
    expect(user).toEqual(expect.arrayContaining(types.map(name => `node_modules/${name}`)))
  })

  it('draws reports in a checkout, and lets no release carry what draws them', () => {
    const drawing = ['@observablehq/plot', 'd3', 'linkedom']
    expect(pathsOf('user')).toEqual(expect.arrayContaining(drawing.map(name => `node_modules/${name}`)))
    const released = pruneLock(lock, {
      rootDependencies: {'@essence/core': '*', '@essence/plugin-stt': '*'},
      workspaces: ['src', 'plugins/stt'],
      leavesOut: leavesOutPackages(groups, ['stt'], []),
      platform: linux,
    }).packages
    expect(Object.keys(released)).toContain('node_modules/@fugood/whisper.node')
    expect(Object.keys(released).filter(path => /(?:^|\/)(?:plot|d3\b.*|linkedom)$/.test(path))).toEqual([])
  })

  it('takes versions and digests as they are locked', () => {
    const planned = planInstall({lock, groups, profile: 'developer', gpus: [], platform: linux}).lock.packages
    for (const [path, {version, integrity}] of Object.entries(planned))
      expect({path, version, integrity}).toEqual({
        path,
        version: lock.packages[path].version,
        integrity: lock.packages[path].integrity,
      })
  })

  it('writes package files that name what the lock file holds', () => {
    const {lock: planned, packageFiles} = planInstall({lock, groups, profile: 'user', gpus: [], platform: linux})
    expect(Object.keys(packageFiles)).toEqual([
      '',
      ...Object.keys(planned.packages).filter(path => /^(src|plugins\/[^/]+)$/.test(path)),
    ])
    expect(packageFiles['src']).toEqual(planned.packages['src'])
  })

  it('takes at most 600 MB where there is no GPU: with Node.js and the build that is less than 750', () => {
    const {os, arch} = thisPlatform()
    const paths = pathsOf('user', [], thisPlatform() as typeof linux).filter(path =>
      /(?:^|\/)node_modules\//.test(path),
    )
    const packages = new Set(paths)
    const sizeOf = (path: string): number =>
      readdirSync(join(root, path), {withFileTypes: true}).reduce((sum, entry) => {
        const inside = `${path}/${entry.name}`
        if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + sizeOf(inside)
        if (!entry.isFile() || isDeadWeight(inside, os, arch)) return sum
        return sum + Math.ceil(statSync(join(root, inside)).size / 4096) * 4096
      }, 0)
    const ours = [...packages].filter(path => !path.startsWith('node_modules/@essence/'))
    const bytes = ours.reduce((sum, path) => sum + sizeOf(path), 0)
    expect(bytes / 2 ** 20).toBeLessThan(600)
    expect(bytes / 2 ** 20).toBeGreaterThan(300)
  })
})

it('a release of the gateway carries the database of its people, one of Telegram does not', () => {
  const database = groups.enginePackages.store
  expect(database).toContain('@electric-sql/pglite')
  const leftOut = (plugin: string): string[] => {
    const {engines} = readJson(`plugins/${plugin}/package.json`).essence
    return database.filter(leavesOutPackages(groups, engines, []))
  }
  expect(leftOut('gateway')).toEqual([])
  expect(leftOut('telegram')).toEqual(database)
})
