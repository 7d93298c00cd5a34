import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {numberOf} from '@essence/core/cli/number-flag'
import {Args, Flags} from '@oclif/core'

export default class Say extends BaseCommand<typeof Say> {
  static override summary = 'Speak a text: into a file, to standard output, or through the speakers.'
  static override description =
    "The format follows the file's name: .ogg (Opus, a Telegram voice note), .wav, .mp3, .pcm (raw, 16 bit). A text from standard input is spoken while it comes, however long it is; sound to standard output leaves as it is made. --play needs one of paplay, pw-play, aplay, play (SoX) or ffplay."
  static override examples = [
    '<%= config.bin %> say "Hello, I am June." -o hello.ogg',
    '<%= config.bin %> say "Hello, I am June." > hello.wav',
    '<%= config.bin %> say "Guten Tag" --voice de --speed 1.2 --play',
    '<%= config.bin %> say - -o book.mp3 < book.txt',
    '<%= config.bin %> say --ssml \'<speak>One <break time="1s"/> two</speak>\' -o pause.wav',
    'echo "Hello" | <%= config.bin %> say - -o - --format pcm --rate 16000 > hello.pcm',
    '<%= config.bin %> voices',
  ]

  static override args = {
    text: Args.string({multiple: true, ignoreStdin: true, description: 'the text, or - for standard input'}),
  }

  static override flags = {
    output: Flags.string({
      char: 'o',
      summary:
        'File to write, or - for standard output. Default: say.ogg; where standard output is redirected, a WAV there.',
    }),
    format: Flags.option({
      char: 'f',
      options: ['ogg', 'mp3', 'wav', 'pcm'] as const,
      summary: 'Format of the sound. Default: as the name of -o says; ogg for -o -.',
    })(),
    play: Flags.boolean({char: 'p', summary: 'Through the speakers, while it is made.'}),
    voice: Flags.string({summary: 'Voice id or language, see `voices` (TTS_VOICE_ID).'}),
    language: Flags.string({char: 'l', summary: 'Language of the text, as de: picks a voice where none is named.'}),
    speed: Flags.string({summary: 'Relative rate, 0.5 to 2 (TTS_SPEED).'}),
    pitch: Flags.string({summary: 'Shift in semitones, -12 to 12.', default: '0'}),
    volume: Flags.string({aliases: ['energy'], summary: 'Relative loudness, 0 to 1.', default: '1'}),
    style: Flags.option({
      options: ['neutral', 'happy', 'sad', 'angry', 'excited', 'calm'] as const,
      summary: 'Way of speaking.',
    })(),
    ssml: Flags.boolean({summary: 'The text is SSML: speak, break, prosody, say-as, emphasis, sub, p, s.'}),
    rate: Flags.string({summary: "Sample rate of wav, mp3 and pcm, in Hz. Default: the voice's own."}),
    url: Flags.string({summary: 'Speech service to use, as grpc://host:50053 (TTS_URL).'}),
  }

  protected async execute(): Promise<unknown> {
    const {voice, speed, url, language, style, ssml, pitch, volume, play, rate} = this.flags
    // As of any program whose result is no text: what is redirected is the sound.
    const redirected = !this.flags.output && !play && !process.stdout.isTTY && !this.jsonEnabled()
    const output = this.flags.output ?? (play ? undefined : redirected ? '-' : `say.${this.flags.format ?? 'ogg'}`)
    const format = this.flags.format ?? (redirected ? 'wav' : undefined)
    if (output === '-' && this.jsonEnabled())
      throw usageError('The sound and --json cannot both go to standard output.')
    const [
      {openSynthesizer},
      {connectTimeoutMs},
      {soundOutput},
      {sampleRateOf},
      {voicesOf},
      {spokenText},
      {withCancel},
    ] = await Promise.all([
      import('@essence/core/engines/synthesizer'),
      import('@essence/core/engines/remote/speech'),
      import('@essence/core/cli/sound/write-or-play'),
      import('@essence/core/audio/resample'),
      import('@essence/core/cli/sound/voice-table'),
      import('@essence/core/voice/spoken-text'),
      import('@essence/core/kit/cancel'),
    ])
    const settings = await this.settings({TTS_VOICE_ID: voice, TTS_SPEED: speed, TTS_URL: url})
    const given = this.args.text?.join(' ')
    if (!given?.trim())
      throw usageError('There is no text to speak.', [`Give one: ${this.config.bin} say "Hello" -o hello.ogg`])
    const named = voice === undefined || settings.TTS_VOICE_ID === 'default' ? undefined : settings.TTS_VOICE_ID
    const chosen = {
      pitch: numberOf('--pitch', pitch),
      volume: numberOf('--volume', volume),
      ssml,
      // The setting is the voice where no flag names one; a flag names one whatever the language.
      voice: named,
      language,
      style,
    }
    return withCancel(async signal => {
      const sound = soundOutput({
        play: play ?? false,
        signal,
        output,
        format,
        sampleRate: rate === undefined ? undefined : sampleRateOf('--rate', rate),
      })
      const tts = await this.loading('speech synthesis', onProgress =>
        openSynthesizer(settings, {signal, onProgress, waitMs: connectTimeoutMs}),
      )
      try {
        if (language && named === undefined) voicesOf(await tts.voices(), language)
        if (tts.info.demo) this.warn(tts.info.demo)
        const started = performance.now()
        const source = given === '-' ? process.stdin : given
        const speech = spokenText(tts, source, {...chosen, signal})
        const {bytes, audioMs, firstMs} = await sound.write(speech)
        const ttsMs = Math.round(performance.now() - started)
        if (output !== undefined && output !== '-') this.log(output)
        const by = `by ${tts.info.engine} on ${tts.info.device}`
        this.note(`${(audioMs / 1000).toFixed(1)} s of speech in ${ttsMs} ms, the first after ${firstMs} ms, ${by}`)
        return {
          output: output ?? null,
          format: sound.format ?? null,
          bytes,
          audioMs,
          ttsMs,
          firstMs,
          engine: tts.info,
        }
      } finally {
        await tts.close()
      }
    })
  }
}
