import {readdirSync} from 'node:fs'
import {findPackageJSON} from 'node:module'
import {dirname, join} from 'node:path'
import fastifyStatic from '@fastify/static'
import type {FastifyInstance} from 'fastify'

/** Names that change with what is in them. */
const isHashed = (path: string): boolean => path.startsWith('assets/')

/** Serves the page that `plugins/webapp` is built into: the files that are there at the start, and no others. */
export const addPage = async (http: FastifyInstance): Promise<void> => {
  // The package's root, the same from src/ and from dist/src/.
  const root = join(dirname(findPackageJSON('../..', import.meta.url) ?? ''), 'public')
  await http.register(fastifyStatic, {root, serve: false, preCompressed: true, cacheControl: false})
  for (const path of filesBelow(root)) {
    const url = path === 'index.html' ? '/' : `/${path}`
    http.get(url, {config: {access: 'open'}, schema: {hide: true}}, (_request, reply) =>
      reply.header('cache-control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache').sendFile(path),
    )
  }
}

/** With `/` between folders; what is only another's compressed form is left out. */
const filesBelow = (root: string): string[] =>
  readdirSync(root, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && !/\.(?:gz|br)$/.test(entry.name))
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
