import {resolve} from 'node:path'
import {credentials, loadPackageDefinition, type ServiceClientConstructor} from '@grpc/grpc-js'
import {loadSync} from '@grpc/proto-loader'

/** Of a call that fails. */
export interface CallError extends Error {
  code: number
  details: string
}

type Answer = Record<string, unknown>
type Callback = (error: CallError | null, answer: Answer) => void

export interface StockStream extends AsyncIterable<Answer> {
  cancel(): void
}

const protos = resolve(import.meta.dirname, '../../../proto')

/** A stock gRPC client on a plain proto, with nothing of ours. @param address `127.0.0.1:50051` */
export const stockClient = (address: string, file = 'june/llm/llm.proto', path = ['june', 'llm', 'LLMInference']) => {
  const definition: unknown = loadPackageDefinition(
    loadSync(file, {includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true}),
  )
  const Client = path.reduce((at, part) => (at as Answer)[part], definition) as ServiceClientConstructor
  const client = new Client(address, credentials.createInsecure())
  type Method = (request: object, options: object, callback?: Callback) => StockStream
  const call = (method: string, request: object, options: object, callback?: Callback): StockStream =>
    (client[method] as unknown as Method).call(
      client,
      request,
      options,
      ...((callback ? [callback] : []) as [Callback]),
    )
  return {
    unary: (method: string, request: object, options: object = {}): Promise<Answer> =>
      new Promise((done, fail) => {
        call(method, request, options, (error, answer) => (error ? fail(error) : done(answer)))
      }),
    stream: (method: string, request: object, options: object = {}) => call(method, request, options),
    [Symbol.dispose]: () => client.close(),
  }
}
