import { utf8 } from '../bytes/index.ts'
import type { Suite } from './suite.ts'

/** Signatures of a suite that are remembered: those of some minutes of a busy member. */
const MAX_REMEMBERED = 4_096

const LABEL = utf8('mixun-verified-1\0')

const rememberedOf = new WeakMap<Suite, Set<string>>()

/**
 * `suite.verify`, but one signature costs one verification: every part of a process checks what it is given, and
 * checkpoints and receipts come to several of them. Remembered is what held, by a digest of key, signature and message;
 * the oldest leaves first.
 *
 * @throws ERR_VERIFY_SIGNATURE
 */
export function verifyOnce(
  suite: Suite,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): void {
  // Of other lengths, bytes could pass from one part to the next under one digest.
  if (publicKey.length !== suite.publicKeyBytes || signature.length !== suite.signatureBytes) {
    return suite.verify(publicKey, message, signature)
  }
  const remembered = rememberedOf.get(suite) ?? new Set()
  rememberedOf.set(suite, remembered)
  const digest = String.fromCharCode(...suite.hash(LABEL, publicKey, signature, message))
  if (remembered.has(digest)) return
  suite.verify(publicKey, message, signature)
  const [oldest] = remembered.size < MAX_REMEMBERED ? [] : remembered
  if (oldest !== undefined) remembered.delete(oldest)
  remembered.add(digest)
}
