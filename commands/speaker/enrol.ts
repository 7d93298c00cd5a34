import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class SpeakerEnrol extends BaseCommand<typeof SpeakerEnrol> {
  static override summary = 'Learn how a person sounds, from three sentences of theirs.'
  static override description =
    'Each recording has 2 s of speech at least, of that person alone. Kept is a vector, which is biometric data: enrol people who agreed to it. Who is enrolled already is enrolled anew.'
  static override examples = ['<%= config.bin %> speaker enrol telegram:123 one.ogg two.ogg three.ogg']
  static override args = {
    name: Args.string({description: "The memory's name for the person, as cli or telegram:123.", required: true}),
    one: Args.string({description: 'A sentence, in any audio format.', required: true}),
    two: Args.string({description: 'Another.', required: true}),
    three: Args.string({description: 'A third.', required: true}),
  }
  static override flags = {
    model: Flags.string({char: 'm', summary: 'Speaker model, the path of an ONNX file (SPEAKER_MODEL).'}),
  }

  protected async execute(): Promise<unknown> {
    const {name, one, two, three} = this.args
    const settings = await this.settings({SPEAKER_MODEL: this.flags.model})
    const [{withSpeaker}, {withCancel}] = await Promise.all([
      import('@essence/core/cli/speaker/with-speaker'),
      import('@essence/core/kit/cancel'),
    ])
    const loading = this.loading.bind(this)
    const enrolled = await withCancel(signal =>
      withSpeaker({settings, files: [one, two, three], loading, signal}, (recognition, sentences) =>
        recognition.enrol(name, sentences, signal),
      ),
    )
    const {person, speechMs, agreement, resembles} = enrolled
    this.log(`Enrolled ${person} from ${(speechMs / 1000).toFixed(1)} s of speech.`)
    this.note(`The sentences agree with ${agreement.toFixed(2)}.`)
    for (const {person: other, score} of resembles)
      this.warn(`${other} sounds the same (${score.toFixed(2)}): the two cannot be told apart by voice.`)
    return enrolled
  }
}
