import {BaseCommand} from '@essence/core/cli/base-command'
import {modelKinds} from '@essence/core/models/catalogue/entry'
import {Flags} from '@oclif/core'

export default class ModelsList extends BaseCommand<typeof ModelsList> {
  static override summary =
    'List the models there are: size, licence, whether they fit this machine, which are installed.'
  static override examples = [
    '<%= config.bin %> models list',
    '<%= config.bin %> models list --kind tts',
    '<%= config.bin %> models list --installed --json',
  ]
  static override flags = {
    kind: Flags.option({options: modelKinds})({summary: 'Only models of one kind.'}),
    installed: Flags.boolean({summary: 'Only models that are here.'}),
  }

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const {inspectMachine} = await import('@essence/core/compute/machine')
    const {chooseProfile} = await import('@essence/core/models/download/choose')
    const {takeInventory} = await import('@essence/core/models/cache/inventory')
    const {modelStore} = await import('@essence/core/models/cache/store')
    const {resultColumns} = await import('@essence/core/cli/table')
    const {inventoryLines, inventoryData} = await import('@essence/core/cli/models/inventory-lines')
    const machine = await inspectMachine()
    // What this machine is made for, also where a person chose another profile.
    const profile = await chooseProfile({...settings, MODEL_PROFILE: 'auto'}, machine)
    const rows = (await takeInventory(modelStore(settings), machine, this.flags.kind)).filter(
      ({installed}) => installed !== undefined || !this.flags.installed,
    )
    for (const line of inventoryLines(rows, profile, resultColumns())) this.log(line)
    return rows.map(inventoryData)
  }
}
