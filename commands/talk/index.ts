import {BaseCommand} from '@essence/core/cli/base-command'
import type {liveTurns} from '@essence/core/cli/talk/live/live-turns'
import type {TalkEngines} from '@essence/core/cli/talk/live/open-engines'
import type {Settings} from '@essence/core/config/schema'
import {Flags} from '@oclif/core'

const eagerness = ['low', 'medium', 'high', 'auto'] as const

interface TalkRun {
  settings: Settings
  session: string
  turns: ReturnType<typeof liveTurns>
  /** Ends the sound. */
  ending: AbortSignal
  signal: AbortSignal
}

export default class Talk extends BaseCommand<typeof Talk> {
  static override summary = 'Talk with June aloud, through the microphone and speakers of this machine.'
  static override description =
    `Speak when you like: June answers once you are done, and stops when you interrupt her. What either of you said is
written down; Ctrl-C leaves.

Where \`essence up\` runs on this machine, that June answers, with what she remembers.

A recording can stand in for the microphone, and a file for the speakers. A recording is heard as fast as it was spoken;
the conversation ends once June has answered it.`
  static override examples = [
    '<%= config.bin %> talk',
    '<%= config.bin %> talk --eagerness low --language de',
    '<%= config.bin %> talk --input questions.wav --output heard.wav --json',
  ]

  static override flags = {
    input: Flags.string({char: 'i', summary: 'Recording to hear in place of the microphone, or - for standard input.'}),
    output: Flags.string({char: 'o', summary: 'File for what the speakers would play: .wav, .ogg or .mp3.'}),
    voice: Flags.string({summary: 'Voice id or language of the answers (TTS_VOICE_ID).'}),
    language: Flags.string({char: 'l', summary: 'Language spoken, as en; auto detects it (STT_LANGUAGE).'}),
    eagerness: Flags.option({
      options: eagerness,
      default: 'auto',
      summary: 'How soon June takes the word: low lets you think.',
    })(),
    interrupt: Flags.boolean({allowNo: true, default: true, summary: 'June stops when you speak.'}),
    session: Flags.string({
      summary: 'Name of the conversation to go on with. Default: the last one.',
      exclusive: ['new'],
    }),
    new: Flags.boolean({summary: 'Begin another conversation.'}),
  }

  protected async execute(): Promise<unknown> {
    const [{checkLiveDevices}, {openTalkEngines}, {liveTurns}, {sessionName}, {withCancel}] = await Promise.all([
      import('@essence/core/cli/sound/live-devices'),
      import('@essence/core/cli/talk/live/open-engines'),
      import('@essence/core/cli/talk/live/live-turns'),
      import('@essence/core/cli/talk/session-name'),
      import('@essence/core/kit/cancel'),
    ])
    const {input, output, voice, language, session, new: fresh} = this.flags
    await checkLiveDevices({input, output})
    const settings = await this.settings({TTS_VOICE_ID: voice, STT_LANGUAGE: language})
    const turns = liveTurns()
    this.report = {turns: turns.turns, output: output ?? null}
    const ending = new AbortController()
    const talk = async (signal: AbortSignal): Promise<void> => {
      const what = 'speech recognition, the language model and speech synthesis'
      // Nothing goes on yet that could end well.
      const opening = AbortSignal.any([signal, ending.signal])
      const open = await this.loading(what, onProgress => openTalkEngines(settings, {signal: opening, onProgress}))
      try {
        for (const notice of open.engines.notices) this.warn(notice)
        const name = await sessionName(settings.JUNE_DATA_DIR, {session, fresh})
        await this.#talk(open, {settings, session: name, turns, ending: ending.signal, signal})
      } finally {
        await open.close()
      }
    }
    await withCancel(talk, () => ending.abort())
    return this.report
  }

  async #talk(
    {engines, vad, endOfTurn}: TalkEngines,
    {settings, session, turns, ending, signal}: TalkRun,
  ): Promise<void> {
    const [
      {openConversation},
      {openEchoCanceller},
      {openLiveInput},
      {openLiveOutput},
      {liveView},
      {playedRate, runTalk},
      {statusLine},
    ] = await Promise.all([
      import('@essence/core/conversation/conversation'),
      import('@essence/core/conversation/echo/echo-canceller'),
      import('@essence/core/cli/sound/live-input'),
      import('@essence/core/cli/sound/live-output'),
      import('@essence/core/cli/talk/live/live-view'),
      import('@essence/core/cli/talk/live/run-talk'),
      import('@essence/core/cli/status-line'),
    ])
    const isShown = this.asking.show === 'terminal'
    const output = await openLiveOutput(playedRate, this.flags.output)
    const line = isShown ? statusLine() : {show: () => {}, clear: () => {}}
    try {
      const input = await openLiveInput({file: this.flags.input, ending, signal})
      const view = liveView({
        line,
        print: text => this.jsonEnabled() || this.log(text),
        note: text => this.note(text),
        detail: text => this.detail(text),
        warn: text => void this.warn(text),
      })
      this.note(`${input.name}, ${output.name}; Ctrl-C leaves.`)
      this.detail(`end of turn: ${endOfTurn.description}; speech: ${vad.description}`)
      const {eagerness, interrupt} = this.flags
      const conversation = openConversation({
        ...{engines, vad, endOfTurn, speaker: 'cli', channel: 'cli', session},
        language: settings.STT_LANGUAGE,
        turnTaking: {eagerness, interrupt},
      })
      const onSilent = (): void =>
        void this.warn('The microphone gives nothing but silence: is it muted, or may this program not use it?')
      await runTalk({
        conversation,
        input,
        output,
        echo: input.isFile ? undefined : openEchoCanceller(),
        turns,
        view,
        onSilent,
      })
    } finally {
      line.clear()
      await output.close()
    }
  }
}
