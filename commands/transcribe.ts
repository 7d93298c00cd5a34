import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class Transcribe extends BaseCommand<typeof Transcribe> {
  static override summary = 'Recognise the speech in audio or video files, in a stream, or from the microphone.'
  static override description = [
    'Takes any container and codec people send, of any length. The transcript goes to stdout, or to the file or folder of -o; progress goes to stderr. Standard input is listened to once it has ended; with --stream, while it arrives. Ctrl-C ends with what was heard so far, and status 130.',
    'Formats: text (a line for each stretch of speech), json (the whole transcript), ndjson (an event a line, as it happens: speech-start, interim, final, speech-end, end), srt and vtt (subtitles of at most 2 lines of 42 characters and 7 s).',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> transcribe message.ogg',
    '<%= config.bin %> transcribe film.mp4 -o film.srt',
    '<%= config.bin %> transcribe *.mp3 -o transcripts/ --format vtt --words',
    '<%= config.bin %> transcribe interview.m4a --language de --translate --url grpc://gpu-box:50052',
    '<%= config.bin %> transcribe --microphone',
    'arecord -f S16_LE -r 16000 | <%= config.bin %> transcribe - --stream',
    'cat sound.raw | <%= config.bin %> transcribe - --rate 8000 --json',
  ]

  static override args = {
    file: Args.string({multiple: true, ignoreStdin: true, description: 'the files, or - for standard input'}),
  }

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'ndjson', 'srt', 'vtt'] as const,
      summary: 'Format of the transcript. Default: as the name of -o says, else text.',
    })(),
    output: Flags.string({char: 'o', summary: 'File to write, or a folder for several (a name ending in /).'}),
    language: Flags.string({char: 'l', summary: 'Language spoken, as en; auto detects it (STT_LANGUAGE).'}),
    translate: Flags.boolean({summary: 'English text, whatever is spoken.'}),
    words: Flags.boolean({summary: 'Times of each word, in json, ndjson and vtt.'}),
    prompt: Flags.string({summary: 'Text that might precede, to bias spelling and style (STT_PROMPT).'}),
    'hot-words': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      summary: 'Names and words to expect, with commas between.',
    }),
    stream: Flags.boolean({summary: 'Recognise standard input while it arrives, with interim results on a terminal.'}),
    microphone: Flags.boolean({summary: 'Listen to the microphone of this machine.', exclusive: ['rate']}),
    rate: Flags.string({summary: 'The sound is raw PCM (16 bit, little endian, mono) of this sample rate, in Hz.'}),
    url: Flags.string({
      summary: 'Recognition service to use, as grpc://host:50052 (STT_URL).',
      exclusive: ['model', 'device'],
    }),
    model: Flags.string({char: 'm', summary: 'Model that listens: an id or the path of a file (STT_MODEL).'}),
    device: Flags.string({summary: 'Where it computes: auto, cuda, vulkan, metal or cpu (STT_DEVICE).'}),
  }

  protected async execute(): Promise<unknown> {
    const {language, prompt, model, device, url, format, output, words, translate, stream, microphone, rate} =
      this.flags
    const hotWords = this.flags['hot-words']
    const [{transcribeAll}, {sampleRateOf}, {statusLine}, {toStdout}, {withCancel}] = await Promise.all([
      import('@essence/core/cli/transcribe/transcribe-all'),
      import('@essence/core/audio/resample'),
      import('@essence/core/cli/status-line'),
      import('@essence/core/cli/write-output'),
      import('@essence/core/kit/cancel'),
    ])
    const files = this.args.file ?? (stream ? ['-'] : [])
    if (Boolean(microphone) === files.length > 0) {
      throw usageError(
        microphone ? 'Both a file and --microphone are given; expected one.' : 'There is nothing to listen to.',
        [`Name a file, - for standard input, or --microphone: ${this.config.bin} transcribe message.ogg`],
      )
    }
    const settings = await this.settings({
      STT_LANGUAGE: language,
      STT_PROMPT: prompt,
      STT_MODEL: model,
      STT_DEVICE: device,
      STT_URL: url,
    })
    const report: Awaited<Parameters<typeof transcribeAll>[4]> = []
    const data = (): unknown => (files.length > 1 ? report : (report[0] ?? null))
    const silent = this.jsonEnabled() || this.flags.quiet
    const ending = new AbortController()
    const request = {
      from: microphone ? ('microphone' as const) : files,
      live: stream || microphone,
      envelope: this.jsonEnabled(),
      options: {language: settings.STT_LANGUAGE, words, translate, hotWords},
      rawRate: rate === undefined ? undefined : sampleRateOf('--rate', rate),
      format,
      output,
    }
    const screen = {
      line: silent ? {show: () => {}, clear: () => {}} : statusLine(),
      print: (text: string) => (this.jsonEnabled() ? undefined : toStdout(text)),
      note: (text: string) => this.note(text),
      warn: (text: string) => void this.warn(text),
      loading: this.loading.bind(this),
    }
    try {
      const endWell = request.live ? () => ending.abort() : undefined
      await withCancel(
        signal => transcribeAll(request, settings, screen, {signal, ending: ending.signal}, report),
        endWell,
      )
      return data()
    } finally {
      this.report = data()
    }
  }
}
