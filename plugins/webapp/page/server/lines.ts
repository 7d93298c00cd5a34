/** A body that comes line by line. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  for (;;) {
    const {value, done} = await reader.read()
    const lines = (rest + decoder.decode(value, {stream: !done})).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter(Boolean)
    if (done) return
  }
}
