import {crc32, deflateRawSync} from 'node:zlib'

/** A PDF with a page for each text; its lines are those of the text. */
export const pdfOf = (pages: readonly string[], {encrypted = false} = {}): Uint8Array => {
  const streams = pages.map(text => {
    const lines = text.split('\n').map(line => `(${line.replace(/[()\\]/g, '\\$&')}) Tj 0 -14 Td`)
    return `BT /F1 12 Tf 72 720 Td ${lines.join('\n')} ET`
  })
  const firstPage = 4
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${firstPage + index * 2} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...streams.flatMap((stream, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${firstPage + index * 2 + 1} 0 R >>`,
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    ]),
  ]
  const secret = '61'.repeat(32)
  const protection = encrypted
    ? `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <${secret}> /U <${secret}> >> /ID [<61> <61>]`
    : ''
  return pdfFile(objects, protection)
}

/** A PDF of one page whose content, unpacked, is of so many bytes. */
export const pdfBomb = (unpacked: number): Uint8Array => {
  let packed = Buffer.alloc(unpacked, ' ')
  packed = deflateRawSync(packed) as typeof packed
  // zlib's frame around it; pdf.js does not look at the checksum.
  const stream = Buffer.concat([Buffer.from([0x78, 0x9c]), packed, Buffer.alloc(4)]).toString('latin1')
  return pdfFile([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>',
    `<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n${stream}\nendstream`,
  ])
}

const pdfFile = (objects: readonly string[], trailer = ''): Uint8Array => {
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const at = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const xref = file.length
  const rows = offsets.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${xref}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

/** A Word document of paragraphs; `# ` begins a heading. */
export const docxOf = (paragraphs: readonly string[]): Uint8Array => {
  const body = paragraphs.map(text => {
    const heading = text.startsWith('# ')
    const style = heading ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : ''
    return `<w:p>${style}<w:r><w:t>${heading ? text.slice(2) : text}</w:t></w:r></w:p>`
  })
  return docxWith(`<w:body>${body.join('')}</w:body>`)
}

/** A Word document with this inside of it. */
export const docxWith = (body: string): Uint8Array => {
  const main = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument'
  return zipOf({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${office}" Target="word/document.xml"/></Relationships>`,
    'word/styles.xml': `<w:styles xmlns:w="${main}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    'word/document.xml': `<w:document xmlns:w="${main}">${body}</w:document>`,
  })
}

export const zipOf = (files: Record<string, string>): Uint8Array => {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const entry = Buffer.alloc(26)
    entry.writeUInt16LE(20, 0)
    entry.writeUInt16LE(8, 4)
    entry.writeUInt32LE(crc32(content), 10)
    entry.writeUInt32LE(packed.length, 14)
    entry.writeUInt32LE(content.length, 18)
    entry.writeUInt16LE(name.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    parts.push(Buffer.from('PK\x03\x04'), entry, Buffer.from(name), packed)
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), entry, tail, Buffer.from(name))
    offset += 30 + name.length + packed.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, entries, end])
}
