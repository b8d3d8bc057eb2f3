import { webcrypto } from 'node:crypto'
import { z } from 'zod'
import { partyUri } from '@mixun/core/channel'
import { fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { partyId } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { checkEncryptionKey, type DecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import { SUITE_IDS, signFor, suiteById, verifyFor } from '@mixun/core/suite'
import { anchorFrom, anchorToJson, type TrustAnchor } from '@mixun/sdk/home'
import { type Authority, issueCertificate } from './authority.ts'
import { type CryptoKey, type CryptoKeyPair, TLS_ALGORITHM, x509 } from './x509.ts'

const hex = z.string().regex(/^([0-9a-f]{2})+$/)

const requestBody = z.strictObject({
  partyId,
  name: z.string().min(1).max(64),
  address: z.string().min(3).max(261),
  /** A regulator reads what is sealed to the association: the association has to mean it. */
  role: z.enum(['firm', 'regulator']),
  suite: z.enum(SUITE_IDS),
  signingKey: hex,
  /** What the ledger's entries are sealed to for this member. */
  encryptionKey: hex,
  /** Proof of possession of it. */
  encryptionKeyProof: hex,
  /** PKCS #10, PEM. */
  certificateRequest: z.string().max(8_192),
})
const requestSchema = z.strictObject({ body: requestBody, signature: hex })
const admissionBody = z.strictObject({
  partyId,
  signingKey: hex,
  certificate: z.string().max(8_192),
  caCertificate: z.string().max(8_192),
  anchor: z.unknown(),
})
const admissionSchema = z.strictObject({ body: admissionBody, signature: hex })

/** What a firm asks the association for; its file holds no secret. */
export type AdmissionRequest = z.infer<typeof requestSchema>
export type AdmissionRequestBody = z.infer<typeof requestBody>

/** The association's answer: certificate, CA and trust anchor. Its file holds no secret. */
export type Admission = z.infer<typeof admissionSchema>

/** Makes the request of a new member. Every key proves itself: TLS's inside PKCS #10, the signing key around it all. */
export async function createAdmissionRequest(
  identity: Identity,
  tlsKeys: CryptoKeyPair,
  about: { name: string; address: string; decryptionKey: DecryptionKey; role?: 'firm' | 'regulator' },
): Promise<AdmissionRequest> {
  const certificateRequest = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [identity.partyId] }],
    keys: tlsKeys,
    signingAlgorithm: TLS_ALGORITHM,
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: partyUri(identity.partyId) }]),
    ],
  })
  const body: AdmissionRequestBody = {
    partyId: identity.partyId,
    name: about.name,
    address: about.address,
    role: about.role ?? 'firm',
    suite: identity.suite.id,
    signingKey: toHex(identity.signingKey.publicKey),
    encryptionKey: toHex(about.decryptionKey.publicKey),
    encryptionKeyProof: toHex(about.decryptionKey.prove(identity.partyId)),
    certificateRequest: certificateRequest.toString('pem'),
  }
  return {
    body,
    signature: toHex(signFor(identity.signingKey, 'admission-request', utf8(JSON.stringify(body)))),
  }
}

/**
 * Admits a member: checks the proofs of possession of its three keys, issues the certificate, signs the admission.
 *
 * @throws ERR_CERTIFICATE_REQUEST
 */
export async function admit(
  association: Identity,
  authority: Authority,
  anchor: TrustAnchor,
  request: unknown,
): Promise<{ member: AdmissionRequestBody; certificate: x509.X509Certificate; admission: Admission }> {
  const { member, publicKey } = await checkRequest(association, request)
  const host = member.address.slice(0, member.address.lastIndexOf(':'))
  const certificate = await issueCertificate(authority, member.partyId, publicKey, [host])
  const body: Admission['body'] = {
    partyId: member.partyId,
    signingKey: member.signingKey,
    certificate: certificate.toString('pem'),
    caCertificate: authority.certificate.toString('pem'),
    anchor: anchorToJson(anchor),
  }
  const signature = toHex(signFor(association.signingKey, 'admission', utf8(JSON.stringify(body))))
  return { member, certificate, admission: { body, signature } }
}

async function checkRequest(
  association: Identity,
  request: unknown,
): Promise<{ member: AdmissionRequestBody; publicKey: x509.PublicKey }> {
  const parsed = requestSchema.safeParse(request)
  if (!parsed.success) return fail('ERR_CERTIFICATE_REQUEST', 'expected an admission request of mixun init')
  const { body, signature } = parsed.data
  if (body.suite !== association.suite.id) {
    fail('ERR_CERTIFICATE_REQUEST', `expected a member of suite ${association.suite.id}, found ${body.suite}`)
  }
  try {
    const bytes = utf8(JSON.stringify(body))
    verifyFor(association.suite, fromHex(body.signingKey), 'admission-request', bytes, fromHex(signature))
    checkEncryptionKey(
      body.suite,
      fromHex(body.encryptionKey),
      body.partyId,
      fromHex(body.encryptionKeyProof),
    )
    const certificateRequest = new x509.Pkcs10CertificateRequest(body.certificateRequest)
    const names = certificateRequest.extensions.find(
      each => each instanceof x509.SubjectAlternativeNameExtension,
    )
    const uri = names?.names.toJSON()[0]?.value
    if (!(await certificateRequest.verify()) || uri !== partyUri(body.partyId)) {
      fail('ERR_CERTIFICATE_REQUEST', 'expected a certificate request signed by its own key for this party')
    }
    return { member: body, publicKey: certificateRequest.publicKey }
  } catch (cause) {
    return fail('ERR_CERTIFICATE_REQUEST', 'expected valid proofs of all keys of the new member', {
      cause,
    })
  }
}

/** Checks an admission for `identity` and one of its keys of TLS. @throws ERR_ADMISSION_FOREIGN */
export async function checkAdmission(
  identity: Identity,
  tlsKeys: readonly CryptoKey[],
  admission: unknown,
): Promise<{ certificate: string; caCertificate: string; anchor: TrustAnchor }> {
  const parsed = admissionSchema.safeParse(admission)
  if (!parsed.success) return fail('ERR_ADMISSION_FOREIGN', 'expected an admission of mixun admit')
  const { body, signature } = parsed.data
  try {
    const anchor = anchorFrom(body.anchor)
    if (anchor.suite !== identity.suite.id) {
      fail(
        'ERR_ADMISSION_FOREIGN',
        `expected a consortium of suite ${identity.suite.id}, found ${anchor.suite}`,
      )
    }
    const bytes = utf8(JSON.stringify(body))
    verifyFor(suiteById(anchor.suite), anchor.association.publicKey, 'admission', bytes, fromHex(signature))
    const certificate = new x509.X509Certificate(body.certificate)
    const ca = new x509.X509Certificate(body.caCertificate)
    const ours =
      body.partyId === identity.partyId &&
      body.signingKey === toHex(identity.signingKey.publicKey) &&
      (await certificate.verify({ publicKey: await ca.publicKey.export() })) &&
      (await Promise.all(tlsKeys.map(key => certifies(certificate, key)))).includes(true)
    if (!ours)
      fail('ERR_ADMISSION_FOREIGN', `expected an admission of ${identity.partyId} for the keys of this home`)
    return { certificate: body.certificate, caCertificate: body.caCertificate, anchor }
  } catch (cause) {
    return fail('ERR_ADMISSION_FOREIGN', 'expected a signed admission for the keys of this home', { cause })
  }
}

/** Whether the certificate is for the public half of `privateKey`. */
async function certifies(certificate: x509.X509Certificate, privateKey: CryptoKey): Promise<boolean> {
  const message = utf8('mixun-key-match')
  const signature = await webcrypto.subtle.sign(TLS_ALGORITHM, privateKey, message)
  const publicKey = await certificate.publicKey.export(TLS_ALGORITHM, ['verify'])
  return webcrypto.subtle.verify(TLS_ALGORITHM, publicKey, signature, message)
}
