// What may be sent: anything, and things that are nearly right.
import fc from 'fast-check'

export const words = fc.oneof(
  fc.string({unit: 'binary', maxLength: 20}),
  fc.constantFrom(
    '',
    'a',
    'c',
    'k',
    'en',
    'auto',
    'june',
    'true',
    '../..',
    '__proto__',
    'user',
    'wav',
    'mp3',
    '\u0000',
    '\ud800',
    '1e999',
    'ben',
    'local',
  ),
)
const {json} = fc.letrec<{json: unknown}>(tie => ({
  json: fc.oneof(
    {maxDepth: 3},
    words,
    fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), {maxLength: 3}),
    fc.dictionary(words, tie('json'), {maxKeys: 3}),
  ),
}))

/** Objects with names that mean something, and values that may. */
export const object = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.oneof({weight: 2, arbitrary: words}, {weight: 1, arbitrary: json}), {
    maxKeys: 5,
  })

const said = [
  'type',
  'text',
  'content',
  'audio_data',
  'audio_b64',
  'stream',
  'speak',
  'language',
  'voice_id',
  'conversation_id',
  'encoding',
  'sample_rate',
  '__proto__',
]
const types = [
  'text',
  'audio',
  'tts_request',
  'audio_start',
  'audio_chunk',
  'audio_end',
  'auth',
  'cancel',
  'ping',
  'response',
]

export const message = fc.oneof(
  fc.tuple(fc.constantFrom(...types), object(said)).map(([type, rest]) => ({...rest, type})),
  fc.record({type: fc.constant('text'), text: words}),
  object(said),
  json,
)

export const frame = fc.oneof(
  {weight: 4, arbitrary: message.map(each => JSON.stringify(each) ?? 'null')},
  {weight: 1, arbitrary: words},
  {weight: 1, arbitrary: message.map(each => (JSON.stringify(each) ?? '').slice(0, -1))},
  {weight: 1, arbitrary: fc.uint8Array({maxLength: 200}).map(bytes => Buffer.from(bytes))},
)

/** Bodies of JSON for a route, some of them as they should be. */
export const bodies: Record<string, fc.Arbitrary<unknown>> = {
  '/chat': message,
  '/api/turn': fc.oneof(object(['text', 'session', 'voice', 'language', 'speak', 'documents', 'decision']), json),
  '/auth/login': fc.oneof(object(['username', 'password', 'user_id']), json),
  '/auth/refresh': fc.oneof(object(['refresh_token']), json),
  '/api/v1/llm/generate': fc.oneof(object(['prompt']), json),
  '/api/v1/tts/speak': fc.oneof(object(['text', 'language', 'voice_id']), json),
  '/v1/chat/completions': fc.oneof(
    fc
      .tuple(
        fc.array(
          fc.record({
            role: fc.constantFrom('user', 'system', 'assistant', 'tool', 'x'),
            content: fc.oneof(words, json),
          }),
          {maxLength: 3},
        ),
        object([
          'stream',
          'tools',
          'response_format',
          'temperature',
          'stop',
          'user',
          'n',
          'seed',
          'metadata',
          'reasoning_effort',
          'logit_bias',
        ]),
        fc.constantFrom('june', 'mock', ''),
      )
      .map(([messages, rest, model]) => ({...rest, messages, model})),
    json,
  ),
  '/v1/responses': fc.oneof(
    object(['model', 'input', 'previous_response_id', 'tools', 'stream', 'background', 'instructions', 'store']),
    fc.record(
      {
        model: fc.constantFrom('june', 'mock', ''),
        ...{input: words, instructions: words, previous_response_id: words},
        ...{stream: fc.boolean(), background: fc.boolean(), store: fc.boolean()},
      },
      {requiredKeys: ['model', 'input']},
    ),
    json,
  ),
  '/v1/embeddings': fc.oneof(
    object(['model', 'input', 'dimensions', 'encoding_format']),
    fc.record({model: fc.constant('mock-embedding'), input: fc.oneof(words, fc.array(words, {maxLength: 4}))}),
    json,
  ),
  '/v1/audio/speech': fc.oneof(
    object(['model', 'input', 'voice', 'response_format', 'speed', 'stream_format']),
    fc.record(
      {
        ...{model: fc.constant('tts-1'), input: words, voice: words},
        response_format: fc.constantFrom('mp3', 'opus', 'wav', 'flac', 'pcm', 'aac'),
        stream_format: fc.constantFrom('sse', 'audio'),
      },
      {requiredKeys: ['model', 'input']},
    ),
    json,
  ),
}

/** Of any text, also of one with half a character. */
export const inAddress = (text: string): string => encodeURIComponent(text.toWellFormed())
