import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class Voices extends BaseCommand<typeof Voices> {
  static override summary = 'List the voices that can speak.'
  static override description = 'Their ids, or a language alone, are what `say --voice` and TTS_VOICE_ID take.'
  static override examples = [
    '<%= config.bin %> voices',
    '<%= config.bin %> voices --language de',
    '<%= config.bin %> voices --url grpc://gpu-box:50053 --json',
  ]

  static override flags = {
    language: Flags.string({char: 'l', summary: 'Only voices that speak this, as de or en-gb.'}),
    url: Flags.string({summary: 'Speech service to ask, as grpc://host:50053 (TTS_URL).'}),
  }

  protected async execute(): Promise<unknown> {
    const {language, url} = this.flags
    const [{openSynthesizer}, {connectTimeoutMs}, {voiceCount, voicesOf, voiceTable}, {resultColumns}, {withCancel}] =
      await Promise.all([
        import('@essence/core/engines/synthesizer'),
        import('@essence/core/engines/remote/speech'),
        import('@essence/core/cli/sound/voice-table'),
        import('@essence/core/cli/table'),
        import('@essence/core/kit/cancel'),
      ])
    const settings = await this.settings({TTS_URL: url})
    return withCancel(async signal => {
      const tts = await this.loading('speech synthesis', onProgress =>
        openSynthesizer(settings, {signal, onProgress, waitMs: connectTimeoutMs}),
      )
      try {
        const {engine} = tts.info
        const all = await tts.voices()
        const voices = language === undefined ? all : voicesOf(all, language)
        for (const line of voiceTable(voices, engine, resultColumns())) this.log(line)
        const of = voices.length < all.length ? `, of ${all.length} in all` : ''
        this.note(`${voiceCount(voices, engine)}${of}`)
        this.note(`Hear one: essence say "Hello" --voice ${voices[0]?.id} --play`)
        return voices.map(voice => ({...voice, engine: voice.engine ?? engine}))
      } finally {
        await tts.close()
      }
    })
  }
}
