import { fail } from '../errors/index.ts'

/** A: from regulators and the association; B: every firm must share; C: firms are encouraged to share. */
export type RecordClass = 'A' | 'B' | 'C'

/** All classes, in the order in which they are asked and shown. */
export const RECORD_CLASSES: readonly RecordClass[] = ['A', 'B', 'C']

// Wire numbers are never renamed or reused: rows sealed under them may still be open somewhere.
const KINDS = [
  {
    code: 'administrative-penalty',
    class: 'A',
    wire: 101,
    public: true,
    zh: '行政处罚',
    en: 'administrative penalty',
  },
  {
    code: 'stock-pledge-repo-blacklist',
    class: 'A',
    wire: 102,
    public: false,
    zh: '股票质押式回购黑名单',
    en: 'stock-pledge repo blacklist',
  },
  {
    code: 'margin-collateral-shortfall',
    class: 'B',
    wire: 201,
    public: false,
    zh: '未按规定补足担保物',
    en: 'collateral not topped up in time',
  },
  {
    code: 'contract-due-not-repaid',
    class: 'B',
    wire: 202,
    public: false,
    zh: '合约期满未清偿',
    en: 'contract due and not repaid',
  },
  {
    code: 'false-information',
    class: 'B',
    wire: 203,
    public: false,
    zh: '提供虚假信息',
    en: 'false information',
  },
  {
    code: 'judicial-dispute',
    class: 'B',
    wire: 204,
    public: false,
    zh: '司法纠纷',
    en: 'judicial dispute',
  },
  {
    code: 'key-monitored-list',
    class: 'C',
    wire: 301,
    public: false,
    zh: '重点监控名单',
    en: 'key monitored list of an exchange',
  },
  {
    code: 'other-serious-default',
    class: 'C',
    wire: 302,
    public: false,
    zh: '其他严重影响偿债能力的违约',
    en: 'other default that may seriously affect solvency',
  },
] as const

/** Names a kind of default record; never renamed. */
export type KindCode = (typeof KINDS)[number]['code']

/** One kind of default record. `public` kinds may be shown to anyone; all others only to who asked with consent. */
export interface RecordKind {
  readonly code: KindCode
  readonly class: RecordClass
  /** The number that stands for the kind in a sealed row. */
  readonly wire: number
  readonly public: boolean
  readonly zh: string
  readonly en: string
}

/** The catalogue (filing BJ-SD-202106), by class and wire number. */
export const RECORD_KINDS: readonly RecordKind[] = KINDS

const byCode: ReadonlyMap<string, RecordKind> = new Map(KINDS.map(kind => [kind.code, kind]))

/** @throws ERR_PARAMETER_UNKNOWN */
export function kindByCode(code: string): RecordKind {
  return byCode.get(code) ?? fail('ERR_PARAMETER_UNKNOWN', 'expected the code of a kind in the catalogue')
}
