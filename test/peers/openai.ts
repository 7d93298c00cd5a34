// A server of OpenAI's chat interface, as llama-server and vLLM are one: their routes beside it, their errors, their additions to streams.
// Its model says what it is told to, else the last message again; a token is a word. Faults on request.
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {exampleOf} from '@essence/core/llm/schema-example'

type Body = Record<string, unknown> & {
  messages?: {role: string; content: string | null}[]
  tools?: unknown[]
  max_tokens?: number
  stop?: string[]
}

export interface OpenAiRequest {
  path: string
  body: Body
  authorization: string | undefined
  /** The client left before the end. */
  left: boolean
}

export type OpenAiFault =
  | {kind: 'status'; status: number; body: unknown}
  /** Close the connection after so many pieces. */
  | {kind: 'cut'; after: number}
  /** Say nothing more after so many pieces, and keep the connection. */
  | {kind: 'stall'; after: number}
  /** An error in the middle of the stream. */
  | {kind: 'error'; after: number; body: unknown}

export interface OpenAiPeerOptions {
  /** `plain` has neither /tokenize nor a word about its context. */
  kind?: 'llama-server' | 'vllm' | 'plain'
  models?: string[]
  contextTokens?: number
  key?: string
  /** The deltas of an answer. Default: the words of the last message. */
  deltas?: (body: Body) => Record<string, unknown>[]
  /** Decides what goes wrong with an answer; `count` from 0. */
  fault?: (request: OpenAiRequest, count: number) => OpenAiFault | undefined
}

const owners = {'llama-server': 'llamacpp', vllm: 'vllm', plain: 'someone'}
const words = (text: string): string[] => text.match(/\s*\S+/g) ?? []

const rendered = ({messages = [], tools = []}: Body): string =>
  [
    ...tools.map(tool => `tool ${JSON.stringify(tool)}`),
    ...messages.map(message => `<|${message.role}|> ${message.content ?? ''} ${callsText(message)} <|end|>`),
    '<|assistant|>',
  ].join('\n')

const callsText = (message: object): string => ('tool_calls' in message ? JSON.stringify(message.tool_calls) : '')

/** @returns its address, what it was asked, and options that may be changed while it runs */
export const openAiPeer = async (options: OpenAiPeerOptions = {}) => {
  const {kind = 'llama-server', models = ['june-test'], contextTokens = 2048} = options
  const requests: OpenAiRequest[] = []

  const refuse = (status: number, message: string, type: string): {status: number; body: unknown} => {
    if (kind === 'vllm')
      return {status, body: {object: 'error', message, type: 'BadRequestError', param: null, code: status}}
    return {status, body: {error: {code: status, message, type}}}
  }

  const answers = (path: string, body: Body): {status: number; body: unknown} | undefined => {
    if (path === '/v1/models')
      return {
        status: 200,
        body: {
          object: 'list',
          data: models.map(id => ({
            ...{id, object: 'model', created: 1, owned_by: owners[kind]},
            ...(kind === 'vllm' && {root: id, parent: null, max_model_len: contextTokens, permission: []}),
            ...(kind === 'llama-server' && {meta: {n_vocab: 1000, n_ctx_train: 131072, n_params: 1, size: 1}}),
          })),
        },
      }
    if (kind === 'llama-server') {
      if (path === '/props')
        return {status: 200, body: {default_generation_settings: {n_ctx: contextTokens}, total_slots: 4}}
      if (path === '/apply-template') return {status: 200, body: {prompt: rendered(body)}}
      if (path === '/tokenize') return {status: 200, body: {tokens: words(String(body['content'])).map((_, at) => at)}}
    }
    if (kind === 'vllm' && path === '/tokenize') {
      const tokens = words(rendered(body)).map((_, at) => at)
      return {status: 200, body: {count: tokens.length, max_model_len: contextTokens, tokens}}
    }
    return path === '/v1/chat/completions' ? undefined : {status: 404, body: {detail: 'Not Found'}}
  }

  const overflow = (body: Body): {status: number; body: unknown} | undefined => {
    const prompt = words(rendered(body)).length
    if (kind === 'vllm' && prompt + (body.max_tokens ?? 1) > contextTokens)
      return refuse(
        400,
        `This model's maximum context length is ${contextTokens} tokens. However, you requested more.`,
        '',
      )
    if (prompt < contextTokens) return undefined
    return refuse(
      400,
      `the request exceeds the available context size (${contextTokens} tokens)`,
      'exceed_context_size_error',
    )
  }

  const complete = async (request: OpenAiRequest, response: ServerResponse, fault: OpenAiFault | undefined) => {
    const {body} = request
    const {max_tokens = 1000, stop = []} = body
    const all = options.deltas?.(body) ?? held(body) ?? echo(body, stop)
    const written = all.slice(0, max_tokens)
    const send = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`)
    const chunk = (choice: unknown, more: object = {}): void =>
      send({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: models[0],
        choices: [choice],
        ...more,
      })
    response.writeHead(200, {'content-type': 'text/event-stream'})
    response.write(': ping\n\n')
    chunk({index: 0, delta: {role: 'assistant', content: null}, finish_reason: null})
    for (const [at, delta] of written.entries()) {
      if (fault && fault.kind !== 'status' && at === fault.after) {
        if (fault.kind === 'cut') return void response.destroy()
        if (fault.kind === 'stall') return
        return void response.end(`data: ${JSON.stringify(fault.body)}\n\n`)
      }
      if (response.destroyed) return
      chunk({index: 0, delta, finish_reason: null})
      // Each in a packet of its own, so that a reader that leaves is noticed.
      await new Promise(setImmediate)
    }
    const called = written.some(delta => 'tool_calls' in delta)
    const finish = written.length < all.length ? 'length' : called ? 'tool_calls' : 'stop'
    const usage = {prompt_tokens: words(rendered(body)).length, completion_tokens: written.length}
    const timings = {
      cache_n: 1,
      prompt_n: usage.prompt_tokens - 1,
      predicted_n: written.length,
      predicted_per_second: 42,
    }
    chunk({index: 0, delta: {}, finish_reason: finish}, kind === 'llama-server' ? {timings} : {})
    if (body['stream_options'])
      send({choices: [], usage: {...usage, ...(kind === 'vllm' && {prompt_tokens_details: {cached_tokens: 3}})}})
    response.end('data: [DONE]\n\n')
  }

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(incoming)
    const path = incoming.url ?? ''
    const request: OpenAiRequest = {path, body, authorization: incoming.headers.authorization, left: false}
    response.on('close', () => {
      request.left = !response.writableFinished
    })
    const count = requests.filter(each => each.path === path).length
    requests.push(request)
    const fault = options.fault?.(request, count)
    const json = (answer: {status: number; body: unknown}): void =>
      void response.writeHead(answer.status, {'content-type': 'application/json'}).end(JSON.stringify(answer.body))
    if (options.key !== undefined && request.authorization !== `Bearer ${options.key}`)
      return json(refuse(401, 'Invalid API Key', 'authentication_error'))
    if (fault?.kind === 'status') return json(fault)
    const answer = answers(path, body) ?? overflow(body)
    if (answer) return json(answer)
    await complete(request, response, fault)
  }

  const server = createServer((incoming, response) => void handle(incoming, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    options,
    /** What was asked for answers. */
    chats: () => requests.filter(({path}) => path === '/v1/chat/completions'),
    async close(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Format = {type?: string; json_schema?: {schema?: object}} | undefined

/** What a request asks for beside words: a call, or JSON. */
const held = (body: Body): Record<string, unknown>[] | undefined => {
  const [tool] = (body.tools ?? []) as {function: {name: string; parameters: object}}[]
  if (tool && body['tool_choice'] !== undefined) {
    const {name, parameters} = tool.function
    const called = {name, arguments: JSON.stringify(exampleOf(parameters))}
    return [{tool_calls: [{index: 0, id: 'call_1', type: 'function', function: called}]}]
  }
  const {type, json_schema: json} = (body['response_format'] as Format) ?? {}
  if (type === 'json_object') return [{content: '{"a": '}, {content: '1}'}]
  return json ? words(JSON.stringify(exampleOf(json.schema), null, 1)).map(content => ({content})) : undefined
}

/** The last message, up to the first stop sequence. */
const echo = ({messages = []}: Body, stop: readonly string[]): Record<string, unknown>[] => {
  const text = messages.at(-1)?.content ?? ''
  const ends = stop.map(each => text.indexOf(each)).filter(at => at >= 0)
  return words(text.slice(0, Math.min(text.length, ...ends))).map(content => ({content}))
}

const read = async (incoming: IncomingMessage): Promise<Body> => {
  const pieces: Buffer[] = []
  for await (const piece of incoming as AsyncIterable<Buffer>) pieces.push(piece)
  return pieces.length === 0 ? {} : (JSON.parse(Buffer.concat(pieces).toString('utf8')) as Body)
}
