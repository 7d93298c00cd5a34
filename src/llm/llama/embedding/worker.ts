// The worker thread of an embedding model: a tokenizer and a library hold up JavaScript. Relative imports only.
import {loadOnce} from '../../../kit/load-once.ts'
import {serveThread, threadData} from '../../../kit/process/thread.ts'
import type {Embedder} from '../../embedding-port.ts'
import {whileWanted} from '../while-wanted.ts'
import type {EmbedderCalls, EmbedderThreadData} from './llama-embedder.ts'
import {loadLlamaEmbedder} from './load.ts'

let opened: Embedder | undefined
/** Ends the load under way. */
let wanted: AbortSignal | undefined
const embedder = loadOnce(
  async () => (opened = await loadLlamaEmbedder({...threadData<EmbedderThreadData>(), signal: wanted})),
)

serveThread<EmbedderCalls>(
  {
    load: (_none, context) =>
      whileWanted(context, async signal => {
        wanted = signal
        const {info, model, dimension, maxTokens} = await embedder()
        return {info, model, dimension, maxTokens}
      }),
    embed: ({texts, as}, context) =>
      whileWanted(context, async signal => await (await embedder()).embed(texts, {as, signal})),
  },
  {atOnce: true, close: async () => opened?.close()},
)
