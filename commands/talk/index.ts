import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

const eagerness = ['low', 'medium', 'high', 'auto'] as const

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
    const [{holdTalk}, {liveTurns}, {statusLine}, {withCancel}] = await Promise.all([
      import('@essence/core/cli/talk/live/hold-talk'),
      import('@essence/core/cli/talk/live/live-turns'),
      import('@essence/core/cli/status-line'),
      import('@essence/core/kit/cancel'),
    ])
    const {input, output, voice, language, session, new: fresh, eagerness, interrupt} = this.flags
    const settings = await this.settings({TTS_VOICE_ID: voice, STT_LANGUAGE: language})
    const turns = liveTurns()
    this.report = {turns: turns.turns, output: output ?? null}
    const request = {input, output, session, fresh, turnTaking: {eagerness, interrupt}}
    const screen = {
      line: this.asking.show === 'terminal' ? statusLine() : {show: () => {}, clear: () => {}},
      print: (text: string) => this.jsonEnabled() || this.log(text),
      note: (text: string) => this.note(text),
      detail: (text: string) => this.detail(text),
      warn: (text: string) => void this.warn(text),
      loading: this.loading.bind(this),
    }
    const ending = new AbortController()
    await withCancel(
      signal => holdTalk(request, settings, screen, {signal, ending: ending.signal}, turns),
      () => ending.abort(),
    )
    return this.report
  }
}
