import {BaseCommand} from '@essence/core/cli/base-command'

export default class SpeakerList extends BaseCommand<typeof SpeakerList> {
  static override summary = 'List the people whose voices June knows.'
  static override examples = ['<%= config.bin %> speaker list', '<%= config.bin %> speaker list --json']

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const {openVoiceprints} = await import('@essence/core/engines/speaker/voiceprints')
    const all = await openVoiceprints(settings).all()
    const people = all.map(({person, model, enrolledAt}) => ({person, model, enrolledAt}))
    for (const {person, model, enrolledAt} of people)
      this.log(`${enrolledAt.toISOString().slice(0, 10)}  ${person}  ${model}`)
    if (people.length === 0) this.note('Nobody is enrolled: essence speaker enrol NAME ONE TWO THREE')
    return {people}
  }
}
