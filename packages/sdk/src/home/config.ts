import { parse, stringify } from 'smol-toml'
import { z } from 'zod'
import { partyId } from '@mixun/core/codec'
import { CONSENT_PURPOSES } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { SUITE_IDS } from '@mixun/core/suite'

/** `host:port` for gRPC, `wss://host:port` for WebSockets. */
const address = z.string().regex(/^(wss:\/\/)?[A-Za-z0-9.-]+:\d{1,5}$/)
const operatorName = z.string().regex(/^[a-z][a-z0-9.-]{0,31}$/)

const publishing = z.strictObject({
  /** Minutes between two deltas of every table, on a fixed clock; 0 makes none but by hand. */
  deltaEveryMinutes: z.number().int().min(0).max(1_440).default(15),
  /** How long the table of an epoch answers after the next epoch began, to intents that name it, in minutes. */
  graceMinutes: z.number().int().min(0).max(10_080).default(60),
  /** Parameter set of the tables: bytes of a row, rows a subject. */
  parameters: z
    .string()
    .regex(/^sealedtable_r\d{1,4}_c\d$/)
    .default('sealedtable_r512_c2'),
  /** Classes whose tables no member may download; from the next epoch on. */
  withheld: z.array(z.enum(['A', 'B', 'C'])).default([]),
  /** Whether the daemon downloads new tables of others and attests them, which is what their contribution is paid for. */
  attest: z.boolean().default(true),
  /** Whether the daemon puts the head of its party log on the ledger, once a day on which it grew. */
  anchor: z.boolean().default(true),
})

/** How this party publishes. */
export type PublishingRules = z.infer<typeof publishing>
const dailyLimit = z.number().int().min(0).max(1_000_000_000)

const schema = z.strictObject({
  party: z.strictObject({
    id: partyId,
    name: z.string().min(1).max(64),
    /** A regulator watches: it mirrors and cosigns the ledger and reads what is sealed to it; it asks and publishes nothing. */
    role: z.enum(['firm', 'association', 'regulator']),
    suite: z.enum(SUITE_IDS),
  }),
  /** Where the consortium door listens, and what other members dial; its scheme decides the transport. */
  listen: z.strictObject({
    host: z.string().min(1).max(255),
    port: z.number().int().min(0).max(65_535),
    advertise: address,
  }),
  association: z.strictObject({ id: partyId, address }),
  operators: z.strictObject({ makers: z.array(operatorName), checkers: z.array(operatorName) }),
  publishing: publishing.optional(),
  /** Whether the association's daemon closes each points period when its last report is due. */
  points: z.strictObject({ closeByClock: z.boolean().default(true) }).optional(),
  limits: z.strictObject({
    /** How long one party may take for one evaluation, in milliseconds. */
    answerTimeoutMs: z.number().int().min(50).max(600_000),
    maxFrameBytes: z.number().int().min(65_536).max(16_777_216),
    /** Sessions that one member may have open at once. */
    maxSessionsPerMember: z.number().int().min(1).max(10_000),
    /** Threads that build large tables; 0 for the cores of the machine. */
    publishThreads: z.number().int().min(0).max(256).default(0),
    /**
     * Members besides this one and the provider that must have cosigned a table's commitment before it is asked. When
     * left out: two, or all there are in a smaller consortium.
     */
    cosignatures: z.number().int().min(0).max(100).optional(),
    /** At the association: how long a certificate stays good after another took its place, in hours; a week when left out. */
    certificateOverlapHours: z.number().min(0).max(8_784).optional(),
  }),
  /** Purposes whose inquiries a second operator approves, and how long request and approval are good for. */
  inquiries: z
    .strictObject({
      dualControl: z.array(z.enum(CONSENT_PURPOSES)),
      approvalMinutes: z.number().int().min(1).max(10_080).default(60),
    })
    .optional(),
  /** How long answers, evaluations and cut-off inquiries are kept, in days, before `mixun purge` erases them. */
  retention: z.strictObject({ answerDays: z.number().int().min(30).max(3_660) }).optional(),
  /** The firm's own budgets: inquiries a day in China. What is left out has no limit. */
  budgets: z
    .strictObject({
      perOfficerPerDay: dailyLimit.optional(),
      perPurposePerDay: z.partialRecord(z.enum(CONSENT_PURPOSES), dailyLimit).default({}),
    })
    .optional(),
})

/** `config.toml` of a home folder. */
export type HomeConfig = z.infer<typeof schema>

/** What `mixun init` and `mixun create-consortium` write into a new `config.toml`. */
export const DEFAULT_LIMITS: HomeConfig['limits'] = {
  answerTimeoutMs: 5_000,
  maxFrameBytes: 1_048_576,
  maxSessionsPerMember: 256,
  publishThreads: 0,
}

const DEFAULT_OVERLAP_HOURS = 168

/** How long a transport certificate stays good after another took its place, in hours. */
export function certificateOverlapHours(config: HomeConfig): number {
  return config.limits.certificateOverlapHours ?? DEFAULT_OVERLAP_HOURS
}

/** Days that answers are kept when `config.toml` does not say. */
const DEFAULT_ANSWER_DAYS = 365

/** Days that answers are kept. */
export function answerDays(config: HomeConfig): number {
  return config.retention?.answerDays ?? DEFAULT_ANSWER_DAYS
}

/** Whether points periods are closed by the clock; at the association. */
export function closesByClock(config: HomeConfig): boolean {
  return config.points?.closeByClock ?? true
}

/** The part of the configuration on publishing, with its defaults. */
export function publishingRules(config: HomeConfig): PublishingRules {
  return config.publishing ?? publishing.parse({})
}

/** @throws ERR_HOME_INVALID naming the failing fields */
export function parseConfig(toml: string): HomeConfig {
  const result = schema.safeParse(readToml(toml))
  if (!result.success) {
    const fields = result.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    fail('ERR_HOME_INVALID', `config.toml: ${fields}`)
  }
  return result.data
}

export function formatConfig(config: HomeConfig): string {
  return `${stringify(config)}\n`
}

function readToml(toml: string): unknown {
  try {
    return parse(toml)
  } catch (cause) {
    return fail('ERR_HOME_INVALID', 'config.toml: expected TOML', { cause })
  }
}
