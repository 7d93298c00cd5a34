import {entriesNamed} from '../models/catalogue/catalogue.ts'
import {downloadCommand} from '../models/catalogue/download-command.ts'
import type {LoadableKind} from '../models/catalogue/entry.ts'

/** The command that installs models for people, as every door quotes it. */
export const installCommand = 'essence models download --all'

/** What to do about a model that a setting names and that is not here. */
export const installAdvice = (kind: LoadableKind, name: string): string =>
  entriesNamed(name, kind).length > 0
    ? `Download it: ${downloadCommand([name])}`
    : `See which models there are: essence models list --kind ${kind}`
