import {ask, renewed} from '../../server/ask.ts'
import {JuneError, refusal} from '../../server/june-error.ts'
import {tokens} from '../../server/tokens.ts'
import {words} from '../../words/words.ts'

export interface SendOptions {
  everybody: boolean
  signal: AbortSignal
  /** 0..1; 1: all of it was sent. */
  onProgress: (progress: number) => void
}

/** Has June read a file; resolves once she has. One that is refused for want of a token goes once more. @throws JuneError */
export const sendDocument = async (file: File, options: SendOptions): Promise<void> => {
  // A token that has expired is renewed before all of the file was sent in vain.
  await ask('/api/documents', {signal: options.signal}).catch(() => {})
  const used = tokens()?.access
  let response = await send(file, used, options)
  if (response.status === 401) {
    await renewed(used)
    response = await send(file, tokens()?.access, options)
  }
  if (!response.ok) throw await refusal(response)
}

/** `fetch` does not tell how much was sent. @throws JuneError */
const send = (
  file: File,
  access: string | undefined,
  {everybody, signal, onProgress}: SendOptions,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const lost = (): void => reject(new JuneError('UNREACHABLE', words.t('documents.lost', {ns: 'mind'})))
    if (signal.aborted) return lost()
    const request = new XMLHttpRequest()
    request.open('POST', `/api/documents${everybody ? '?everybody=true' : ''}`)
    if (access !== undefined) request.setRequestHeader('authorization', `Bearer ${access}`)
    request.upload.addEventListener('progress', ({loaded, total}) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('load', () => {
      const headers = {'retry-after': request.getResponseHeader('retry-after') ?? '0'}
      resolve(new Response(request.responseText || null, {status: request.status, headers}))
    })
    for (const event of ['error', 'abort', 'timeout'] as const) request.addEventListener(event, lost)
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })
