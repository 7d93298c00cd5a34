/** The parts of a multipart/form-data body by name, as bytes. Only what Bot API clients send; not a general parser. */
export const multipartParts = (body: Buffer, contentType: string): Map<string, Buffer> => {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(contentType)
  const mark = Buffer.from(`--${boundary?.[1] ?? boundary?.[2]}`)
  const parts = new Map<string, Buffer>()
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(mark, at + mark.length)
    if (next < 0) break
    // Between two marks: CRLF, headers, empty line, content, CRLF.
    const part = body.subarray(at + mark.length + 2, next - 2)
    const end = part.indexOf('\r\n\r\n')
    const name = /name="?([^";\r\n]+)"?/i.exec(part.subarray(0, end).toString())?.[1]
    if (name) parts.set(name, part.subarray(end + 4))
    at = next
  }
  return parts
}
