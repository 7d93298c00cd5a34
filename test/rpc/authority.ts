import {execFileSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {has} from '../audio/witness.ts'

/** For titles of tests that need what makes certificates; empty where it is here. */
export const missingOpenssl = has('openssl', 'version') ? '' : ' (missing: openssl)'

/** PEM files of an authority, and of a certificate of it for 127.0.0.1 with its key. */
export interface CertificateFiles {
  ca: string
  cert: string
  key: string
}

/** Makes an authority and a certificate of it, by openssl. */
export const authority = (folder: string, name: string): CertificateFiles => {
  const file = (suffix: string): string => join(folder, `${name}.${suffix}`)
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, {stdio: 'pipe'})
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...fresh, '-keyout', file('ca-key'), '-out', file('ca'), '-days', '2', '-subj', `/CN=${name}`)
  openssl('req', ...fresh, '-keyout', file('key'), '-out', file('csr'), '-subj', '/CN=june')
  writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1')
  const signed = ['-CA', file('ca'), '-CAkey', file('ca-key'), '-CAcreateserial', '-extfile', file('san'), '-days', '2']
  openssl('x509', '-req', '-in', file('csr'), '-out', file('cert'), ...signed)
  return {ca: file('ca'), cert: file('cert'), key: file('key')}
}
