import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {newKept} from '@essence/core/engines/mind/kept'
import {openMind} from '@essence/core/engines/mind/open-mind'
import {samplingFrom} from '@essence/core/engines/mind/sampling'
import {isOurs} from '@essence/core/engines/remote/assistant'
import {callBuckets} from '@essence/core/rpc/metrics'
import type {EngineKind} from '@essence/core/service/engine/kind'
import {Counter, Histogram, type Registry} from 'prom-client'
import {heldMind, type MindEngine, mindEngine} from './held-mind.ts'

/** June as a service, with her figures beside those of the calls. */
export const inference = (registry: Registry): EngineKind<MindEngine> => {
  const registers = [registry]
  const tokens = new Counter({
    name: 'inference_tokens_total',
    help: 'Tokens of prompts, of those the ones whose state was reused, and tokens written',
    labelNames: ['kind'] as const,
    registers,
  })
  const first = new Histogram({
    name: 'inference_time_to_first_token_seconds',
    help: 'From a request to the first piece of its answer',
    buckets: callBuckets,
    registers,
  })
  const rate = new Histogram({
    name: 'inference_token_generation_rate',
    help: 'Tokens written in a second, of each answer',
    buckets: [1, 2, 5, 10, 20, 40, 80, 160, 320, 640],
    registers,
  })
  // Older than whatever is opened: conversations go on when models are replaced.
  const kept = newKept()
  return {
    name: 'inference',
    role: 'answers',
    inTurn: 'llm',
    address: ({LLM_HOST: host, LLM_PORT: port, INFERENCE_METRICS_PORT: metricsPort}) => ({host, port, metricsPort}),
    variables: {host: 'LLM_HOST', port: 'LLM_PORT', metricsPort: 'INFERENCE_METRICS_PORT'},
    // This is the service: an address of another one is for its callers. A server of another kind is its model.
    open: async (settings, {signal}) => {
      const {LLM_URL} = settings
      const own = isOurs(LLM_URL) ? {...settings, LLM_URL: undefined} : settings
      return mindEngine(await openMind(own, {signal, kept}))
    },
    held: heldMind,
    close: () => kept.close(),
    lacks: ({assistant}) => assistant.lacks ?? [],
    serve: ({engine, ...options}, settings) =>
      serveAssistant({
        ...options,
        engines: engine,
        sampling: samplingFrom(settings),
        maxDocumentBytes: settings.DOCUMENT_MAX_MB * 1024 ** 2,
        onAnswered({firstMs, usage}) {
          first.observe(firstMs / 1000)
          if (!usage) return
          tokens.inc({kind: 'prompt'}, usage.promptTokens)
          tokens.inc({kind: 'cached'}, usage.cachedTokens)
          tokens.inc({kind: 'completion'}, usage.completionTokens)
          if (usage.tokensPerSecond > 0) rate.observe(usage.tokensPerSecond)
        },
      }),
    /** A word of the bare model: nothing of it is to be remembered. */
    async warmUp({assistant, llm}, signal) {
      if (llm) for await (const _ of llm.chat([{role: 'user', content: 'Hello.'}], {maxTokens: 1, signal}));
      else for await (const _ of assistant.reply({speaker: 'warm-up', session: 'warm-up', text: 'Hello.', signal}));
    },
  }
}
