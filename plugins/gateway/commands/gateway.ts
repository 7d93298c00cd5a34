import {BaseCommand} from '@essence/core/kit/base-command'

export default class Gateway extends BaseCommand<typeof Gateway> {
  static override summary = 'placeholder'
  protected async execute(): Promise<unknown> {
    return null
  }
}
