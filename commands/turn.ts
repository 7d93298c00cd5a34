import {BaseCommand} from '@essence/core/kit/base-command'
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
    output: Flags.string({char: 'o', summary: 'File for the spoken answer (OGG/Opus, as a Telegram voice note).'}),
    voice: Flags.string({summary: 'Voice id or language of the answer.', env: 'TTS_VOICE_ID'}),
    language: Flags.string({char: 'l', summary: 'Language spoken, as en; auto detects it.', env: 'STT_LANGUAGE'}),
  }

  protected async execute(): Promise<unknown> {
    const [{readConfig}, {openEngines}, {runTurn}, {sourceOf}, {withCancel}] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/engines/open'),
      import('@essence/core/voice/turn'),
      import('@essence/core/audio/source'),
      import('@essence/core/kit/cancel'),
    ])
    const {output, voice, language} = this.flags
    const {settings, warnings} = await readConfig({flags: {TTS_VOICE_ID: voice, STT_LANGUAGE: language}})
    for (const warning of warnings) this.warn(warning)
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
        return await this.#run(runTurn(turn, engines, {signal}), signal)
      } finally {
        await engines.close()
      }
    })
  }

  async #run(events: AsyncIterable<TurnEvent>, signal: AbortSignal): Promise<unknown> {
    const {output} = this.flags
    const [{encodeAudio}, {writeOutput}] = await Promise.all([
      import('@essence/core/audio/encode'),
      import('@essence/core/kit/write-output'),
    ])
    const result = {heard: '', answered: '', audioMs: 0, times: {} as Partial<TurnTimes>, output: output ?? null}
    const log = (line: string): void => this.log(line)
    /** Shows what happens in the turn and hands on its speech, as it comes. */
    async function* speech() {
      for await (const event of events) {
        if (event.type === 'speech') yield event
        if (event.type === 'transcript') {
          result.heard = event.transcript.text
          log(`you   ${result.heard}`)
        }
        if (event.type !== 'done') continue
        Object.assign(result, {answered: event.text, audioMs: event.audioMs, times: event.times})
        log(`june  ${event.text.trim()}`)
      }
    }
    if (output === undefined) for await (const _ of speech());
    else await writeOutput(output, encodeAudio(speech(), 'ogg', {signal}))
    for (const [stage, ms] of Object.entries(result.times)) this.note(`${stage.padEnd(9)} ${Math.round(ms)} ms`)
    return result
  }
}
