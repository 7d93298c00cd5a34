import type {DocumentInfo, Passage} from '@essence/core/documents/port'
import {EssenceError} from '@essence/core/kit/errors'
import {FairSemaphore} from '@essence/core/kit/flow/fair-semaphore'
import type {FastifyRequest} from 'fastify'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {assertAllowed, speakerOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'
import {readForm, takeForms} from '../door/forms.ts'
import {untilGone} from '../door/gone.ts'
import {mindOf} from './mind.ts'

/** Uploads held in memory at once, and those that wait, each person taking turns. */
const uploading = {limit: 4, limitPerKey: 1, maxWaiting: 32, maxWaitingPerKey: 8}

const ofDocument = z.object({id: z.string().min(1).max(100)})
const added = z.object({
  /** For admins: it is everybody's. */
  everybody: z.stringbool().default(false),
})
const asked = z.object({
  q: z.string().trim().min(1).max(4000),
  limit: z.coerce.number().int().min(1).max(50).default(5),
})
const documentSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  bytes: z.int(),
  pages: z.int().optional(),
  added_at: z.iso.datetime(),
  /** Of whoever asks, and nobody else's; others are everybody's. */
  own: z.boolean(),
  state: z.enum(['ready', 'indexing']),
})
const passageSchema = z.object({
  document: z.object({id: z.string(), name: z.string()}),
  text: z.string(),
  page: z.int().optional(),
  headings: z.array(z.string()),
  score: z.number(),
})

/** What June has read: everybody's, and the caller's own. */
export const addDocumentRoutes: AddRoutes = async (door, context) => {
  const {maxDocumentBytes, access} = context
  const uploads = new FairSemaphore({
    ...uploading,
    refusal: () => new EssenceError('ENGINE_BUSY', 'June is reading other documents.', {suggestions: ['Try again.']}),
  })
  const tags = ['documents']
  const reads = {config: {access: 'documents.read'}} as const
  const writes = {config: {access: 'documents.write'}} as const

  /** What may be done to a document that is everybody's is written down. */
  const tell = async ({caller, ip}: FastifyRequest, action: string, details: string): Promise<void> => {
    if (caller.via === 'local') return
    await (await access()).audit.write({action, actor: caller.userId, address: ip, details})
  }
  const uploaded = async (request: FastifyRequest): Promise<{name: string; bytes: Uint8Array}> => {
    let document = {name: '', bytes: new Uint8Array()}
    await readForm(request, {
      maxBytes: maxDocumentBytes,
      refusal: noDocument,
      tooLarge: () => tooLarge(maxDocumentBytes),
      async take(file, name) {
        const bytes = Buffer.concat(await file.toArray())
        if (bytes.length > maxDocumentBytes) throw tooLarge(maxDocumentBytes)
        document = {name, bytes}
      },
    })
    return document
  }

  await door.register(async scope => {
    await takeForms(scope)
    const http = scope.withTypeProvider<ZodTypeProvider>()
    http.get(
      '/api/documents',
      {
        ...reads,
        schema: {
          tags,
          summary: 'What June has read.',
          response: {200: z.object({documents: z.array(documentSchema)})},
        },
      },
      async (request, reply) => {
        const {documents} = await mindOf(context, reply)
        const known = await documents.list(speakerOf(request.caller))
        return reply.header('cache-control', 'no-store').send({documents: known.map(documentToWire)})
      },
    )
    http.post(
      '/api/documents',
      {
        ...writes,
        schema: {
          tags,
          summary: 'Have June read a document: multipart/form-data with a file.',
          consumes: ['multipart/form-data'],
          querystring: added,
          response: {201: documentSchema},
        },
      },
      async (request, reply) => {
        const {caller, query} = request
        if (query.everybody) assertAllowed(caller, 'admin.write')
        const owner = query.everybody ? undefined : speakerOf(caller)
        const signal = untilGone(reply.raw)
        const {documents} = await mindOf(context, reply)
        const release = await uploads.acquire(caller.userId, {signal})
        try {
          const info = await documents.add({...(await uploaded(request)), owner}, {signal})
          if (query.everybody) await tell(request, 'document.added', `${info.id} ${info.name}`)
          return reply.code(201).send(documentToWire(info))
        } finally {
          release()
        }
      },
    )
    http.delete(
      '/api/documents/:id',
      {...writes, schema: {tags, summary: 'Forget a document.', params: ofDocument, response: {204: z.undefined()}}},
      async (request, reply) => {
        const {caller, params} = request
        const {documents} = await mindOf(context, reply)
        const administrates = caller.permissions.has('admin.write')
        await documents.remove(params.id, administrates ? undefined : speakerOf(caller))
        if (administrates) await tell(request, 'document.removed', params.id)
        return reply.code(204).send()
      },
    )
    http.get(
      '/api/documents/search',
      {
        ...reads,
        schema: {
          tags,
          summary: 'Passages that answer a question, the best first.',
          querystring: asked,
          response: {200: z.object({passages: z.array(passageSchema)})},
        },
      },
      async (request, reply) => {
        const {q, limit} = request.query
        const {documents} = await mindOf(context, reply)
        const options = {limit, owner: speakerOf(request.caller), signal: untilGone(reply.raw)}
        const passages = (await documents.search(q, options)).map(passageToWire)
        return reply.header('cache-control', 'no-store').send({passages})
      },
    )
  })
}

const noDocument = (message: string, {cause}: {cause?: unknown}): EssenceError =>
  new EssenceError('USAGE', message, {
    cause,
    suggestions: ['Send multipart/form-data with one file: curl -F file=@manual.pdf …'],
  })

const tooLarge = (maxBytes: number): EssenceError =>
  new EssenceError(
    'DOCUMENT_TOO_LARGE',
    `The document has more than ${Math.round(maxBytes / 2 ** 20)} MiB, which is all that is read (DOCUMENT_MAX_MB).`,
  )

const documentToWire = (info: DocumentInfo): z.infer<typeof documentSchema> => {
  const {id, name, kind, bytes, pages, addedAt, owner, state} = info
  return {id, name, kind, bytes, pages, added_at: addedAt.toISOString(), own: owner !== undefined, state}
}

const passageToWire = ({
  document: {id, name},
  text,
  page,
  headings,
  score,
}: Passage): z.infer<typeof passageSchema> => ({
  document: {id, name},
  ...{text, page, headings, score},
})
