import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { intl } from '../suite/index.ts'
import { expectCode } from '../testing/index.ts'
import { verifyConsistency, verifyInclusion } from './index.ts'

interface InclusionCase {
  readonly leafIdx: string
  readonly treeSize: string
  readonly leafHash: string | null
  readonly root: string | null
  readonly proof: readonly string[] | null
  readonly wantErr: boolean
}

interface ConsistencyCase {
  readonly size1: string
  readonly size2: string
  readonly root1: string | null
  readonly root2: string | null
  readonly proof: readonly string[] | null
  readonly wantErr: boolean
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/rfc9162-merkle.json', import.meta.url), 'utf8'),
) as {
  readonly inclusion: Readonly<Record<string, InclusionCase>>
  readonly consistency: Readonly<Record<string, ConsistencyCase>>
}

const bytes = (base64: string | null): Uint8Array => Uint8Array.from(Buffer.from(base64 ?? '', 'base64'))

function checkCase(wantErr: boolean, verify: () => void): void {
  if (wantErr) expectCode('ERR_VERIFY_ROOT', verify)
  else verify()
}

describe('published vectors of RFC 9162 proofs', () => {
  it('are 98 of each kind, positive and negative', () => {
    for (const cases of [Object.values(vectors.inclusion), Object.values(vectors.consistency)]) {
      expect(cases).toHaveLength(98)
      expect(new Set(cases.map(one => one.wantErr))).toEqual(new Set([true, false]))
    }
  })

  it.each(Object.entries(vectors.inclusion))('inclusion %s', (_name, one) => {
    checkCase(one.wantErr, () =>
      verifyInclusion(
        intl.hash,
        BigInt(one.leafIdx),
        BigInt(one.treeSize),
        bytes(one.leafHash),
        (one.proof ?? []).map(bytes),
        bytes(one.root),
      ),
    )
  })

  it.each(Object.entries(vectors.consistency))('consistency %s', (_name, one) => {
    checkCase(one.wantErr, () =>
      verifyConsistency(
        intl.hash,
        BigInt(one.size1),
        BigInt(one.size2),
        (one.proof ?? []).map(bytes),
        bytes(one.root1),
        bytes(one.root2),
      ),
    )
  })
})
