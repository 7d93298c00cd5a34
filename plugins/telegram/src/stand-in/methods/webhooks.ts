import {Refusal} from '../refusal.ts'
import type {StandInState} from '../state.ts'
import type {Methods} from './method.ts'

/** Where updates are brought to. */
export const webhooks = (state: StandInState): Methods<'getWebhookInfo' | 'setWebhook' | 'deleteWebhook'> => ({
  getWebhookInfo: () => ({
    url: state.webhookUrl,
    has_custom_certificate: state.webhook.certificate !== undefined,
    pending_update_count: state.updates.length,
    ...(state.webhook.error
      ? {last_error_message: state.webhook.error, last_error_date: Math.floor(Date.now() / 1000)}
      : {}),
  }),
  setWebhook: ({url, secret_token, certificate}, files) => {
    if (!String(url).startsWith('https://')) {
      throw new Refusal(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook')
    }
    const pem = files.get(String(certificate ?? '').replace(/^attach:\/\//, ''))
    state.webhookUrl = url
    state.webhook = {...(secret_token ? {secret: secret_token} : {}), ...(pem ? {certificate: pem} : {})}
    return true
  },
  deleteWebhook: () => {
    state.webhookUrl = ''
    state.webhook = {}
    return true
  },
})
