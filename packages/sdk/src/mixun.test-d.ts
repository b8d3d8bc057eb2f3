import { expectTypeOf } from 'vitest'
import type {
  ConsentId,
  DefaultRecord,
  DefaultsAnswer,
  IntentId,
  Mixun,
  RequestId,
  Subject,
  Verdict,
} from './index.ts'

declare const mixun: Mixun
declare const subject: Subject
declare const consent: ConsentId

// An inquiry needs a subject that was parsed and a consent that was registered: neither is a mere string.
expectTypeOf(
  mixun.checkDefaults(subject, { consent, requestId: 'a' }),
).resolves.toEqualTypeOf<DefaultsAnswer>()
// @ts-expect-error a number is no subject
void mixun.checkDefaults('110101199003070732', { consent, requestId: 'a' })
// @ts-expect-error the id of a consent comes from the register
void mixun.checkDefaults(subject, { consent: 'a consent', requestId: 'a' })
// @ts-expect-error without a consent nothing is asked
void mixun.checkDefaults(subject, { requestId: 'a' })

// A caller who handles the three verdicts has handled them all.
expectTypeOf<Verdict>().toEqualTypeOf<'clear' | 'found' | 'incomplete'>()
expectTypeOf<DefaultsAnswer['verdict']>().toEqualTypeOf<Verdict>()
expectTypeOf<DefaultsAnswer['records'][number]>().toEqualTypeOf<DefaultRecord>()
expectTypeOf<Mixun>().toExtend<AsyncDisposable>()

// Ids of different things do not stand in for each other.
expectTypeOf<DefaultsAnswer['requestId']>().toEqualTypeOf<RequestId>()
expectTypeOf<DefaultsAnswer['evidence']['intentId']>().toEqualTypeOf<IntentId>()
declare const intentId: IntentId
// @ts-expect-error an intent is no consent
void mixun.consents.find(intentId)
