// What the lock file holds for machines other than the one it was made on.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {LockFile} from '@essence/core/release/packaging/npm/lock-file'
import {planInstall} from '@essence/core/release/packaging/npm/plan-install'
import type {Platform} from '@essence/core/release/packaging/npm/platform'
import {describe, expect, it} from 'vitest'
import {root} from './imports.ts'

const lock: LockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const groups = JSON.parse(readFileSync(join(root, 'src/package.json'), 'utf8')).essence

/**
 * Builds of engines that the registry this lock file was made from does not have in these versions. A row goes when `npm install`,
 * against one that has it, brings its digest; on these machines recognition is by ONNX Runtime until then, and there is no llama.cpp on
 * a Mac.
 */
const missing = [
  '@fugood/node-whisper-darwin-arm64',
  '@fugood/node-whisper-darwin-x64',
  '@fugood/node-whisper-linux-arm64',
  '@fugood/node-whisper-linux-arm64-cuda',
  '@fugood/node-whisper-linux-arm64-vulkan',
  '@node-llama-cpp/mac-arm64-metal',
  '@node-llama-cpp/mac-x64',
]

const supported: Platform[] = [
  {os: 'linux', arch: 'x64', libc: 'glibc'},
  {os: 'linux', arch: 'arm64', libc: 'glibc'},
  {os: 'linux', arch: 'x64', libc: 'musl'},
  {os: 'linux', arch: 'arm64', libc: 'musl'},
  {os: 'darwin', arch: 'arm64', libc: undefined},
  {os: 'darwin', arch: 'x64', libc: undefined},
]
/** Of Windows, and of processors nobody asked for. */
const isElsewhere = (name: string): boolean => /win32|\/win-|riscv64/.test(name)

describe('the lock file', () => {
  it('names the build of every platform of each package, but for those the registry lacks', () => {
    const names = new Set(Object.keys(lock.packages).map(path => path.slice(path.lastIndexOf('node_modules/') + 13)))
    const wanted = Object.values(lock.packages).flatMap(({optionalDependencies}) =>
      Object.keys(optionalDependencies ?? {}),
    )
    expect([...new Set(wanted)].filter(name => !names.has(name) && !isElsewhere(name)).sort()).toEqual(missing)
  })

  it('has a digest for everything of a registry', () => {
    const without = Object.entries(lock.packages).filter(
      ([path, {link, integrity, inBundle}]) =>
        /(^|\/)node_modules\//.test(path) && !link && !inBundle && integrity === undefined,
    )
    expect(without.map(([path]) => path)).toEqual([])
  })

  it.each(supported)('is what a user and a developer can be installed from on $os $arch $libc', platform => {
    const {os, arch} = platform
    for (const profile of ['user', 'developer'] as const) {
      const paths = Object.keys(planInstall({lock, groups, profile, gpus: [], platform}).lock.packages)
      expect(paths).toContain(`node_modules/@seydx/node-av-${os}-${arch}`)
      expect(paths).toContain(`node_modules/@typescript/typescript-${os}-${arch}`)
      expect(paths).toContain('node_modules/onnxruntime-node')
      if (platform.libc === 'glibc') expect(paths).toContain(`node_modules/@node-llama-cpp/linux-${arch}`)
    }
  })
})
