import { createPrivateKey, X509Certificate } from 'node:crypto'
import { partyUri } from '@mixun/core/channel'
import { type Home, readHomeFile } from '@mixun/sdk/home'
import { type Finding, failure, ok, problem, warning } from './finding.ts'

const DAY_MS = 86_400_000
/** Days before the end at which a new certificate should be asked for. */
const RENEW_DAYS = 30

const RENEW = [
  'have the association admit you again: mixun request-certificate, mixun admit, mixun join',
  '请向协会重新申请证书：mixun request-certificate、mixun admit、mixun join',
] as const

/** The transport certificate of this party: validity, chain, names and key. */
export function examineCertificates(home: Home, now: number): Finding[] {
  try {
    const certificate = read(home.paths.certificate)
    const authority = read(home.paths.caCertificate)
    const wrong = [
      ...validity('party.pem', certificate, now),
      ...validity('ca.pem', authority, now),
      ...identity(home, certificate, authority),
    ]
    if (wrong.length > 0) return wrong
    const days = daysLeft(certificate, now)
    return [ok('certificates', [`valid for ${days} more days`, `有效期还剩 ${days} 天`])]
  } catch (error) {
    return [failure('certificates', error)]
  }
}

function validity(file: string, certificate: X509Certificate, now: number): Finding[] {
  if (now < certificate.validFromDate.getTime()) {
    return [
      problem(
        'certificates',
        [
          `${file} is not valid before ${certificate.validFromDate.toISOString()}`,
          `${file} 尚未生效（${certificate.validFromDate.toISOString()}）`,
        ],
        ['check the clock of this machine', '请检查本机时钟'],
      ),
    ]
  }
  const days = daysLeft(certificate, now)
  if (days < 0)
    return [
      problem('certificates', [`${file} expired ${-days} days ago`, `${file} 已过期 ${-days} 天`], RENEW),
    ]
  if (days >= RENEW_DAYS) return []
  return [
    warning('certificates', [`${file} expires in ${days} days`, `${file} 将于 ${days} 天后过期`], RENEW),
  ]
}

function identity(home: Home, certificate: X509Certificate, authority: X509Certificate): Finding[] {
  const wrong: Finding[] = []
  const add = (en: string, zh: string) => wrong.push(problem('certificates', [en, zh], RENEW))
  if (!authority.ca || !certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) {
    add("party.pem was not issued by the consortium's ca.pem", 'party.pem 不是由联盟 ca.pem 签发')
  }
  if (!(certificate.subjectAltName ?? '').split(', ').includes(`URI:${partyUri(home.identity.partyId)}`)) {
    add(`party.pem does not name ${home.identity.partyId}`, `party.pem 未包含 ${home.identity.partyId}`)
  }
  const { key } = home.tls()
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    add('party.pem is for another key than keys/tls.key', 'party.pem 与 keys/tls.key 不匹配')
  }
  return wrong
}

function daysLeft(certificate: X509Certificate, now: number): number {
  return Math.floor((certificate.validToDate.getTime() - now) / DAY_MS)
}

function read(file: string): X509Certificate {
  return new X509Certificate(readHomeFile(file))
}
