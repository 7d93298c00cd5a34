import {mkdirSync, truncateSync, writeFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {pdfOf} from '../documents/files.ts'
import {essence} from '../kit/run-essence.ts'
import {commandFolder} from './command-folder.ts'

// Nine processes, each of which opens the database anew.
describe('essence documents', {timeout: 300_000}, () => {
  const {env, path} = commandFolder()
  const documents = async (...args: string[]) => {
    const ended = await essence(['documents', ...args], env)
    return {...ended, data: args.includes('--json') ? JSON.parse(ended.stdout) : undefined}
  }

  it('adds, lists, finds and removes documents', async () => {
    mkdirSync(path('folder'))
    writeFileSync(path('folder/manual.pdf'), pdfOf(['Nothing.', 'The warranty lasts two years.']))
    writeFileSync(path('notes.md'), '# Notes\n\nThe key lies under the mat.')
    writeFileSync(path('program'), '\x7fELF\0\0')
    writeFileSync(path('huge.txt'), '')
    truncateSync(path('huge.txt'), 200 * 2 ** 20)

    expect(await documents('add', path('folder'), '--json')).toMatchObject({
      status: 2,
      data: {data: {failed: [{code: 'USAGE'}]}},
    })
    // Those that cannot be read keep none from being added.
    const added = await documents(
      'add',
      path('program'),
      path('huge.txt'),
      path('gone'),
      path('folder'),
      '-r',
      '--json',
    )
    expect(added).toMatchObject({
      status: 2,
      data: {
        error: {code: 'DOCUMENT_UNREADABLE', message: expect.stringContaining('3 of 4 could not be added')},
        data: {
          documents: [{name: 'manual.pdf', pages: 2, state: 'ready'}],
          failed: [{code: 'DOCUMENT_UNREADABLE'}, {code: 'DOCUMENT_TOO_LARGE'}, {code: 'INPUT_NOT_FOUND'}],
        },
      },
    })
    expect(await documents('add', path('notes.md'), '--speaker', 'sam')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^[\da-f]{8} {2}notes\.md \(markdown, 1 parts, of sam\)\n$/),
    })
    expect((await documents('list')).stdout).toMatch(/^[\da-f]{8} {2}manual\.pdf \(pdf, 2 pages, 2 parts\)\n$/)
    expect((await documents('search', 'warranty')).stdout).toBe('manual.pdf, page 2\n  The warranty lasts two years.\n')
    expect((await documents('search', 'key')).stderr).toContain('Nothing was found.')
    expect((await documents('search', 'key', '--speaker', 'sam', '--json')).data.data.passages).toMatchObject([
      {document: {name: 'notes.md'}, headings: ['Notes']},
    ])
    const [{id}] = (await documents('list', '--json')).data.data.documents
    expect((await documents('remove', id.slice(0, 8))).stdout).toBe('Removed manual.pdf.\n')
    expect(await documents('remove', id, '--json')).toMatchObject({
      status: 2,
      data: {error: {code: 'DOCUMENT_UNKNOWN'}},
    })
  })
})
