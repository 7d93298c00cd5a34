import type {EncodedFormat} from '@essence/core/audio/encode/encode'
import {BaseCommand} from '@essence/core/cli/base-command'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import type {TurnEvent, TurnTimes} from '@essence/core/voice/events'
import {Args, Flags} from '@oclif/core'

export default class Turn extends BaseCommand<typeof Turn> {
  static override summary = 'Run one voice turn from a file: listen, answer, speak, with the time of each stage.'
  static override examples = [
    '<%= config.bin %> turn question.ogg -o reply.ogg',
    '<%= config.bin %> turn question.ogg --json',
  ]

  static override args = {
    file: Args.string({required: true, description: 'the voice message, or - for standard input'}),
  }

  static override flags = {
    output: Flags.string({char: 'o', summary: 'File for the spoken answer: .ogg (a Telegram voice note), .wav, .mp3.'}),
    voice: Flags.string({summary: 'Voice id or language of the answer (TTS_VOICE_ID).'}),
    language: Flags.string({char: 'l', summary: 'Language spoken, as en; auto detects it (STT_LANGUAGE).'}),
  }

  protected async execute(): Promise<unknown> {
    const [{readConfig}, {openEngines}, {runTurn}, {sourceOf}, {formatOf}, {withCancel}] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/engines/open'),
      import('@essence/core/voice/turn'),
      import('@essence/core/audio/source'),
      import('@essence/core/audio/encode/sound-file'),
      import('@essence/core/kit/cancel'),
    ])
    const {output, voice, language} = this.flags
    const {settings, warnings} = await readConfig({flags: {TTS_VOICE_ID: voice, STT_LANGUAGE: language}})
    for (const warning of warnings) this.warn(warning)
    const format = output === undefined ? undefined : formatOf(output)
    return withCancel(async signal => {
      const engines = await openEngines(settings, {check: false, signal, onProgress: message => this.detail(message)})
      try {
        for (const notice of engines.notices) this.warn(notice)
        const turn = {
          speaker: 'cli',
          session: 'cli',
          input: {audio: sourceOf(this.args.file)},
          language: settings.STT_LANGUAGE,
          speak: output !== undefined,
        }
        return await this.#run(runTurn(turn, engines, {signal}), format, signal)
      } finally {
        await engines.close()
      }
    })
  }

  async #run(
    events: AsyncIterable<TurnEvent>,
    format: EncodedFormat | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const {output} = this.flags
    const [{encodeForFile}, {writeOutput}] = await Promise.all([
      import('@essence/core/audio/encode/sound-file'),
      import('@essence/core/cli/write-output'),
    ])
    const result = {
      heard: '',
      answered: '',
      audioMs: 0,
      times: {} as Partial<TurnTimes>,
      output: null as string | null,
    }
    this.report = result
    const log = (line: string): void => this.log(line)
    /** Shows what happens in the turn and hands on its speech, as it comes. Fails after the answer where the voice did. */
    async function* speech() {
      let failure: EssenceError | undefined
      for await (const event of events) {
        if (event.type === 'speech') yield event
        if (event.type === 'transcript') {
          result.heard = event.transcript.text
          log(`you   ${result.heard}`)
        }
        if (event.type === 'speechFailed') failure = new EssenceError(event.code, event.message, event)
        if (event.type !== 'done') continue
        Object.assign(result, {answered: event.text, audioMs: event.audioMs, times: event.times})
        log(`june  ${event.text.trim()}`)
      }
      if (failure) throw failure
    }
    if (output === undefined || !format) for await (const _ of speech());
    else {
      try {
        await writeOutput(output, encodeForFile(speech(), format, {signal}))
        result.output = output
      } catch (error) {
        if (!isEssenceError(error) || error.code !== 'AUDIO_EMPTY' || result.answered === '') throw error
        this.warn(`Nothing of the answer can be spoken; ${output} was not written.`)
      }
    }
    for (const [stage, ms] of Object.entries(result.times)) this.note(`${stage.padEnd(9)} ${Math.round(ms)} ms`)
    return result
  }
}
