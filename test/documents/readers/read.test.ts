import {readDocument} from '@essence/core/documents/readers/read'
import {describe, expect, it} from 'vitest'
import {docxOf, pdfOf, zipOf} from '../files.ts'

const limits = {maxPages: 100, maxCharacters: 100_000}
const read = (name: string, bytes: Uint8Array | string) =>
  readDocument(name, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, limits)
const textsOf = async (...input: Parameters<typeof read>) => (await read(...input)).chunks.map(({text}) => text)

describe('reading documents', () => {
  it('reads text of any Unicode encoding, and of Windows', async () => {
    const text = 'Grüße aus Köln – 10 €.'
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
    expect(await textsOf('a.txt', text)).toEqual([text])
    expect(await textsOf('a.txt', `\ufeff${text}`)).toEqual([text])
    expect(await textsOf('a.txt', utf16)).toEqual([text])
    expect(await textsOf('a.txt', Buffer.from(utf16).swap16())).toEqual([text])
    const utf32 = Buffer.from([
      0xff,
      0xfe,
      0,
      0,
      ...[...text].flatMap(c => [c.codePointAt(0) ?? 0].flatMap(n => [n & 255, n >> 8, 0, 0])),
    ])
    expect(await textsOf('a.txt', utf32)).toEqual([text])
    const windows = Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x96, 0x20, 0x80])
    expect(await textsOf('a.txt', windows)).toEqual(['Grüße – €'])
  })

  it('reads Markdown, HTML and Word under their headings', async () => {
    const markdown = '# Manual\n\nFirst.\n\n### Battery\n\nCharge *it*.\n\n- one\n- two\n\n## End\n\nDone.'
    const chunks = [
      {text: 'Manual\nFirst.', headings: ['Manual'], page: undefined},
      {text: 'Battery\nCharge it.\none\ntwo', headings: ['Manual', 'Battery'], page: undefined},
      {text: 'End\nDone.', headings: ['Manual', 'End'], page: undefined},
    ]
    expect(await read('m.md', markdown)).toEqual({kind: 'markdown', pages: undefined, chunks})
    const html =
      '<!doctype html><title>x</title><script>no()</script><h1>Manual</h1><p>First.</p><h3>Battery</h3><p>Charge\n <em>it</em>.<ul><li>one<li>two</ul><h2>End</h2>Done.'
    // By its content, whatever its name.
    expect(await read('m.txt', html)).toEqual({kind: 'html', pages: undefined, chunks})
    expect(await read('m.docx', docxOf(['# Manual', 'First.', '# End', 'Done.']))).toMatchObject({
      kind: 'docx',
      chunks: [{text: 'Manual\nFirst.', headings: ['Manual']}, {text: 'End\nDone.'}],
    })
  })

  it('reads a PDF by its pages', async () => {
    expect(await read('p.bin', pdfOf(['The first page has\ntwo lines.', 'The second.']))).toEqual({
      kind: 'pdf',
      pages: 2,
      chunks: [
        {text: 'The first page has\ntwo lines.', headings: [], page: 1},
        {text: 'The second.', headings: [], page: 2},
      ],
    })
  })

  it.each([
    ['an encrypted PDF', 'a.pdf', pdfOf(['x'], {encrypted: true}), 'encrypted with a password'],
    ['a damaged PDF', 'a.pdf', '%PDF-1.4\n%nothing follows', 'damaged'],
    ['a PDF without text', 'a.pdf', pdfOf(['', '']), 'scanned'],
    ['a PDF of too many pages', 'a.pdf', pdfOf(Array.from({length: 101}, () => 'x')), '101 pages; 100 are read'],
    ['a ZIP archive', 'a.docx', zipOf({'a.txt': 'x'}), 'a ZIP archive'],
    ['a damaged Word document', 'a.docx', 'PK\x03\x04word/document.xml', 'a damaged Word document'],
    [
      'an encrypted Word document',
      'a.docx',
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('EncryptedPackage', 'utf16le')]),
      'encrypted with a password',
    ],
    ['a program', 'a.txt', '\x7fELF\0\0\x01', 'its bytes are no text'],
    ['an image', 'a.txt', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'an image'],
    ['an empty file', 'a.txt', '', 'no text'],
    ['white space', 'a.html', '<p> </p>', 'no text'],
    ['too long a text', 'a.txt', 'word '.repeat(30_000), '100000 are read at most'],
  ])('says what is wrong with %s', async (_, name, bytes, why) => {
    await expect(read(name, bytes)).rejects.toMatchObject({
      code: 'DOCUMENT_UNREADABLE',
      message: expect.stringMatching(new RegExp(`^${name} cannot be read: .*${why}`)),
    })
  })

  it('follows HTML that is nested as deep as it likes', async () => {
    expect(await textsOf('a.html', `<html>${'<div>'.repeat(20_000)}deep`)).toEqual(['deep'])
  })
})
