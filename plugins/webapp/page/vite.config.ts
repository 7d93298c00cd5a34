import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {gzipSync} from 'node:zlib'
import react from '@vitejs/plugin-react'
import {defaultClientConditions, defineConfig, type Plugin} from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const builtTo = here('../../gateway/public')

/** Beside each file its gzip form, so that the gateway compresses nothing while people wait. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const entry of readdirSync(builtTo, {recursive: true, withFileTypes: true})) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && /\.(?:js|css|html|svg|json|webmanifest)$/.test(path))
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), {level: 9}))
    }
  },
})

/** The page, as the gateway serves it: `plugins/gateway/public`. */
export default defineConfig({
  root: here('.'),
  publicDir: here('./static'),
  plugins: [react(), compressed()],
  // Our own packages by their sources, as everything here: what the page shares with the gateway is read, not built first.
  resolve: {conditions: ['essence-source', ...defaultClientConditions]},
  build: {
    outDir: builtTo,
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy lets nothing be loaded from within the page's own text.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    reportCompressedSize: false,
    rolldownOptions: {
      input: {index: here('./index.html'), 'service-worker': here('./offline/service-worker.ts')},
      // Its name says how much of the page is its own: all below the folder it lies in.
      output: {entryFileNames: ({name}) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js')},
    },
  },
  // `npx vite plugins/webapp/page`: the page anew with each change, over a gateway that runs.
  server: {
    port: 3001,
    proxy: Object.fromEntries(
      ['/api', '/auth', '/conversations', '/admin', '/health', '/v1'].map(path => [
        path,
        {target: process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:8000', ws: true},
      ]),
    ),
  },
})
