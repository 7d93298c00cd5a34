import {AwsClient} from 'aws4fetch'
import type {Secret} from '../../kit/secret.ts'

export interface S3Options {
  /** `http://minio:9000`: the bucket stands in the path, as MinIO has it. */
  root: string
  bucket: string
  accessKey: string
  secretKey: Secret
}

/** ms to wait for an answer. */
const timeoutMs = 20_000

/** One bucket of an S3 server. Everything throws where the server is away or refuses. */
export class S3Bucket {
  readonly #client: AwsClient
  readonly #root: string
  #making: Promise<void> | undefined

  constructor({root, bucket, accessKey, secretKey}: S3Options) {
    this.#root = `${root}/${bucket}`
    this.#client = new AwsClient({
      ...{accessKeyId: accessKey, secretAccessKey: secretKey.reveal()},
      ...{service: 's3', region: 'us-east-1', retries: 1},
    })
  }

  /** Makes the bucket where it is missing. */
  async ready(): Promise<void> {
    this.#making ??= this.#make()
    await this.#making.catch(error => {
      this.#making = undefined
      throw error
    })
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#ask('PUT', `/${key}`, {body: Buffer.from(bytes)})
  }

  /** The bytes, as they arrive. */
  async get(key: string): Promise<AsyncIterable<Uint8Array>> {
    const {body} = await this.#ask('GET', `/${key}`)
    if (!body) throw new Error(`${key} is empty`)
    return body
  }

  /** One that is not there is no failure. */
  async remove(key: string): Promise<void> {
    await this.#ask('DELETE', `/${key}`, {}, [404])
  }

  /** Keys that begin so, the first thousand. @param prefix letters, digits, `_`, `-` and `/`, as in all that is put here */
  async list(prefix: string): Promise<{key: string; modifiedAt: number}[]> {
    const response = await this.#ask('GET', `?list-type=2&prefix=${encodeURIComponent(prefix)}`)
    const entry = /<Contents>.*?<\/Contents>/gs
    return [...(await response.text()).matchAll(entry)].flatMap(([text]) => {
      const key = /<Key>([\w/-]+)<\/Key>/.exec(text)?.[1]
      const modifiedAt = Date.parse(/<LastModified>([^<]+)<\/LastModified>/.exec(text)?.[1] ?? '')
      return key === undefined || Number.isNaN(modifiedAt) ? [] : [{key, modifiedAt}]
    })
  }

  async #make(): Promise<void> {
    if ((await this.#ask('HEAD', '', {}, [404])).ok) return
    // Another process may have made it meanwhile.
    await this.#ask('PUT', '', {}, [409])
  }

  async #ask(
    method: string,
    path: string,
    init: {body?: Buffer<ArrayBuffer>} = {},
    fine: readonly number[] = [],
  ): Promise<Response> {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await this.#client.fetch(`${this.#root}${path}`, {method, signal, ...init})
    if (response.ok || fine.includes(response.status)) return response
    const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? ''
    throw new Error(`the S3 server answered ${method} with ${response.status} ${code}`.trim())
  }
}
