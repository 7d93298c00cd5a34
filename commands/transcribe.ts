import {BaseCommand} from '@essence/core/kit/base-command'
import {Args, Flags} from '@oclif/core'

export default class Transcribe extends BaseCommand<typeof Transcribe> {
  static override summary = 'Recognise the speech in an audio or video file.'
  static override description =
    'Takes any container and codec people send. The text goes to stdout, times go to stderr.'
  static override examples = [
    '<%= config.bin %> transcribe message.ogg',
    '<%= config.bin %> transcribe interview.mp3 --language de --json',
    'cat note.ogg | <%= config.bin %> transcribe -',
  ]

  static override args = {
    file: Args.string({required: true, description: 'the file, or - for standard input'}),
  }

  static override flags = {
    language: Flags.string({char: 'l', summary: 'Language spoken, as en; auto detects it (STT_LANGUAGE).'}),
    prompt: Flags.string({summary: 'Names and words to expect (STT_PROMPT).'}),
    model: Flags.string({char: 'm', summary: 'Model that listens: an id or the path of a file (STT_MODEL).'}),
    device: Flags.string({summary: 'Where it computes: auto, cuda, vulkan, metal or cpu (STT_DEVICE).'}),
  }

  protected async execute(): Promise<unknown> {
    const {language, prompt, model, device} = this.flags
    const [{readConfig}, {openRecognizer}, {readAudio}, {sourceOf}, {withCancel}] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/engines/recognizer'),
      import('@essence/core/audio/decode'),
      import('@essence/core/audio/source'),
      import('@essence/core/kit/cancel'),
    ])
    const {settings, warnings} = await readConfig({
      flags: {STT_LANGUAGE: language, STT_PROMPT: prompt, STT_MODEL: model, STT_DEVICE: device},
    })
    for (const warning of warnings) this.warn(warning)
    return withCancel(async signal => {
      const audio = await readAudio(sourceOf(this.args.file), {signal})
      const stt = await openRecognizer(settings, signal)
      try {
        if (stt.info.demo) this.warn(stt.info.demo)
        const started = performance.now()
        const transcript = await stt.recognize(audio, {
          signal,
          language: settings.STT_LANGUAGE,
        })
        const sttMs = Math.round(performance.now() - started)
        this.log(transcript.text)
        this.note(
          transcript.text
            ? `${(transcript.audioMs / 1000).toFixed(1)} s of audio in ${sttMs} ms by ${stt.info.engine} on ${stt.info.device}`
            : 'No speech was heard.',
        )
        return {...transcript, sttMs, engine: stt.info}
      } finally {
        await stt.close()
      }
    })
  }
}
