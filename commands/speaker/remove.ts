import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class SpeakerRemove extends BaseCommand<typeof SpeakerRemove> {
  static override summary = "Erase what is kept of a person's voice."
  static override description = 'What June knows of the person otherwise stays: essence memory erase --all'
  static override examples = ['<%= config.bin %> speaker remove telegram:123']
  static override args = {name: Args.string({description: 'Whose, as enrolled.', required: true})}

  protected async execute(): Promise<unknown> {
    const {name} = this.args
    const settings = await this.settings()
    const [{openVoiceprints}, {EssenceError}] = await Promise.all([
      import('@essence/core/engines/speaker/voiceprints'),
      import('@essence/core/kit/errors'),
    ])
    if (!(await openVoiceprints(settings).remove(name))) {
      throw new EssenceError('SPEAKER_UNKNOWN', `Nobody called "${name}" is enrolled.`, {
        suggestions: [`See who is: ${this.config.bin} speaker list`],
      })
    }
    this.log(`Removed ${name}.`)
    return {person: name, removed: true}
  }
}
