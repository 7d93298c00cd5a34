import {BaseCommand} from '@essence/core/kit/base-command'

export default class TelegramService extends BaseCommand<typeof TelegramService> {
  static override summary = 'placeholder'
  protected async execute(): Promise<unknown> {
    return null
  }
}
