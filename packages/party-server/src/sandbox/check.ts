import { randomUUID } from 'node:crypto'
import { type DefaultsAnswer, Mixun } from '@mixun/sdk'
import { MAKER, type SandboxFolder } from './folder.ts'
import { person } from './people.ts'

/** Registers a consent of a person and asks all firms, as `asker`. @throws what a check throws */
export async function checkPerson(
  folder: SandboxFolder,
  number: number,
  asker: string,
): Promise<DefaultsAnswer> {
  await using mixun = await Mixun.open(folder.openHome(asker))
  const subject = person(number)
  const consent = await mixun.consents.register(subject, {
    classes: ['B', 'C'],
    purpose: 'credit-granting',
    document: new TextEncoder().encode(`authorisation of person ${number}`),
  })
  const requestId = `sandbox-${randomUUID()}`
  return await mixun.checkDefaults(subject, { consent, requestId, operator: MAKER })
}
