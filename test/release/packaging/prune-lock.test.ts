// The part of a lock file that a release is installed from.
import type {LockedPackage, LockFile} from '@essence/core/release/packaging/npm/lock-file'
import {pruneLock} from '@essence/core/release/packaging/npm/prune-lock'
import {describe, expect, it} from 'vitest'

const linux = {os: 'linux', arch: 'x64', libc: 'glibc'} as const
const locked = (packages: Record<string, LockedPackage>): LockFile => ({lockfileVersion: 3, packages})

/** A CLI with a core and one plugin, as npm locks them. */
const checkout = locked({
  '': {
    name: 'essence',
    dependencies: {'@essence/core': '^1', '@essence/plugin-a': '^1'},
    devDependencies: {tester: '^1'},
  },
  src: {name: '@essence/core', dependencies: {engine: '^1', shared: '^1'}, devDependencies: {tester: '^1'}},
  'plugins/a': {name: '@essence/plugin-a', dependencies: {shared: '^2', '@essence/core': '^1'}},
  'node_modules/@essence/core': {resolved: 'src', link: true},
  'node_modules/@essence/plugin-a': {resolved: 'plugins/a', link: true},
  'node_modules/engine': {version: '1.0.0', integrity: 'sha512-engine', dependencies: {deep: '^1'}},
  'node_modules/deep': {version: '1.0.0'},
  'node_modules/shared': {version: '1.0.0', integrity: 'sha512-one', dependencies: {leaf: '^1'}},
  'plugins/a/node_modules/shared': {version: '2.0.0', integrity: 'sha512-two'},
  'node_modules/leaf': {version: '1.0.0', dev: true},
  'node_modules/tester': {version: '1.0.0', dev: true, dependencies: {leaf: '^1'}},
})
const options = {
  rootDependencies: {'@essence/core': '^1', '@essence/plugin-a': '^1'},
  workspaces: ['src', 'plugins/a'],
  leavesOut: () => false,
  platform: linux,
}
const pathsOf = (lock: LockFile): string[] => Object.keys(lock.packages)

describe('pruneLock', () => {
  it('leaves out the build for another processor that says it fits this one', () => {
    const lock = locked({
      '': {dependencies: {a: '^1'}},
      'node_modules/a': {optionalDependencies: {'@a/linux-x64': '1', '@a/linux-arm64': '1', '@a/mac-x64': '1'}},
      'node_modules/@a/linux-x64': {os: ['linux'], cpu: ['x64']},
      'node_modules/@a/linux-arm64': {os: ['linux'], cpu: ['arm64', 'x64']},
      'node_modules/@a/mac-x64': {},
    })
    const pruned = pruneLock(lock, {...options, rootDependencies: {a: '^1'}, workspaces: []})
    expect(pathsOf(pruned)).toEqual(['', 'node_modules/@a/linux-x64', 'node_modules/a'])
  })

  it('keeps what production reaches, nested versions too, with digests as they are', () => {
    const {packages} = pruneLock(checkout, options)
    expect(Object.keys(packages)).toEqual([
      '',
      'node_modules/@essence/core',
      'node_modules/@essence/plugin-a',
      'node_modules/deep',
      'node_modules/engine',
      'node_modules/leaf',
      'node_modules/shared',
      'plugins/a',
      'plugins/a/node_modules/shared',
      'src',
    ])
    expect(packages['plugins/a/node_modules/shared']).toEqual({version: '2.0.0', integrity: 'sha512-two'})
    expect(packages['src']).toEqual({name: '@essence/core', dependencies: {engine: '^1', shared: '^1'}})
    expect(packages['']).not.toHaveProperty('devDependencies')
    // Its mark would make `npm ci --omit=dev` leave it out.
    expect(packages['node_modules/leaf']).toEqual({version: '1.0.0'})
  })

  it('leaves out a package with all that only it needs, and strikes it from who asks for it', () => {
    const pruned = pruneLock(checkout, {...options, leavesOut: name => name === 'engine'})
    expect(pathsOf(pruned)).not.toContain('node_modules/engine')
    expect(pathsOf(pruned)).not.toContain('node_modules/deep')
    expect(pruned.packages['src']?.dependencies).toEqual({shared: '^1'})
  })

  it('leaves out a plugin that is not named', () => {
    const pruned = pruneLock(checkout, {...options, rootDependencies: {'@essence/core': '^1'}, workspaces: ['src']})
    expect(pathsOf(pruned).filter(path => path.includes('plugin'))).toEqual([])
  })

  it('says what the lock file lacks', () => {
    const {'node_modules/deep': _, ...packages} = checkout.packages
    expect(() => pruneLock(locked(packages), options)).toThrow(/lacks deep, which node_modules\/engine needs/)
  })

  it('ends where packages need each other', () => {
    const circle = locked({
      '': {dependencies: {a: '^1'}},
      'node_modules/a': {dependencies: {b: '^1'}},
      'node_modules/b': {dependencies: {a: '^1'}},
    })
    expect(pathsOf(pruneLock(circle, {...options, rootDependencies: {a: '^1'}, workspaces: []}))).toEqual([
      '',
      'node_modules/a',
      'node_modules/b',
    ])
  })

  it('keeps peers that are needed, not those that may be missing', () => {
    const lock = locked({
      '': {dependencies: {a: '^1'}},
      'node_modules/a': {peerDependencies: {b: '^1', c: '^1'}, peerDependenciesMeta: {c: {optional: true}}},
      'node_modules/b': {peer: true},
      'node_modules/c': {peer: true},
    })
    const pruned = pruneLock(lock, {...options, rootDependencies: {a: '^1'}, workspaces: []})
    expect(pathsOf(pruned)).toEqual(['', 'node_modules/a', 'node_modules/b'])
  })

  const builds: [name: string, LockedPackage, travels: boolean][] = [
    ['this system and processor', {os: ['linux'], cpu: ['x64']}, true],
    ['another system', {os: ['darwin'], cpu: ['x64']}, false],
    ['another processor', {os: ['linux'], cpu: ['arm64']}, false],
    ['every system but one', {os: ['!win32']}, true],
    ['every system but this', {os: ['!linux']}, false],
    ['this C library', {os: ['linux'], libc: ['glibc']}, true],
    ['another C library', {os: ['linux'], libc: 'musl'}, false],
    ['anything', {}, true],
  ]
  it.each(builds)('an optional package for %s', (_, built, travels) => {
    const lock = locked({
      '': {dependencies: {a: '^1'}},
      'node_modules/a': {optionalDependencies: {native: '1.0.0', unlocked: '1.0.0'}},
      'node_modules/native': {...built, version: '1.0.0', optional: true},
    })
    const pruned = pruneLock(lock, {...options, rootDependencies: {a: '^1'}, workspaces: []})
    expect(pathsOf(pruned).includes('node_modules/native')).toBe(travels)
    // Also one the lock file never had: `npm ci` would refuse it.
    expect(pruned.packages['node_modules/a']).toEqual(travels ? {optionalDependencies: {native: '1.0.0'}} : {})
  })
})
