import fc from 'fast-check'

const type = fc.constantFrom(
  ...[
    'text',
    'audio',
    'tts_request',
    'audio_start',
    'audio_chunk',
    'audio_end',
    'auth',
    'cancel',
    'ping',
    'dance',
    '__proto__',
  ],
)
const value = fc.oneof(
  fc.string({unit: 'grapheme'}),
  fc.base64String(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.anything(),
)

const known = fc.record(
  {
    type: fc.oneof(type, value),
    ...{text: value, content: value, audio_data: value, audio_b64: value, token: value, stream: value, speak: value},
    ...{conversation_id: value, language: value, voice_id: value, encoding: value, sample_rate: value},
  },
  {requiredKeys: []},
)
const written = known.map(
  frame => JSON.stringify(frame, (_, each) => (typeof each === 'bigint' ? `${each}` : each)) ?? '',
)

/** A frame of text as nobody should send it, or as somebody might. */
export const anyFrame = fc.oneof(
  {weight: 5, arbitrary: written},
  {weight: 1, arbitrary: fc.string({unit: 'binary'})},
  {weight: 1, arbitrary: fc.json()},
  {weight: 1, arbitrary: written.map(text => text.slice(0, -1))},
)
