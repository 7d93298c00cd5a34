import {readFile} from 'node:fs/promises'
import {createSecureContext, rootCertificates} from 'node:tls'
import {ChannelCredentials, ServerCredentials} from '@grpc/grpc-js'
import {EssenceError, messageOf, systemCodeOf} from '../kit/errors.ts'

/** Paths of PEM files. */
export interface ServerTlsFiles {
  cert?: string | undefined
  key?: string | undefined
}

/**
 * What a server shows its clients: the certificate of SERVICE_TLS_CERT, with its key; undefined where neither is set.
 * @throws CONFIG_INVALID: one without the other, a file that cannot be read, or a key that is not the certificate's
 */
export const serverCredentials = async ({cert, key}: ServerTlsFiles): Promise<ServerCredentials | undefined> => {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    const [set, missing] = cert ? ['SERVICE_TLS_CERT', 'SERVICE_TLS_KEY'] : ['SERVICE_TLS_KEY', 'SERVICE_TLS_CERT']
    throw new EssenceError('CONFIG_INVALID', `${set} is set, but ${missing} is not: TLS needs both.`)
  }
  const pair = {cert: await read('SERVICE_TLS_CERT', cert), key: await read('SERVICE_TLS_KEY', key)}
  try {
    createSecureContext(pair)
  } catch (cause) {
    throw new EssenceError(
      'CONFIG_INVALID',
      `SERVICE_TLS_CERT and SERVICE_TLS_KEY cannot be used: ${messageOf(cause)}.`,
      {
        suggestions: ['Give the PEM files of one certificate, its chain behind it, and of its own key.'],
        cause,
      },
    )
  }
  return ServerCredentials.createSsl(null, [{cert_chain: pair.cert, private_key: pair.key}])
}

/**
 * What a client trusts: the authorities that come with Node.js, and that of SERVICE_TLS_CA, where it is set.
 * @throws CONFIG_INVALID: a file that cannot be read, or holds no certificate
 */
export const channelCredentials = async (ca: string | undefined): Promise<ChannelCredentials> => {
  if (ca === undefined) return ChannelCredentials.createSsl()
  const own = await read('SERVICE_TLS_CA', ca)
  if (!own.includes('-----BEGIN CERTIFICATE-----')) {
    throw new EssenceError('CONFIG_INVALID', `SERVICE_TLS_CA is ${ca}, which holds no certificate (PEM).`)
  }
  return ChannelCredentials.createSsl(Buffer.concat([own, Buffer.from(`\n${rootCertificates.join('\n')}\n`)]))
}

const read = (variable: string, path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    const why = systemCodeOf(cause) ?? messageOf(cause)
    throw new EssenceError('CONFIG_INVALID', `${variable} is ${path}, which cannot be read (${why}).`, {cause})
  })
