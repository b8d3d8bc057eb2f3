import { expect, test } from 'vitest'
import { type Answered, wrongCompleteness } from './answers.ts'

function answered(
  absent: string | null,
  verdict: Answered['answer']['verdict'],
  missing: string[],
): Answered {
  const evidence = {} as Answered['answer']['evidence']
  return {
    planned: {
      requestId: 'request',
      inquirer: 'jia',
      subject: { idType: 'resident-id', idNumber: '', records: [] },
      absent,
    },
    answer: {
      requestId: 'request',
      isProvisional: false,
      verdict,
      records: [],
      missing: missing.map(part => ({
        party: part.slice(0, -2),
        class: part.slice(-1),
        code: 'ERR_CHANNEL_CLOSED',
      })),
      evidence,
    },
    milliseconds: 1,
  }
}

test.each([
  ['complete with everybody there', null, 'clear', []],
  ['incomplete while a firm is away', 'yi', 'incomplete', ['yi/C', 'yi/B']],
] as const)('right: %s', (_what, absent, verdict, missing) => {
  expect(wrongCompleteness([answered(absent, verdict, [...missing])])).toEqual([])
})

test.each([
  ['incomplete with everybody there', null, 'incomplete', ['yi/B', 'yi/C']],
  ['incomplete without naming anybody', null, 'incomplete', []],
  ['clear while a firm is away', 'yi', 'clear', []],
  ['found while a firm is away', 'yi', 'found', ['yi/B', 'yi/C']],
  ['incomplete naming another firm', 'yi', 'incomplete', ['bing/B', 'bing/C']],
  ['incomplete naming another firm too', 'yi', 'incomplete', ['bing/B', 'yi/B', 'yi/C']],
  ['incomplete naming one class of two', 'yi', 'incomplete', ['yi/B']],
] as const)('wrong: %s', (_what, absent, verdict, missing) => {
  const wrong = wrongCompleteness([answered(absent, verdict, [...missing])])
  expect(wrong.map(text => text.split(' ')[0])).toEqual(['request'])
})
