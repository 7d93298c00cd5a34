// Small releases, and archives that no build would make.
import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import type {ReleaseManifest} from '@essence/core/release/manifest'
import {Header, type HeaderData} from 'tar'

export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** One entry of an archive; anything may be wrong about it. */
export interface Entry {
  path: string
  content?: string | Buffer
  mode?: number
  type?: HeaderData['type']
  linkpath?: string
  /** What its header claims, where that is not the truth. */
  size?: number
}

export const archive = (entries: readonly Entry[]): Buffer => {
  const blocks = entries.flatMap(({path, content = '', mode = 0o644, type = 'File', linkpath, size}) => {
    const body = Buffer.from(content)
    const header = new Header({
      ...{path, mode, type, size: size ?? body.length, mtime: new Date('2026-01-01T00:00:00Z')},
      ...(linkpath === undefined ? {} : {linkpath}),
    })
    const head = Buffer.alloc(512)
    header.encode(head, 0)
    return [head, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

export interface ReleaseFiles {
  [path: string]: {content: string | Buffer; mode?: 0o644 | 0o755}
}

/** The manifest of some files; every field can be another. */
export const manifestOf = (files: ReleaseFiles, other: Partial<ReleaseManifest> = {}): ReleaseManifest => {
  const listed = Object.entries(files)
    .map(([path, {content, mode = 0o644}]) => ({
      ...{path, mode, size: Buffer.byteLength(content), sha256: sha256Of(content)},
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    format: 1,
    service: 'echo',
    version: '1.0.0',
    build: `20260101-000000-${sha256Of(JSON.stringify(listed)).slice(0, 8)}`,
    dirty: false,
    platform: {os: process.platform, arch: process.arch},
    gpu: 'cpu',
    command: ['echo-service'],
    handover: 'beside',
    ports: [],
    requires: [],
    node: {range: '>=22.19'},
    lockFile: {sha256: sha256Of('')},
    files: listed,
    ...other,
  }
}

/** The entries of a release in their order: the manifest first. */
export const releaseEntries = (files: ReleaseFiles, manifest: ReleaseManifest = manifestOf(files)): Entry[] => [
  {path: `june-${manifest.service}/manifest.json`, content: `${JSON.stringify(manifest)}\n`},
  ...Object.entries(files).map(([path, {content, mode}]) => ({
    ...{path: `june-${manifest.service}/${path}`, content},
    ...(mode ? {mode} : {}),
  })),
]

export interface Tarball {
  path: string
  sha256: string
}

/** Writes an archive with its `.sha256` beside it. */
export const writeTarball = async (folder: string, bytes: Buffer, name = 'june-echo-x.tar.gz'): Promise<Tarball> => {
  const path = join(folder, name)
  const sha256 = sha256Of(bytes)
  await writeFile(path, bytes)
  await writeFile(`${path}.sha256`, `${sha256}  ${name}\n`)
  return {path, sha256}
}
