export interface Platform {
  os: string
  arch: string
  libc: 'glibc' | 'musl' | undefined
}

/** As packages name it. */
export const thisPlatform = (): Platform => {
  const {platform: os, arch} = process
  if (os !== 'linux') return {os, arch, libc: undefined}
  const {header} = process.report.getReport() as {header: {glibcVersionRuntime?: string}}
  return {os, arch, libc: header.glibcVersionRuntime ? 'glibc' : 'musl'}
}
