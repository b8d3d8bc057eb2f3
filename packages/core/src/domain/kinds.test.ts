import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import { kindByCode, RECORD_CLASSES, RECORD_KINDS } from './index.ts'

describe('the catalogue of kinds', () => {
  it('never changes what a wire number, a class or a visibility means', () => {
    expect(RECORD_KINDS.map(kind => [kind.wire, kind.class, kind.public, kind.code, kind.zh])).toEqual([
      [101, 'A', true, 'administrative-penalty', '行政处罚'],
      [102, 'A', false, 'stock-pledge-repo-blacklist', '股票质押式回购黑名单'],
      [201, 'B', false, 'margin-collateral-shortfall', '未按规定补足担保物'],
      [202, 'B', false, 'contract-due-not-repaid', '合约期满未清偿'],
      [203, 'B', false, 'false-information', '提供虚假信息'],
      [204, 'B', false, 'judicial-dispute', '司法纠纷'],
      [301, 'C', false, 'key-monitored-list', '重点监控名单'],
      [302, 'C', false, 'other-serious-default', '其他严重影响偿债能力的违约'],
    ])
    expect(new Set(RECORD_KINDS.map(kind => kind.class))).toEqual(new Set(RECORD_CLASSES))
  })

  it('finds a kind by its code and refuses others', () => {
    expect(kindByCode('judicial-dispute').wire).toBe(204)
    expectCode('ERR_PARAMETER_UNKNOWN', () => kindByCode('overdue'))
    expectCode('ERR_PARAMETER_UNKNOWN', () => kindByCode('constructor'))
  })
})
