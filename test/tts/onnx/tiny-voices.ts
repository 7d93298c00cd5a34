// Voices with exactly the inputs of the real ones, and no weights: `echo` gives back every number it was given, so that tokens, their
// order, speed, style and speaker can be read off; `tones` sings, one tone for each token, as long as the speed says.
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {OnnxGraph, type Value} from '@essence/core/onnx/graph'
import {temporaryFolder} from '../../temporary-folder.ts'

export type Sound = 'echo' | 'tones'

/** Tokens the tiny voices know; a run with a larger one fails. */
const knownTokens = 256

const int = (to: number) => ({to: {int: to}})
const float32 = 1
const int64 = 7

/** The tokens as one list of floats; looked up, as an embedding is, so that an unknown one fails. */
const lookUp = (graph: OnnxGraph, tokens: Value): Value => {
  const table = graph.constant(Float32Array.from({length: knownTokens}, (_, i) => i))
  return graph.op('Reshape', [graph.op('Gather', [table, tokens]), graph.ints(-1)])
}

/** A tone for each token: 120 to 160 Hz, `samples` long, phases joined. */
const tones = (graph: OnnxGraph, tokens: Value, sampleRate: number, samples: Value): Value => {
  const varied = graph.op('Mod', [tokens, graph.float(41)], {fmod: {int: 1}})
  const hertz = graph.op('Add', [varied, graph.float(120)])
  const column = graph.op('Unsqueeze', [hertz, graph.ints(1)])
  const length = graph.op('Reshape', [graph.op('Cast', [samples], int(int64)), graph.ints(1)])
  const spread = graph.op('Expand', [column, graph.op('Concat', [graph.ints(1), length], {axis: {int: 0}})])
  const cycles = graph.op('CumSum', [
    graph.op('Reshape', [spread, graph.ints(-1)]),
    graph.constant(BigInt64Array.of(0n), []),
  ])
  const phases = graph.op('Mul', [cycles, graph.float((2 * Math.PI) / sampleRate)])
  return graph.op('Mul', [graph.op('Sin', [phases]), graph.float(0.4)])
}

const asFloats = (graph: OnnxGraph, value: Value): Value =>
  graph.op('Reshape', [graph.op('Cast', [value], int(float32)), graph.ints(-1)])

/** 1500 samples at normal speed. */
const toneSamples = 1500

/** Piper's VITS: input, input_lengths, scales [noise, length, noise_w], and sid where there are several speakers. */
export const tinyPiper = (sound: Sound, speakers = 1): Uint8Array => {
  const graph = new OnnxGraph('tiny-piper')
  const input = graph.input('input', 'int64', ['batch_size', 'phonemes'])
  const lengths = graph.input('input_lengths', 'int64', ['batch_size'])
  const scales = graph.input('scales', 'float32', [3])
  const sid = speakers > 1 ? [graph.input('sid', 'int64', ['batch_size'])] : []
  const tokens = lookUp(graph, input)
  const length = graph.op('Mul', [graph.op('Gather', [scales, graph.ints(1)]), graph.float(toneSamples)])
  const flat =
    sound === 'tones'
      ? tones(graph, tokens, 22_050, length)
      : graph.op('Concat', [tokens, asFloats(graph, lengths), scales, ...sid.map(one => asFloats(graph, one))], {
          axis: {int: 0},
        })
  graph.output(graph.op('Reshape', [flat, graph.ints(1, 1, 1, -1)]), 'output', 'float32', ['batch_size', 1, 1, 'time'])
  return graph.finish()
}

/** Kokoro: input_ids (or `tokens`), style, speed → waveform. The echo gives the first two numbers of the style. */
const tinyKokoro = (sound: Sound, tokenInput: string): Uint8Array => {
  const graph = new OnnxGraph('tiny-kokoro')
  const ids = graph.input(tokenInput, 'int64', [1, 'sequence_length'])
  const style = graph.input('style', 'float32', [1, 256])
  const speed = graph.input('speed', 'float32', [1])
  const tokens = lookUp(graph, ids)
  const length = graph.op('Div', [graph.float(toneSamples), speed])
  const two = graph.op('Gather', [graph.op('Reshape', [style, graph.ints(-1)]), graph.ints(0, 1)])
  const flat =
    sound === 'tones'
      ? tones(graph, tokens, 24_000, length)
      : graph.op('Concat', [tokens, two, speed], {axis: {int: 0}})
  graph.output(graph.op('Reshape', [flat, graph.ints(1, -1)]), 'waveform', 'float32', [1, 'num_samples'])
  return graph.finish()
}

/** JETS as espnet_onnx exports it: text → wav, dur. */
export const tinyJets = (sound: Sound): Uint8Array => {
  const graph = new OnnxGraph('tiny-jets')
  const tokens = lookUp(graph, graph.input('text', 'int64', ['text_length']))
  const flat = sound === 'tones' ? tones(graph, tokens, 22_050, graph.float(toneSamples)) : tokens
  graph.output(flat, 'wav', 'float32', ['wav_length'])
  graph.output(graph.op('Cast', [tokens], int(int64)), 'dur', 'int64', ['dur_length'])
  return graph.finish()
}

/** Numbers of phonemes as Piper's published voices have them (rhasspy/piper-phonemize, phoneme_ids.hpp). */
const piperSymbols = [
  ..."_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœǀǁǂǃɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢʲˈˌːˑ˞βθχᵻⱱ",
  ...'0123456789',
  ...['\u0327', '\u0303', '\u032a', '\u032f', '\u0329'],
]
export const piperIds: Record<string, number[]> = Object.fromEntries(piperSymbols.map((symbol, id) => [symbol, [id]]))

/** Writes a Piper voice with its json; gives the path of its model. */
export const writePiper = async (
  sound: Sound,
  name = 'en_US-tiny-medium',
  config: object = {},
  speakers = 1,
): Promise<string> => {
  const path = join(temporaryFolder(), `${name}.onnx`)
  await writeFile(path, tinyPiper(sound, speakers))
  const json = {
    audio: {sample_rate: 22_050, quality: 'medium'},
    espeak: {voice: 'en-us'},
    inference: {noise_scale: 0.667, length_scale: 1, noise_w: 0.8},
    phoneme_map: {},
    phoneme_id_map: piperIds,
    num_symbols: 256,
    num_speakers: speakers,
    speaker_id_map: {},
    ...config,
  }
  await writeFile(`${path}.json`, JSON.stringify(json))
  return path
}

/** The vocabulary of Kokoro 1.0 (hexgrad/Kokoro-82M, config.json). */
export const kokoroVocabulary: Record<string, number> = {
  ...{
    $: 0,
    ';': 1,
    ':': 2,
    ',': 3,
    '.': 4,
    '!': 5,
    '?': 6,
    '—': 9,
    '…': 10,
    '"': 11,
    '(': 12,
    ')': 13,
    '“': 14,
    '”': 15,
    ' ': 16,
  },
  ...{
    '\u0303': 17,
    ʣ: 18,
    ʥ: 19,
    ʦ: 20,
    ʨ: 21,
    ᵝ: 22,
    ꭧ: 23,
    A: 24,
    I: 25,
    O: 31,
    Q: 33,
    S: 35,
    T: 36,
    W: 39,
    Y: 41,
    ᵊ: 42,
  },
  ...{
    a: 43,
    b: 44,
    c: 45,
    d: 46,
    e: 47,
    f: 48,
    h: 50,
    i: 51,
    j: 52,
    k: 53,
    l: 54,
    m: 55,
    n: 56,
    o: 57,
    p: 58,
    q: 59,
    r: 60,
  },
  ...{
    s: 61,
    t: 62,
    u: 63,
    v: 64,
    w: 65,
    x: 66,
    y: 67,
    z: 68,
    ɑ: 69,
    ɐ: 70,
    ɒ: 71,
    æ: 72,
    β: 75,
    ɔ: 76,
    ɕ: 77,
    ç: 78,
    ɖ: 80,
  },
  ...{
    ð: 81,
    ʤ: 82,
    ə: 83,
    ɚ: 85,
    ɛ: 86,
    ɜ: 87,
    ɟ: 90,
    ɡ: 92,
    ɥ: 99,
    ɨ: 101,
    ɪ: 102,
    ʝ: 103,
    ɯ: 110,
    ɰ: 111,
    ŋ: 112,
    ɳ: 113,
  },
  ...{
    ɲ: 114,
    ɴ: 115,
    ø: 116,
    ɸ: 118,
    θ: 119,
    œ: 120,
    ɹ: 123,
    ɾ: 125,
    ɻ: 126,
    ʁ: 128,
    ɽ: 129,
    ʂ: 130,
    ʃ: 131,
    ʈ: 132,
    ʧ: 133,
  },
  ...{
    ʊ: 135,
    ʋ: 136,
    ʌ: 138,
    ɣ: 139,
    ɤ: 140,
    χ: 142,
    ʎ: 143,
    ʒ: 147,
    ʔ: 148,
    ˈ: 156,
    ˌ: 157,
    ː: 158,
    ʰ: 162,
    ʲ: 164,
    '↓': 169,
  },
  ...{'→': 171, '↗': 172, '↘': 173, ᵻ: 177},
}

/** Row r of voice v's styles begins with [v, r]. */
const styles = (voice: number, rows: number): Float32Array => {
  const all = new Float32Array(rows * 256)
  for (let row = 0; row < rows; row++) all.set([voice, row], row * 256)
  return all
}

/** Writes a Kokoro model as the hub has it: onnx/model.onnx, tokenizer.json, voices/. Gives the path of the model. */
export const writeKokoro = async (
  sound: Sound,
  voices = ['af_heart', 'am_michael', 'bf_emma', 'ff_siwis', 'jf_alpha'],
  tokenInput = 'input_ids',
): Promise<string> => {
  const folder = temporaryFolder()
  await mkdir(join(folder, 'onnx'))
  await mkdir(join(folder, 'voices'))
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({model: {type: 'WordLevel', vocab: kokoroVocabulary}}))
  for (const [i, voice] of voices.entries()) await writeFile(join(folder, 'voices', `${voice}.bin`), styles(i, 510))
  await writeFile(join(folder, 'onnx/model.onnx'), tinyKokoro(sound, tokenInput))
  return join(folder, 'onnx/model.onnx')
}

/** The tokens of imdanboy/jets (its README on the hub, `token_list`), from which NeuML/ljspeech-jets-onnx was exported. */
export const jetsTokenList = [
  ...[
    '<blank>',
    '<unk>',
    'AH0',
    'N',
    'T',
    'D',
    'S',
    'R',
    'L',
    'DH',
    'K',
    'Z',
    'IH1',
    'IH0',
    'M',
    'EH1',
    'W',
    'P',
    'AE1',
    'AH1',
  ],
  ...[
    'V',
    'ER0',
    'F',
    ',',
    'AA1',
    'B',
    'HH',
    'IY1',
    'UW1',
    'IY0',
    'AO1',
    'EY1',
    'AY1',
    '.',
    'OW1',
    'SH',
    'NG',
    'G',
    'ER1',
    'CH',
  ],
  ...[
    'JH',
    'Y',
    'AW1',
    'TH',
    'UH1',
    'EH2',
    'OW0',
    'EY2',
    'AO0',
    'IH2',
    'AE2',
    'AY2',
    'AA2',
    'UW0',
    'EH0',
    'OY1',
    'EY0',
    'AO2',
  ],
  ...[
    'ZH',
    'OW2',
    'AE0',
    'UW2',
    'AH2',
    'AY0',
    'IY2',
    'AW2',
    'AA0',
    "'",
    'ER2',
    'UH2',
    '?',
    'OY2',
    '!',
    'AW0',
    'UH0',
    'OY0',
    '..',
  ],
  '<sos/eos>',
]

const yamlItem = (token: string): string =>
  /^[A-Z<][\w<>/]*$/.test(token) || /^\.+$/.test(token) ? token : `'${token.replaceAll("'", "''")}'`

/** Writes a JETS model with its config.yaml in the form of espnet_onnx; gives the path of the model. */
export const writeJets = async (sound: Sound): Promise<string> => {
  const folder = temporaryFolder()
  const list = jetsTokenList.map(token => `  - ${yamlItem(token)}`).join('\n')
  await writeFile(
    join(folder, 'config.yaml'),
    `normalize:\n  use_normalize: false\ntoken:\n  list:\n${list}\ntts_model:\n  model_type: JETS\n`,
  )
  await writeFile(join(folder, 'model.onnx'), tinyJets(sound))
  return join(folder, 'model.onnx')
}
