import type {Assistant} from '../assistant/port.ts'
import type {Settings} from '../config/schema.ts'
import {type MindOptions, openMind} from './mind/open-mind.ts'

/** What answers for a channel. Closing it closes all that it stands on. @throws what `openMind` throws */
export const openAssistant = async (settings: Settings, options: MindOptions = {}): Promise<Assistant> =>
  (await openMind(settings, options)).assistant
