// The worker thread of a language model. llama.cpp computes in threads of its own, but what surrounds it (the library itself, a vocabulary of
// 250,000 tokens, chat templates) holds up JavaScript for hundreds of ms at a time. Relative imports only.
import {loadOnce} from '../../kit/load-once.ts'
import {serveThread, threadData} from '../../kit/process/thread.ts'
import type {LlamaCalls, LlamaThreadData} from './calls.ts'
import {loadLlama} from './load.ts'
import type {LlamaLanguageModel} from './model.ts'
import {whileWanted} from './while-wanted.ts'

let opened: LlamaLanguageModel | undefined
/** Ends the load under way. */
let wanted: AbortSignal | undefined
// Also the first call of a thread that replaces one that ended.
const model = loadOnce(async () => (opened = await loadLlama({...threadData<LlamaThreadData>(), signal: wanted})))

serveThread<LlamaCalls>(
  {
    load: (_none, context) =>
      whileWanted(context, async signal => {
        wanted = signal
        const {info, contextTokens, callsTools, requestLimit} = await model()
        return {info, contextTokens, callsTools, requestLimit}
      }),
    countTokens: async ({messages, tools}) => (await model()).countTokens(messages, tools),
    prepare: (opening, context) =>
      whileWanted(context, async signal => {
        await (await model()).prepare(opening, signal)
        return undefined
      }),
    chat: ({messages, options}, context) =>
      whileWanted(context, async signal => {
        const llm = await model()
        try {
          for await (const delta of llm.chat(messages, {...options, signal})) context.emit(delta)
          return undefined
        } finally {
          // A thread that is ended while llama.cpp computes for it takes the process along.
          if (signal.aborted) await llm.stopped()
        }
      }),
  },
  {atOnce: true, close: async () => opened?.close()},
)
