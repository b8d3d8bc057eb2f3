import { expectCodeAsync } from '@mixun/core/testing'
import { systemRandom } from '@mixun/core/random'
import { importDecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import { intl, type Suite, sm } from '@mixun/core/suite'
import type { TrustAnchor } from '@mixun/sdk/home'
import { describe, expect, it } from 'vitest'
import { admit, checkAdmission, createAdmissionRequest, createAuthority, generateTlsKeys } from './index.ts'

const authority = await createAuthority('test consortium')
const aboutIn = ({ id }: Suite) => ({
  name: '甲证券',
  address: '127.0.0.1:7001',
  decryptionKey: importDecryptionKey(id, new Uint8Array(32).fill(1)),
})

const identityIn = (suite: Suite, partyId: string): Identity => ({
  partyId,
  suite,
  signingKey: suite.generateSigningKey(systemRandom),
})
const anchorOf = ({ suite, signingKey }: Identity): TrustAnchor => ({
  consortium: 'test consortium',
  suite: suite.id,
  origin: 'test/ledger',
  association: { partyId: 'association', publicKey: signingKey.publicKey },
})

describe.each([intl, sm])('suite $id', suite => {
  const identity = (partyId: string) => identityIn(suite, partyId)
  const association = identity('association')
  const anchor = anchorOf(association)
  const about = aboutIn(suite)

  it('admits a member that holds all its keys, and the member accepts the admission', async () => {
    const jia = identity('jia')
    const keys = await generateTlsKeys()
    const request = JSON.parse(JSON.stringify(await createAdmissionRequest(jia, keys, about)))
    const { admission, certificate } = await admit(association, authority, anchor, request)
    expect(certificate.subject).toBe('CN=jia')
    const checked = await checkAdmission(jia, [keys.privateKey], JSON.parse(JSON.stringify(admission)))
    expect(checked.anchor).toEqual(anchor)
    expect(JSON.stringify(request)).not.toContain('PRIVATE')
  })

  it('refuses a request that was altered, or whose TLS key belongs to another request', async () => {
    const jia = identity('jia')
    const request = await createAdmissionRequest(jia, await generateTlsKeys(), about)
    const other = await createAdmissionRequest(identity('yi'), await generateTlsKeys(), about)
    const altered = { ...request, body: { ...request.body, partyId: 'yi' } }
    const mixed = {
      ...request,
      body: { ...request.body, certificateRequest: other.body.certificateRequest },
    }
    for (const bad of [altered, mixed, {}, { ...request, signature: '00' }]) {
      await expectCodeAsync('ERR_CERTIFICATE_REQUEST', admit(association, authority, anchor, bad))
    }
  })

  it('refuses an admission made for another home or by another association', async () => {
    const jia = identity('jia')
    const keys = await generateTlsKeys()
    const request = await createAdmissionRequest(jia, keys, about)
    const { admission } = await admit(association, authority, anchor, request)
    const otherKeys = await generateTlsKeys()
    await expectCodeAsync('ERR_ADMISSION_FOREIGN', checkAdmission(jia, [otherKeys.privateKey], admission))
    await expectCodeAsync(
      'ERR_ADMISSION_FOREIGN',
      checkAdmission(identity('jia'), [keys.privateKey], admission),
    )
    const forged = await admit(identity('association'), authority, anchor, request)
    await expectCodeAsync('ERR_ADMISSION_FOREIGN', checkAdmission(jia, [keys.privateKey], forged.admission))
    await expectCodeAsync('ERR_ADMISSION_FOREIGN', checkAdmission(jia, [keys.privateKey], { nothing: true }))
  })
})

it('keeps members and consortia of different suites apart', async () => {
  const keys = await generateTlsKeys()
  const [jia, association] = [identityIn(sm, 'jia'), identityIn(intl, 'association')]
  const request = await createAdmissionRequest(jia, keys, aboutIn(sm))
  await expectCodeAsync(
    'ERR_CERTIFICATE_REQUEST',
    admit(association, authority, anchorOf(association), request),
  )
  const relabelled = { ...request, body: { ...request.body, suite: 'intl' } }
  await expectCodeAsync(
    'ERR_CERTIFICATE_REQUEST',
    admit(association, authority, anchorOf(association), relabelled),
  )
  const inSm = identityIn(sm, 'association')
  const { admission } = await admit(inSm, authority, anchorOf(inSm), request)
  const foreign = identityIn(intl, 'jia')
  await expectCodeAsync('ERR_ADMISSION_FOREIGN', checkAdmission(foreign, [keys.privateKey], admission))
})
