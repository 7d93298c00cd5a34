// The thread that reads one document, and is ended where it takes too much. Relative imports only.
import {parentPort, workerData} from 'node:worker_threads'
import {isEssenceError, messageOf} from '../../kit/errors.ts'
import {type ReadDocument, type ReadLimits, readDocument} from './read.ts'

export interface ReaderData {
  name: string
  bytes: Uint8Array
  limits: ReadLimits
}

export type ReaderAnswer = {document: ReadDocument} | {refused: string}

const {name, bytes, limits} = workerData as ReaderData
const answer = await readDocument(name, bytes, limits).then(
  (document): ReaderAnswer => ({document}),
  (error): ReaderAnswer => ({
    refused: isEssenceError(error) ? error.message : `${name} cannot be read: it is damaged (${messageOf(error)}).`,
  }),
)
parentPort?.postMessage(answer)
