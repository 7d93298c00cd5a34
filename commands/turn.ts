import {BaseCommand} from '@essence/core/cli/base-command'
import {isEssenceError} from '@essence/core/kit/errors'
import type {PcmChunk} from '@essence/core/tts/port'
import type {AnswerEnd, TurnEvent, TurnTimes} from '@essence/core/voice/events'
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
    const [{openEngines}, {runTurn}, {sourceOf}, {formatOf}, {withCancel}] = await Promise.all([
      import('@essence/core/engines/open'),
      import('@essence/core/voice/turn'),
      import('@essence/core/audio/source'),
      import('@essence/core/audio/encode/sound-file'),
      import('@essence/core/kit/cancel'),
    ])
    const {output, voice, language} = this.flags
    const settings = await this.settings({TTS_VOICE_ID: voice, STT_LANGUAGE: language})
    // A name that says no format is told before minutes of loading.
    if (output !== undefined) formatOf(output)
    return withCancel(async signal => {
      const what = 'speech recognition, the language model and speech synthesis'
      const engines = await this.loading(what, onProgress => openEngines(settings, {check: false, signal, onProgress}))
      try {
        for (const notice of engines.notices) this.warn(notice)
        const turn = {
          speaker: 'cli',
          session: 'cli',
          channel: 'cli',
          input: {audio: sourceOf(this.args.file)},
          language: settings.STT_LANGUAGE,
          speak: output !== undefined,
        }
        return await this.#follow(runTurn(turn, engines, {signal}), output, signal)
      } finally {
        await engines.close()
      }
    })
  }

  /** Shows what happens in the turn, and writes its speech as it comes. */
  async #follow(events: AsyncIterable<TurnEvent>, output: string | undefined, signal: AbortSignal): Promise<unknown> {
    const [{collectSpokenTurn}, {encodeForFile, formatOf}, {toStdout, writeOutput}, {timeLines}, {statusLine}] =
      await Promise.all([
        import('@essence/core/channel/collect-turn'),
        import('@essence/core/audio/encode/sound-file'),
        import('@essence/core/cli/write-output'),
        import('@essence/core/cli/talk/turn-times'),
        import('@essence/core/cli/status-line'),
      ])
    const line = this.asking.show === 'terminal' ? statusLine() : undefined
    const say = (text: string): void => {
      line?.clear()
      if (!this.jsonEnabled()) void toStdout(`${text}\n`)
    }
    line?.show('listening …')
    const result = {
      heard: '',
      answered: '',
      audioMs: 0,
      times: {totalMs: 0} as TurnTimes,
      output: null as string | null,
      finishReason: null as AnswerEnd['finishReason'] | null,
    }
    this.report = result
    const write = async (speech: AsyncIterable<PcmChunk>): Promise<void> => {
      if (output === undefined) return
      await writeOutput(output, encodeForFile(speech, formatOf(output), {signal}))
      result.output = output
    }
    const {taken, speechFailure} = await collectSpokenTurn(events, write, event => {
      if (event.type === 'transcript') {
        result.heard = event.transcript.text
        say(`you   ${result.heard}`)
        line?.show('answering …')
      } else if (event.type === 'done') {
        const {text: answered, audioMs, times, finishReason = null} = event
        Object.assign(result, {answered, audioMs, times, finishReason})
        say(`june  ${event.text.trim()}`)
      }
    }).finally(() => line?.clear())
    if (speechFailure) throw speechFailure
    if (taken.status === 'rejected') {
      const nothingSpoken = isEssenceError(taken.reason) && taken.reason.code === 'AUDIO_EMPTY'
      if (!nothingSpoken || result.answered === '') throw taken.reason
      this.warn(`Nothing of the answer can be spoken; ${output} was not written.`)
    }
    if (result.finishReason) this.warn('The answer turned in circles, and was ended.')
    for (const line of timeLines(result.times)) this.note(line)
    if (result.output !== null)
      this.note(`Written: ${result.output}, ${(result.audioMs / 1000).toFixed(1)} s of speech`)
    return result
  }
}
