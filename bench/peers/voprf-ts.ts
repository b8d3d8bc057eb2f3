import type { Evaluation, FinalizeData } from '@cloudflare/voprf-ts'
import type { SuiteName, VerifiableOprf } from './verifiable-oprf.ts'

/** Which field arithmetic voprf-ts runs on: its built-in sjcl (P-256 only) or the @noble/curves 1.5.0 it was made for. */
export type VoprfTsProvider = 'sjcl' | 'noble'

export function voprfTsSide(provider: VoprfTsProvider): string {
  return `@cloudflare/voprf-ts 1.0.0 (${provider})`
}

/** @cloudflare/voprf-ts, the other RFC 9497 implementation on npm; requests and responses as bytes. */
export async function voprfTsOprf(
  name: SuiteName,
  seed: Uint8Array,
  provider: VoprfTsProvider,
): Promise<VerifiableOprf> {
  const voprf = await import('@cloudflare/voprf-ts')
  const { CryptoNoble } = await import('@cloudflare/voprf-ts/crypto-noble')
  const crypto = provider === 'noble' ? ([CryptoNoble] as const) : ([] as const)
  const { VOPRF } = voprf.Oprf.Mode
  const keys = await voprf.deriveKeyPair(VOPRF, name, seed, new Uint8Array(0), ...crypto)
  const server = new voprf.VOPRFServer(name, keys.privateKey, ...crypto)
  const client = new voprf.VOPRFClient(name, keys.publicKey, ...crypto)
  return {
    side: voprfTsSide(provider),
    isAsync: true,
    async blind(inputs) {
      const [state, request] = await client.blind([...inputs])
      return { state, request: request.serialize() }
    },
    async evaluate(request) {
      const message = voprf.EvaluationRequest.deserialize(name, request as Uint8Array, ...crypto)
      return (await server.blindEvaluate(message)).serialize()
    },
    finalize(state, response) {
      const message: Evaluation = voprf.Evaluation.deserialize(name, response as Uint8Array, ...crypto)
      return client.finalize(state as FinalizeData, message)
    },
    evaluateInput: input => server.evaluate(input),
  }
}
