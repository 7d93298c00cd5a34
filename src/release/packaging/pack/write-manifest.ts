import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type ReleaseManifest, releaseManifestSchema} from '../../manifest.ts'
import {manifestName} from './contents.ts'

/** `20261126-141548`, UTC. */
const compactTime = (date: Date): string =>
  date
    .toISOString()
    .replace(/[-:]|\..*$/g, '')
    .replace('T', '-')

/** Readable by people, and with one line for a file: there are thousands. */
const asText = ({files, ...rest}: ReleaseManifest): string => {
  const head = JSON.stringify(rest, null, 2).replace(/\n}$/, '')
  return `${head},\n  "files": [\n${files.map(file => `    ${JSON.stringify(file)}`).join(',\n')}\n  ]\n}\n`
}

/**
 * Names the build by its content, and writes the manifest.
 * @param date of the sources
 */
export const writeManifest = async (
  folder: string,
  unnamed: Omit<ReleaseManifest, 'build'>,
  date: Date,
): Promise<ReleaseManifest> => {
  const digest = createHash('sha256').update(JSON.stringify(unnamed)).digest('hex')
  const {format, service, version, ...rest} = unnamed
  const build = `${compactTime(date)}-${digest.slice(0, 8)}`
  const manifest = releaseManifestSchema.parse({format, service, version, build, ...rest})
  await writeFile(join(folder, manifestName), asText(manifest))
  return manifest
}
