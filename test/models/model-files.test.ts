import {createHash} from 'node:crypto'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {modelFiles} from '@essence/core/models/model-files'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

it('a voice comes with its settings, and nothing else of its folder', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'joe.onnx'), 'weights')
  writeFileSync(join(folder, 'joe.onnx.json'), '{}')
  writeFileSync(join(folder, 'other.onnx'), 'another voice')
  expect(await modelFiles(join(folder, 'joe.onnx'))).toEqual([
    {name: 'joe.onnx', bytes: 7, sha256: sha256('weights')},
    {name: 'joe.onnx.json', bytes: 2, sha256: sha256('{}')},
  ])
})

it('a model in parts is all of them', async () => {
  const folder = temporaryFolder()
  for (const name of ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf', 'small-00001-of-00002.gguf'])
    writeFileSync(join(folder, name), name)
  const files = await modelFiles(join(folder, 'big-00001-of-00002.gguf'))
  expect(files.map(({name}) => name)).toEqual(['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf'])
})

it('of a downloaded file the digest it was checked by counts, without reading it again', async () => {
  const folder = temporaryFolder()
  const digest = 'ab'.repeat(32)
  mkdirSync(join(folder, 'blobs'))
  writeFileSync(join(folder, 'blobs', digest), 'x')
  symlinkSync(join('blobs', digest), join(folder, 'm.bin'))
  expect(await modelFiles(join(folder, 'm.bin'))).toEqual([{name: 'm.bin', bytes: 1, sha256: digest}])
})
