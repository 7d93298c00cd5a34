import {join} from 'node:path'
import type {ModelStore} from '@essence/core/models/cache/store'
import type {Wanted} from '@essence/core/models/download/plan-model'

export const storeIn = (folder: string): ModelStore => ({
  root: join(folder, 'huggingface'),
  donors: [join(folder, 'transformers')],
  lockFile: join(folder, 'models.lock.json'),
})

export const wantedFile = (id = 'm', repo = 'org/model', path = 'model.bin'): Wanted => ({
  id,
  repo,
  revision: 'main',
  files: [{path, bytes: 1}],
})
