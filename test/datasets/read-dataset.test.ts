import {copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {writeAlice} from '@essence/core/datasets/alice/write-alice'
import {chooseDataset} from '@essence/core/datasets/choose-dataset'
import {aliceFolder} from '@essence/core/datasets/paths'
import {readDataset} from '@essence/core/datasets/read-dataset'
import {validationPhrases} from '@essence/core/datasets/validation/phrases'
import {writeValidation} from '@essence/core/datasets/write-validation'
import {describe, expect, it} from 'vitest'
import {hasSpeechFolder, speechFolder} from '../audio/witness.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {longBook} from './alice/book.ts'

/** A folder with these files. */
const folderOf = (files: Record<string, string>): string => {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true})
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** A file of this content, alone in a folder. */
const fileOf = (content: unknown): string =>
  join(folderOf({'set.json': typeof content === 'string' ? content : JSON.stringify(content)}), 'set.json')

describe('a file of passages', () => {
  it('is read as it was written', async () => {
    const folder = folderOf({'book.txt': longBook(60)})
    const options = {folder, passages: 12, minSentences: 2, maxSentences: 3, seed: 4, from: join(folder, 'book.txt')}
    const written = await writeAlice(options)
    const dataset = await readDataset(written.file)
    expect(dataset).toMatchObject({name: 'alice', source: written.file, seed: 4, sha256: written.sha256})
    expect(dataset.phrases.length).toBe(12)
    expect(dataset.phrases[0]).toEqual({id: 'passage-001', text: expect.stringMatching(/^Alice found .* on it\.$/)})
    // Without the time at which it was made.
    expect((await writeAlice(options)).sha256).toBe(written.sha256)
    expect((await writeAlice({...options, seed: 5})).sha256).not.toBe(written.sha256)
  })

  it('of the original, which knows no seed, is read too', async () => {
    const path = fileOf({metadata: {source: 'x'}, passages: [{id: 1, text: 'Down the hole.', num_sentences: 1}]})
    expect(await readDataset(path)).toMatchObject({phrases: [{id: 'passage-001', text: 'Down the hole.'}]})
  })
})

describe('a file of validation phrases', () => {
  it('is the same bytes for the same seed, and read as it was written', async () => {
    const [one, other] = await Promise.all([
      writeValidation(temporaryFolder(), 3),
      writeValidation(temporaryFolder(), 3),
    ])
    expect(readFileSync(one.file)).toEqual(readFileSync(other.file))
    expect(await readDataset(one.file)).toEqual({
      ...{name: 'validation', source: one.file, seed: 3, sha256: one.sha256, phrases: validationPhrases(3)},
    })
  })
})

describe('recordings', () => {
  const lines = ['84-121-0000 GO DO YOU HEAR', '84-121-0001  BUT IN LESS THAN FIVE MINUTES '].join('\r\n')
  const librispeech = {
    'dev/84/121/84-121.trans.txt': `${lines}\n\n`,
    'dev/84/121/84-121-0000.flac': '',
    'dev/84/121/84-121-0001.flac': '',
    'dev/85/1/85-1.trans.txt': '85-1-0000 YES',
    'dev/85/1/85-1-0000.wav': '',
    'README.TXT': 'Read me.',
  }

  it('as LibriSpeech has them', async () => {
    const folder = folderOf(librispeech)
    const at = (name: string): string => join(folder, 'dev', name)
    expect((await readDataset(folder)).phrases).toEqual([
      {id: '84-121-0000', text: 'GO DO YOU HEAR', audio: at('84/121/84-121-0000.flac')},
      {id: '84-121-0001', text: 'BUT IN LESS THAN FIVE MINUTES', audio: at('84/121/84-121-0001.flac')},
      {id: '85-1-0000', text: 'YES', audio: at('85/1/85-1-0000.wav')},
    ])
  })

  it('that an index.json lists, by paths from its folder', async () => {
    const index = [
      {id: 'one', audio: 'sound/1.wav', text: 'One.'},
      {id: 2, audio: './sound/2.mp3', text: 'Two.'},
    ]
    const folder = folderOf({'index.json': JSON.stringify(index), 'sound/1.wav': '', 'sound/2.mp3': ''})
    const phrases = [
      {id: 'one', text: 'One.', audio: join(folder, 'sound/1.wav')},
      {id: '2', text: 'Two.', audio: join(folder, 'sound/2.mp3')},
    ]
    expect((await readDataset(folder)).phrases).toEqual(phrases)
    expect((await readDataset(join(folder, 'index.json'))).phrases).toEqual(phrases)
  })

  it('each beside a text of its name, in folders too; hidden files are passed over', async () => {
    const folder = folderOf({
      ...{
        'b.wav': '',
        'b.txt': 'The second\n one. ',
        'a/x.OGG': '',
        'a/x.txt': 'The first.',
        '._b.wav': '',
        'LICENSE.txt': 'x',
      },
    })
    expect((await readDataset(folder)).phrases).toEqual([
      {id: 'a/x', text: 'The first.', audio: join(folder, 'a/x.OGG')},
      {id: 'b', text: 'The second one.', audio: join(folder, 'b.wav')},
    ])
  })

  it('have the digest of their texts, wherever they lie', async () => {
    const [one, other] = [await readDataset(folderOf(librispeech)), await readDataset(folderOf(librispeech))]
    expect(one.source).not.toBe(other.source)
    expect(one.sha256).toBe(other.sha256)
  })

  describe(`of people${hasSpeechFolder ? '' : ' (missing: shared/data/speech)'}`, () => {
    it.skipIf(!hasSpeechFolder)('are found by each of the layouts', async () => {
      const folder = folderOf({'84-121550.trans.txt': '84-121550-0000 FRANCE OR GERMANY'})
      symlinkSync(join(speechFolder, 'librispeech-84-121550-0000.flac'), join(folder, '84-121550-0000.flac'))
      expect((await readDataset(folder)).phrases).toHaveLength(1)

      const lj: Record<string, string> = JSON.parse(readFileSync(join(speechFolder, 'lj/transcripts.json'), 'utf8'))
      const index = Object.entries(lj).map(([id, text]) => ({id, text, audio: join(speechFolder, 'lj', id)}))
      const {phrases} = await readDataset(fileOf(index))
      expect(phrases).toHaveLength(16)
      expect(phrases.every(({audio}) => audio !== undefined && existsSync(audio))).toBe(true)

      const beside = temporaryFolder()
      for (const name of ['jfk.wav', 'jfk.txt']) copyFileSync(join(speechFolder, name), join(beside, name))
      expect((await readDataset(beside)).phrases[0]?.text).toContain('ask not what your country can do for you')
    })
  })
})

describe('what is no data set', () => {
  const passages = (list: unknown): string => fileOf({metadata: {}, passages: list})
  const recordings = {'a.trans.txt': 'x HELLO', 'x.flac': ''}
  const cases: [what: string, path: () => string, code: string, message: RegExp][] = [
    ['nothing there', () => '/nowhere/at/all', 'INPUT_NOT_FOUND', /no \/nowhere\/at\/all/],
    ['no JSON', () => fileOf('RIFF....WAVE'), 'DATASET_INVALID', /set\.json: expected JSON/],
    ['other JSON', () => fileOf({a: 1}), 'DATASET_INVALID', /"passages", "phrases"/],
    ['a number', () => fileOf('7'), 'DATASET_INVALID', /"passages", "phrases"/],
    ['no passages', () => passages([]), 'DATASET_INVALID', /at passages/],
    ['a text that is none', () => passages([{id: 1, text: 5}]), 'DATASET_INVALID', /at passages\[0\]\.text: .*string/],
    [
      'an empty text',
      () => passages([{id: 1, text: ' … '}]),
      'DATASET_INVALID',
      /passages\[0\]\.text: expected a text with/,
    ],
    ['no metadata', () => fileOf({phrases: [{id: 'a', text: 'b'}]}), 'DATASET_INVALID', /at metadata/],
    [
      'an id twice',
      () => fileOf({metadata: {}, phrases: ['Yes.', 'No.'].map(text => ({id: 'a', text}))}),
      'DATASET_INVALID',
      /two phrases have the id "a"/,
    ],
    ['a list of nothing', () => fileOf([]), 'DATASET_INVALID', /at its root/],
    [
      'a missing recording',
      () => fileOf([{id: 'a', audio: 'a.wav', text: 'b'}]),
      'INPUT_NOT_FOUND',
      /no .*a\.wav, the recording of "a"/,
    ],
    ['an empty folder', () => temporaryFolder(), 'DATASET_INVALID', /expected phrases; found none/],
    ['a recording without text', () => folderOf({'a.wav': ''}), 'DATASET_INVALID', /a\.wav: .*a\.txt/],
    [
      'a recording with an empty text',
      () => folderOf({'a.wav': '', 'a.txt': '\n'}),
      'DATASET_INVALID',
      /a\.txt: .*no words/,
    ],
    [
      'a line without text',
      () => folderOf({...recordings, 'a.trans.txt': 'x HELLO\ny'}),
      'DATASET_INVALID',
      /line 2: /,
    ],
    [
      'a line without recording',
      () => folderOf({...recordings, 'a.trans.txt': 'y HELLO'}),
      'INPUT_NOT_FOUND',
      /y\.flac/,
    ],
    [
      'an id in two folders',
      () => folderOf({...recordings, 'b/b.trans.txt': 'x YES', 'b/x.flac': ''}),
      'DATASET_INVALID',
      /"x"/,
    ],
    ['no lines at all', () => folderOf({'a.trans.txt': '\n'}), 'DATASET_INVALID', /found none/],
  ]
  it.each(cases)('%s', async (_, path, code, message) => {
    await expect(readDataset(path())).rejects.toMatchObject({code, message: expect.stringMatching(message)})
  })

  it('a transcript in another encoding', async () => {
    const folder = folderOf(recordings)
    writeFileSync(join(folder, 'a.trans.txt'), Buffer.from('x CAF\xc9', 'latin1'))
    await expect(readDataset(folder)).rejects.toMatchObject({
      ...{code: 'DATASET_INVALID', message: expect.stringContaining('UTF-8')},
    })
  })
})

describe('the phrases of a test', () => {
  const choose = (options: Partial<Parameters<typeof chooseDataset>[0]> = {}) =>
    chooseDataset({seed: 1, settings: {JUNE_DATA_DIR: temporaryFolder()}, ...options})

  it('are the validation phrases of its seed, or some of them', async () => {
    expect(await choose({seed: 9})).toMatchObject({name: 'validation', source: 'generated', seed: 9})
    expect((await choose({seed: 9})).phrases).toEqual(validationPhrases(9))
    expect((await choose({dataset: 'validation', limit: 20})).phrases).toHaveLength(20)
    expect((await choose({limit: 5000})).phrases).toHaveLength(1000)
  })

  it('are the passages of the data folder, which are made first', async () => {
    const JUNE_DATA_DIR = temporaryFolder()
    const settings = {JUNE_DATA_DIR}
    await expect(choose({dataset: 'alice', settings})).rejects.toMatchObject({
      ...{code: 'INPUT_NOT_FOUND', suggestions: ['Make them: essence dataset alice']},
    })
    const from = join(folderOf({'book.txt': longBook(60)}), 'book.txt')
    const folder = aliceFolder(JUNE_DATA_DIR)
    await writeAlice({folder, from, passages: 10, minSentences: 2, maxSentences: 3, seed: 2})
    expect(await choose({dataset: 'alice', settings})).toMatchObject({name: 'alice', seed: 2})
  })

  it('are those of a path', async () => {
    const folder = folderOf({'a.wav': '', 'a.txt': 'Hello.'})
    expect(await choose({dataset: folder})).toMatchObject({source: resolve(folder), phrases: [{id: 'a'}]})
  })

  it('are none of a name that nothing has', async () => {
    await expect(choose({dataset: 'alcie'})).rejects.toMatchObject({
      ...{code: 'INPUT_NOT_FOUND', suggestions: ['Did you mean alice?', expect.stringContaining('validation, alice')]},
    })
  })

  it.each([0, -1])('are one at least: a limit of %i is refused', limit =>
    expect(choose({limit})).rejects.toMatchObject({code: 'USAGE'}),
  )
})
