import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseEnvText, readEnvFile} from '@essence/core/config/env-file'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {runProgram} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const values = (text: string) =>
  Object.fromEntries([...parseEnvText(text).assignments].map(([name, {value}]) => [name, value]))

describe('an environment file', () => {
  it('holds assignments, with or without export, in three kinds of quotes, with comments', () => {
    const text = `#!/bin/sh
set -a
A=plain   # a comment
export B="two words" # another
  export   C='it is $literal'
D=
E=first
E=second
set +a
export A B`
    expect(values(text)).toEqual({A: 'plain', B: 'two words', C: 'it is $literal', D: '', E: 'second'})
    expect(parseEnvText(text)).toMatchObject({skipped: [], unclosed: []})
  })

  it('may have been written on Windows', () => {
    expect(values('\uFEFFA=1\r\nB="x y"\r\n')).toEqual({A: '1', B: 'x y'})
  })

  it('keeps the line of an assignment that spans several', () => {
    const {assignments} = parseEnvText('PROMPT="You are June.\nBe brief."\nAFTER=1\n')
    expect(assignments.get('PROMPT')).toMatchObject({value: 'You are June.\nBe brief.', line: 1})
    expect(assignments.get('AFTER')).toMatchObject({value: '1', line: 3})
  })

  it('says which lines were not read', () => {
    expect(parseEnvText('A=1\nif true; then\n  B=2\nfi\n. ./other.sh\n').skipped).toEqual([2, 4, 5])
  })

  it('says where a quotation mark was opened that is never closed, and reads on below', () => {
    const {unclosed, assignments} = parseEnvText(`A='one\nB=2\n`)
    expect(unclosed).toEqual([1])
    expect(assignments.get('B')?.value).toBe('2')
  })

  it.each([
    'A=b#c',
    'A=#c',
    'A=$HOME/june',
    'A="$HOME"',
    'A=two words',
    'A=`id`',
    'A="b\\nc"',
    'A=b;C=1',
    'A={"x":1}',
    `A='b'c`,
    'A = b',
    'A=x&y',
  ])('knows that a shell reads otherwise: %s', text =>
    expect(parseEnvText(text).assignments.get('A')?.ambiguous).toBe(true),
  )

  it.each([
    'A=b',
    'A=b # c',
    'A=  # c',
    'A=https://x.example/a?b=c',
    'A=',
    `A='$x {"y"} #'`,
    'A="two words" # c',
    'A=b-c_d.e,f:g@h/~%+',
  ])('knows that a shell reads the same: %s', text =>
    expect(parseEnvText(text).assignments.get('A')?.ambiguous).toBe(false),
  )
})

it('is read in time that grows with its size, however its quotation marks stand', () => {
  const lines = 150_000
  expect(parseEnvText(`A='${'x\n'.repeat(lines)}`).unclosed).toEqual([1])
  expect(parseEnvText(`A='${'x\n'.repeat(lines)}'`).assignments.get('A')?.value).toHaveLength(2 * lines)
  expect(parseEnvText(`A="\n"B='\n'\n`.repeat(lines / 3)).assignments.size).toBe(1)
  for (const filler of [' ', '#', '\\', '"', ' #', `\\'`, ' =', '$']) {
    for (const start of ['', 'A=', 'A=x', 'A="', `A='`, 'export ', 'A'])
      parseEnvText(`${start}${filler.repeat(lines)}x`)
  }
})

describe('properties', () => {
  it('any text is read without an error', () => {
    fc.assert(fc.property(fc.string({unit: 'binary'}), text => void parseEnvText(text)))
  })

  it('what stands in single quotes is read as it stands', () => {
    const literal = fc.string({unit: 'binary'}).map(text => text.replaceAll(/['\\\r]/g, ''))
    fc.assert(
      fc.property(literal, value => {
        expect(values(`A='${value}'\nB=1`)).toEqual({A: value, B: '1'})
      }),
    )
  })

  it('sh reads the same values, except where we say that it does not', async () => {
    const unit = fc.constantFrom(...`ab$\`"'\\ #;&|()<>~{}=\t\n`)
    const texts = fc.sample(fc.string({unit, maxLength: 12}), {numRuns: 3000, seed: 7})
    const clear = texts.flatMap(raw => {
      const {assignments, skipped, unclosed} = parseEnvText(`A=${raw}`)
      const read = assignments.get('A')
      return read && !read.ambiguous && assignments.size === 1 && !skipped.length && !unclosed.length
        ? [{raw, ...read}]
        : []
    })
    expect(clear.length).toBeGreaterThan(100)
    const file = join(folder, 'shell.env')
    writeFileSync(file, clear.map(({raw}, index) => `V${index}=${raw}\n`).join(''))
    const {stdout, stderr} = await runProgram(
      'sh',
      ['-c', `set -a; . "${file}"; exec env -0`],
      {HOME: '/home/june'},
      folder,
    )
    expect(stderr).toBe('')
    const heard = new Map(
      stdout.split('\0').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    // A tilde is ours to expand, variable by variable.
    const differ = clear.filter(({raw, value}, index) => heard.get(`V${index}`) !== value && !raw.startsWith('~'))
    expect(differ).toEqual([])
  })
})

describe('reading the file', () => {
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  it.each([
    ['is missing', () => join(folder, 'nowhere.env'), 'nowhere.env does not exist'],
    ['is a directory', () => folder, 'is a directory'],
    ['is below a file', () => join(write('plain', 'A=1'), 'x.env'), 'does not exist'],
    ['is not text', () => write('nul.env', 'A=1\0'), 'NUL bytes'],
    ['is in another encoding', () => write('latin.env', Buffer.from([0x41, 0x3d, 0xe9, 0x0a])), 'not UTF-8'],
    ['is far too large', () => write('large.env', Buffer.alloc(10 * 1024 * 1024, 'A=1\n')), 'larger than 1 MiB'],
    ['never ends', () => '/dev/zero', 'larger than 1 MiB'],
  ])('fails when it %s', async (_, path, message) => {
    const error = await readEnvFile(path()).catch(thrown => thrown)
    expect(error).toMatchObject({code: 'CONFIG_INVALID', message: expect.stringContaining(message)})
    expect(error.suggestions.join()).toContain('ENV_SH')
  })

  it.skipIf(process.getuid?.() === 0)('fails when it may not be read (not shown to root, who may)', async () => {
    const path = write('closed.env', 'A=1')
    await import('node:fs/promises').then(({chmod}) => chmod(path, 0))
    await expect(readEnvFile(path)).rejects.toMatchObject({message: expect.stringContaining('may not be read')})
  })

  it('takes an optional file that is missing, or a directory of its name, as none', async () => {
    expect(await readEnvFile(join(folder, '.env'), true)).toBeUndefined()
    expect(await readEnvFile(folder, true)).toBeUndefined()
  })

  it('reads an empty one', async () => {
    expect((await readEnvFile('/dev/null'))?.assignments.size).toBe(0)
  })
})
