import {BaseCommand, usageError} from '@essence/core/kit/base-command'
import type {TextToSpeech} from '@essence/core/tts/port'
import {Args, Flags} from '@oclif/core'

export default class Say extends BaseCommand<typeof Say> {
  static override summary = 'Speak a text into a file.'
  static override description = 'The format follows the file name: .ogg (Opus, a Telegram voice note), .wav or .mp3.'
  static override examples = [
    '<%= config.bin %> say "Hello, I am June." -o hello.ogg',
    '<%= config.bin %> say "Guten Tag" --voice de --speed 1.2 -o tag.wav',
    'echo "Hello" | <%= config.bin %> say - -o - > hello.ogg',
    '<%= config.bin %> say --voices',
  ]

  static override args = {
    text: Args.string({description: 'the text, or - for standard input'}),
  }

  static override flags = {
    output: Flags.string({
      char: 'o',
      summary: 'File to write, or - for standard output (OGG/Opus).',
      default: 'say.ogg',
    }),
    voice: Flags.string({summary: 'Voice id or language (TTS_VOICE_ID).'}),
    speed: Flags.string({summary: 'Relative rate, 0.5 to 2 (TTS_SPEED).'}),
    pitch: Flags.string({summary: 'Shift in semitones, -12 to 12.', default: '0'}),
    volume: Flags.string({summary: 'Relative loudness, 0 to 1.', default: '1'}),
    voices: Flags.boolean({summary: 'List the voices instead.'}),
  }

  protected async execute(): Promise<unknown> {
    const {voice, speed} = this.flags
    const [{readConfig}, {openSynthesizer}, {withCancel}] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/engines/synthesizer'),
      import('@essence/core/kit/cancel'),
    ])
    const {settings, warnings} = await readConfig({flags: {TTS_VOICE_ID: voice, TTS_SPEED: speed}})
    for (const warning of warnings) this.warn(warning)
    return withCancel(async signal => {
      const tts = await openSynthesizer(settings)
      try {
        return this.flags.voices ? await this.#listVoices(tts) : await this.#speak(tts, settings.TTS_VOICE_ID, signal)
      } finally {
        await tts.close()
      }
    })
  }

  async #listVoices(tts: TextToSpeech): Promise<unknown> {
    const voices = await tts.voices()
    for (const {id, name, language, gender} of voices) {
      this.log(`${id.padEnd(16)} ${language.padEnd(8)} ${gender.padEnd(8)} ${name}`)
    }
    return voices
  }

  async #speak(tts: TextToSpeech, voice: string, signal: AbortSignal): Promise<unknown> {
    const [{encodeForFile, formatOf}, {speechText}, {writeOutput}, consumers] = await Promise.all([
      import('@essence/core/audio/sound-file'),
      import('@essence/core/voice/speech-text'),
      import('@essence/core/kit/write-output'),
      import('node:stream/consumers'),
    ])
    const {output, pitch, volume} = this.flags
    if (output === '-' && this.jsonEnabled())
      throw usageError('The sound and --json cannot both go to standard output.')
    const format = output === '-' ? 'ogg' : formatOf(output)
    const options = {pitch: number('pitch', pitch), volume: number('volume', volume), signal}
    const given = this.args.text === '-' ? await consumers.text(process.stdin) : this.args.text
    // Signs are read aloud in the voice's language: a voice is named after its own, as de or en-gb+f3.
    const text = speechText(given ?? '', voice === 'default' ? undefined : voice.replace(/\+.*/, ''))
    if (!text) throw usageError('There is no text to speak.', [`Give one: ${this.config.bin} say "Hello" -o hello.ogg`])
    const started = performance.now()
    let audioMs = 0
    async function* counted() {
      for await (const chunk of tts.synthesize(text, options)) {
        audioMs += (chunk.pcm.length / chunk.sampleRate) * 1000
        yield chunk
      }
    }
    const sound = encodeForFile(counted(), format, {signal})
    const bytes = output === '-' ? await this.#toStdout(sound) : await writeOutput(output, sound)
    const ttsMs = Math.round(performance.now() - started)
    if (output !== '-') this.log(output)
    this.note(`${(audioMs / 1000).toFixed(1)} s of speech in ${ttsMs} ms by ${tts.info.engine} on ${tts.info.device}`)
    return {output, format, bytes, audioMs: Math.round(audioMs), ttsMs, engine: tts.info}
  }

  async #toStdout(sound: AsyncIterable<Uint8Array>): Promise<number> {
    let bytes = 0
    for await (const chunk of sound) {
      bytes += chunk.length
      if (!process.stdout.write(chunk)) await new Promise(resolve => process.stdout.once('drain', resolve))
    }
    return bytes
  }
}

const number = (flag: string, text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw usageError(`--${flag} is "${text}"; expected a number.`)
  return value
}
