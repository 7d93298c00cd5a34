import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class SpeakerIdentify extends BaseCommand<typeof SpeakerIdentify> {
  static override summary = 'Tell who speaks in a recording of one person.'
  static override examples = [
    '<%= config.bin %> speaker identify message.ogg',
    '<%= config.bin %> speaker identify message.ogg --among telegram:123,telegram:456 --json',
  ]
  static override args = {file: Args.string({description: 'Sound of any kind.', required: true})}
  static override flags = {
    among: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      summary: 'Who may have spoken, with commas between. Default: everyone enrolled.',
    }),
    model: Flags.string({char: 'm', summary: 'Speaker model, the path of an ONNX file (SPEAKER_MODEL).'}),
    threshold: Flags.string({summary: 'Likeness from which on a voice counts as theirs, 0 to 1 (SPEAKER_THRESHOLD).'}),
  }

  protected async execute(): Promise<unknown> {
    const {among, model, threshold} = this.flags
    const settings = await this.settings({SPEAKER_MODEL: model, SPEAKER_THRESHOLD: threshold})
    const [{withSpeaker}, {identificationLine}, {withCancel}] = await Promise.all([
      import('@essence/core/cli/speaker/with-speaker'),
      import('@essence/core/cli/speaker/identification-line'),
      import('@essence/core/kit/cancel'),
    ])
    const loading = this.loading.bind(this)
    return withCancel(signal =>
      withSpeaker({settings, files: [this.args.file], loading, signal}, async (recognition, [audio]) => {
        const found = await recognition.whoSpoke(audio ?? new Float32Array(), among, signal)
        this.log(identificationLine(found, recognition.threshold))
        const {person = null, ...rest} = found
        return {person, ...rest, threshold: recognition.threshold, model: recognition.model}
      }),
    )
  }
}
