/**
 * Flags of V8 that every process of Essence runs with. WebAssembly in several threads (the embedded database is in one of them) makes V8
 * abort now and then, "Check failed: jit_page.has_value()", where it frees code: https://github.com/nodejs/node/issues/64500. So code is
 * freed only with its whole module, and calls of WebAssembly into JavaScript keep the wrapper that all of them share: 6 % of a small query.
 */
export const v8Flags = ['--no-wasm-code-gc', '--wasm-wrapper-tiering-budget=1000000000']
