import { createSecureContext, type SecureContext } from 'node:tls'
import { fail } from '../../errors/index.ts'

/** PEM texts of one party: its certificate chain and key, and the consortium's CA. The key is secret. */
export interface TlsMaterial {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** TLS 1.3 with this material. @throws ERR_CHANNEL_TLS when it is unusable */
export function secureContextOf(tls: TlsMaterial): SecureContext {
  try {
    return createSecureContext({ ca: tls.ca, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.3' })
  } catch (cause) {
    return fail('ERR_CHANNEL_TLS', 'expected PEM texts of a CA, a certificate and its key', { cause })
  }
}
