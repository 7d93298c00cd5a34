import {join} from 'node:path'

/** Where the migrations lie: beside this module's source, also from a build (`dist/store`). */
export const migrationsFolder = join(
  import.meta.dirname,
  import.meta.dirname.endsWith(join('dist', 'store')) ? '../../store/migrations' : 'migrations',
)
