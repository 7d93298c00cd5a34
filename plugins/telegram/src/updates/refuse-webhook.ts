import {EssenceError} from '@essence/core/kit/errors'

/** With a webhook Telegram calls someone else; taking it away unasked could silence a bot that works. @throws POLLER_CONFLICT */
export const refuseWebhook = (url: string): void => {
  if (!url) return
  const host = URL.parse(url)?.host ?? 'another address'
  throw new EssenceError('POLLER_CONFLICT', `This bot has a webhook: Telegram sends its messages to ${host}.`, {
    suggestions: [
      'If that is no longer wanted, remove it: curl "https://api.telegram.org/bot$TELEGRAM_BOT_TOKEN/deleteWebhook"',
      'Or give this service a bot of its own: @BotFather, /newbot.',
    ],
  })
}
