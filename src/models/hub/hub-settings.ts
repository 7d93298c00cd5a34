import type {Settings} from '../../config/schema.ts'
import {type HubAccess, openHub} from './hub-request.ts'

/** The hub the settings name; `undefined` when HF_HUB_OFFLINE forbids to reach for it. */
export const hubFrom = (
  settings: Pick<Settings, 'HF_ENDPOINT' | 'HF_TOKEN' | 'HUGGINGFACE_TOKEN' | 'HF_HUB_OFFLINE'>,
): HubAccess | undefined =>
  settings.HF_HUB_OFFLINE
    ? undefined
    : openHub({endpoint: settings.HF_ENDPOINT, token: settings.HF_TOKEN ?? settings.HUGGINGFACE_TOKEN})
