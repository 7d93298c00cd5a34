import {readFile} from 'node:fs/promises'
import {findPackageJSON} from 'node:module'
import {dirname, join} from 'node:path'
import type {FastifyInstance} from 'fastify'

const html = 'text/html; charset=utf-8'
const css = 'text/css; charset=utf-8'
const js = 'text/javascript; charset=utf-8'
const svg = 'image/svg+xml'

/** Path → file in `public/` and its type. A file that is not here is not served. */
const files: Record<string, [file: string, type: string]> = {
  '/': ['index.html', html],
  '/style.css': ['style.css', css],
  '/app.js': ['app.js', js],
  '/conversation.js': ['conversation.js', js],
  '/dom.js': ['dom.js', js],
  '/follow-end.js': ['follow-end.js', js],
  '/keys.js': ['keys.js', js],
  '/lines.js': ['lines.js', js],
  '/listening.js': ['listening.js', js],
  '/memory.js': ['memory.js', js],
  '/models.js': ['models.js', js],
  '/ready.js': ['ready.js', js],
  '/reminders.js': ['reminders.js', js],
  '/states.js': ['states.js', js],
  '/turn.js': ['turn.js', js],
  '/writing.js': ['writing.js', js],
  '/sign-in/ask.js': ['sign-in/ask.js', js],
  '/sign-in/form.js': ['sign-in/form.js', js],
  '/sign-in/tokens.js': ['sign-in/tokens.js', js],
  '/sound/meter.js': ['sound/meter.js', js],
  '/sound/player.js': ['sound/player.js', js],
  '/sound/recorder.js': ['sound/recorder.js', js],
  '/icon.svg': ['icon.svg', svg],
}

/** Serves the page from memory. */
export const addPage = async (http: FastifyInstance): Promise<void> => {
  // The package's root, the same from src/ and from dist/src/.
  const root = dirname(findPackageJSON('../..', import.meta.url) ?? '')
  for (const [path, [file, type]] of Object.entries(files)) {
    const body = await readFile(join(root, 'public', file))
    http.get(path, {config: {access: 'open'}, schema: {hide: true}}, (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(body),
    )
  }
}
