import ssh2 from 'ssh2'

/** ssh2 drops a leading zero byte of one public key in 256, which OpenSSH then refuses to read: never such a one. */
export const ed25519Pair = (): {public: string; private: string} => {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    // 4 + 11 bytes of type, 4 + 32 of key.
    if (Buffer.from(pair.public.split(' ')[1] ?? '', 'base64').length === 51) return pair
  }
}
