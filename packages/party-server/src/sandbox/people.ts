import { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'

/** People of every sandbox. Their numbers are of a region that does not exist. */
export const PEOPLE = 9

/** Person 1 to 9. */
export function person(number: number): Subject {
  // First-generation numbers have no check character; parsing adds the right one.
  return Subject.parse('resident-id', `99052849010190${number}`)
}

/** The person that an operator named: a number from 1 to 9. @throws ERR_INPUT_RANGE */
export function personNamed(text: string | undefined): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= PEOPLE) return number
  return fail('ERR_INPUT_RANGE', `expected a person of the sandbox: a number from 1 to ${PEOPLE}`)
}

/** Which firms report a default of this person: of the last three people, none. */
export function reportersOf(number: number, firms: readonly string[]): string[] {
  if (number > PEOPLE - 3) return []
  return firms.filter((_, i) => i % 3 === number % 3 || (number === 1 && i === 0))
}

const HEADER =
  '客户姓名,证件类型,证件号码,业务类型,违约类型,违约日期,违约金额,状态,了结日期,授权书编号,客户群,备注'

/** A default of a person as the built-in profile `jia` reads it. */
export function exportOf(numbers: readonly number[], status: '未了结' | '已撤销'): string {
  const rows = numbers.map(number => {
    const kind = number % 2 === 0 ? '司法纠纷' : '合约期满未清偿'
    const values = [
      `客户${number}`,
      '身份证',
      person(number).reveal(),
      '股票质押',
      kind,
      `2025-0${number}-14`,
    ]
    return [...values, `${number}00000.00`, status, '', `SQ0000000${number}`, '新', ''].join(',')
  })
  return [HEADER, ...rows, ''].join('\n')
}
